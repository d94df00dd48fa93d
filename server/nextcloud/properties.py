"""The properties that ownCloud and Nextcloud added to WebDAV's, computed when they are asked for.

Each is a pure function of the node, of what was looked up for it, and of the home; `providers` hand
them to the library.
"""

import base64
import binascii
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from doctypes.files.document import fields_of, metadata_of
from doctypes.files.node import ROOT_ID, Directory, File, Node
from doctypes.profiles.view import WHOLE, View
from server.media.sizes import CLASSES
from server.nextcloud.identity import file_id, file_number
from webdav.wire.xml import escape

OC = "http://owncloud.org/ns"
NC = "http://nextcloud.org/ns"
OCS = "http://open-collaboration-services.org/ns"
FAVORITE = f"{{{OC}}}favorite"

_FAVORITE_MARK = b'"favorite"'


@dataclass(frozen=True, slots=True)
class Rights:
    """What a caller may do to all files."""

    write: bool = True
    create: bool = True
    move: bool = True
    delete: bool = True
    share: bool = True

    def letters(self, node: Node) -> str:
        """Spell it as `oc:permissions`: clients hide, or undo, what is not among them."""
        if not isinstance(node, Directory):
            return self.of_file()
        create = "CK" if self.create else ""
        return f"G{create}" if node.id == ROOT_ID else self._of_any() + create

    def of_file(self) -> str:
        """Spell what may be done to a file."""
        return self._of_any() + ("W" if self.write else "")

    def _of_any(self) -> str:
        parts = (("R", self.share), ("G", True), ("D", self.delete), ("NV", self.move))
        return "".join(letters for letters, may in parts if may)

    def number(self, node: Node) -> int:
        """Spell it as OCS does: 1 read, 2 update, 4 create, 8 delete, 16 share."""
        create = self.create and isinstance(node, Directory)
        bits = (True, self.write, create, self.delete, self.share)
        return sum(1 << place for place, bit in enumerate(bits) if bit)


@dataclass(frozen=True, slots=True)
class Home:
    """What properties tell that is the same for all nodes of one answer; `view` is what is seen."""

    instance: str
    owner: str
    owner_name: str = ""
    rights: Rights = field(default_factory=Rights)
    view: View = WHOLE


@dataclass(frozen=True, slots=True)
class Trashed:
    """Of what is in the trash: its name before, where it was (`dir/name`), seconds since 1970."""

    name: str
    place: str
    at: int


@dataclass(frozen=True, slots=True)
class Facts:
    """What was looked up of a node.

    `size` is of all files below a directory; `is_shared` tells whether anybody has a link.
    """

    size: int | None = None
    is_shared: bool = False
    trashed: Trashed | None = None


Text = Callable[[Node, Facts, Home], str | None]


def is_favorite(node: Node) -> bool:
    """Tell whether the owner marked a node as a favourite (Cozy's `cozyMetadata.favorite`)."""
    if _FAVORITE_MARK not in node.document.body:
        return False
    return bool(metadata_of(fields_of(node)).get("favorite"))


def checksums(file: File) -> str:
    """Return what a file's content hashes to, as `OC-Checksum` spells it, several apart by spaces.

    The whole content's: what a client compares with its own before it takes a file for changed.
    """
    told = [f"SHA256:{file.blob}"] if file.blob else []
    with suppress(binascii.Error):
        told.append(f"MD5:{base64.b64decode(file.md5sum, validate=True).hex()}")
    return " ".join(told)


def _checksums(node: Node, _facts: Facts, _home: Home) -> str | None:
    if not isinstance(node, File):
        return None
    return f"<oc:checksum>{checksums(node)}</oc:checksum>"


def _size(node: Node, facts: Facts, _home: Home) -> str | None:
    if isinstance(node, File):
        return str(node.size)
    return None if facts.size is None else str(facts.size)


def _has_preview(node: Node, _facts: Facts, _home: Home) -> str:
    return str(isinstance(node, File) and node.file_class in CLASSES).lower()


def _created(node: Node, _facts: Facts, _home: Home) -> str:
    return str(int(node.created_at.timestamp()))


def _tags(element: str) -> Text:
    return lambda node, _facts, _home: "".join(
        f"<{element}>{escape(tag)}</{element}>" for tag in node.tags
    )


def _share_types(_node: Node, facts: Facts, _home: Home) -> str:
    return "<oc:share-type>3</oc:share-type>" if facts.is_shared else ""


def _always(text: str) -> Text:
    return lambda _node, _facts, _home: text


_OC: Mapping[str, Text] = {
    "id": lambda node, _, home: file_id(node.id, home.instance),
    "fileid": lambda node, _, __: str(file_number(node.id)),
    "permissions": lambda node, _, home: home.rights.letters(node),
    "size": _size,
    "checksums": _checksums,
    "favorite": lambda node, _, __: "1" if is_favorite(node) else "0",
    "tags": _tags("oc:tag"),
    "owner-id": lambda _, __, home: escape(home.owner),
    "owner-display-name": lambda _, __, home: escape(home.owner_name or home.owner),
    "share-types": _share_types,
    "comments-unread": _always("0"),
    "data-fingerprint": _always(""),
    "downloadURL": _always(""),
    "has-preview": _has_preview,
}
_NC: Mapping[str, Text] = {
    "has-preview": _has_preview,
    "creation_time": _created,
    "upload_time": _created,
    "mount-type": _always(""),
    "is-encrypted": _always("0"),
    "is-mount-root": _always("false"),
    "hidden": _always("false"),
    "note": _always(""),
    "sharees": _always(""),
    "share-attributes": _always("[]"),
    "system-tags": _tags("nc:system-tag"),
}


def _of_trashed(tell: Callable[[Trashed], str]) -> Text:
    return lambda _node, facts, _home: None if facts.trashed is None else tell(facts.trashed)


OF_TRASH: Mapping[str, Text] = {
    "trashbin-filename": _of_trashed(lambda trashed: escape(trashed.name)),
    "trashbin-original-location": _of_trashed(lambda trashed: escape(trashed.place)),
    "trashbin-title": _of_trashed(lambda trashed: escape(trashed.name)),
    "trashbin-deletion-time": _of_trashed(lambda trashed: str(trashed.at)),
    "trashbin-delete-time": _of_trashed(lambda trashed: str(trashed.at)),
}
"""Further ones in Nextcloud's namespace, of what is in the trash."""

_OCS: Mapping[str, Text] = {
    "share-permissions": lambda node, _, home: str(home.rights.number(node)),
}

TEXTS = (("oc", OC, _OC), ("nc", NC, _NC), ("x1", OCS, _OCS))
"""Prefix, namespace, and what each property's element holds; None where a node has none."""
