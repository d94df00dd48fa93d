"""The JSON of a node as it is written: what the tree sets is set, all else is kept.

Documents carry fields of many hands (references, metadata, favourites, what an app will think of
next year), so an edit is the document that was read with some fields put over it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Protocol

import msgspec

from doctypes.files.authors import NOBODY, Author
from replication.core.document import Edit, StoredRevision
from replication.core.revision import Revision

Fields = dict[str, Any]

_UPLOAD = frozenset({"uploadedAt", "uploadedBy", "uploadedOn"})

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Fields).decode


@dataclass(frozen=True, slots=True)
class Stamp:
    """When something is done, by whom, and at which home (its address, ending in a slash)."""

    now: datetime
    by: Author = NOBODY
    address: str = ""


class Documented(Protocol):
    """A file, a directory or an old version of a file, as it was read from its document."""

    @property
    def id(self) -> str:
        """The document's id."""

    @property
    def revision(self) -> Revision:
        """The revision that was read."""

    @property
    def document(self) -> StoredRevision:
        """The document that was read."""

    @property
    def dir_id(self) -> str:
        """The directory that it lies in; empty for the root and for versions."""

    @property
    def name(self) -> str:
        """What it is called there; empty for the root and for versions."""


def fields_of(node: Documented) -> Fields:
    """Return all fields of a node's document, fresh."""
    return _decode(node.document.body)


@lru_cache(maxsize=256)  # one moment stands in a document five times
def written(moment: datetime) -> str:
    """Spell a moment as documents do: RFC 3339 in UTC with a Z; a naive one is taken as UTC."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(UTC).isoformat().replace("+00:00", "Z")


def creation(document_id: str, fields: Fields) -> Edit:
    """Write a document that is not there yet."""
    return Edit(document_id, _encode(fields), marks=_marks(fields.get("dir_id")))


def revision(node: Documented, fields: Fields) -> Edit:
    """Write a node's document anew, on top of what was read; attachments stay."""
    return Edit(
        node.id,
        _encode(fields),
        base=node.revision,
        attachments=node.document.attachments,
        marks=_marks(node.dir_id, fields.get("dir_id")),
        note=_note(node, fields),
    )


def touched(node: Documented) -> Edit:
    """Write a node's document anew as it is, for its readers to look at it again."""
    return Edit(
        node.id,
        node.document.body,
        base=node.revision,
        attachments=node.document.attachments,
        marks=_marks(node.dir_id),
    )


def tombstone(node: Documented) -> Edit:
    """Delete a node's document."""
    return Edit(
        node.id,
        deleted=True,
        base=node.revision,
        marks=_marks(node.dir_id),
        note=_note(node, {}),
    )


def _marks(*directories: object) -> tuple[str, ...]:
    """Return the directories whose members an edit changes; `lineage` adds those above them."""
    return tuple({one for one in directories if isinstance(one, str) and one})


class Departure(msgspec.Struct, array_like=True, frozen=True):
    """Where a node lay, and was called, until an edit took it away from there or deleted it."""

    id: str
    dir_id: str
    name: str


_departure = msgspec.json.Decoder(Departure).decode


def departure(note: str) -> Departure | None:
    """Read the note of an edit; None for what is no departure."""
    try:
        return _departure(note)
    except ValueError:
        return None


def _note(node: Documented, fields: Mapping[str, Any]) -> str:
    """Return the note that tells where a node no longer is; empty where it stays."""
    here = (node.dir_id, node.name)
    if not node.dir_id or here == (fields.get("dir_id"), fields.get("name")):
        return ""
    return _encode(Departure(node.id, *here)).decode()


def first_metadata(stamp: Stamp) -> Fields:
    """Return the `cozyMetadata` of a new document."""
    now = written(stamp.now)
    first = {"doctypeVersion": "1", "metadataVersion": 1, "createdAt": now, "updatedAt": now}
    by = stamp.by
    first |= said(createdByApp=by.slug, createdByAppVersion=by.version, createdOn=stamp.address)
    return _signed(first, stamp)


def next_metadata(fields: Mapping[str, Any], stamp: Stamp) -> Fields:
    """Return the `cozyMetadata` of a document that is edited."""
    return _signed({**metadata_of(fields), "updatedAt": written(stamp.now)}, stamp)


def uploaded(metadata: Fields, stamp: Stamp) -> Fields:
    """Add when the content came, and from whom."""
    kept = {key: value for key, value in metadata.items() if key not in _UPLOAD}
    by = said(uploadedBy=_uploader(stamp.by), uploadedOn=stamp.address)
    return {**kept, "uploadedAt": written(stamp.now), **by}


def _uploader(by: Author) -> Fields:
    client = by.client
    device = said(id=client.id, kind=client.kind, name=client.name) if client else {}
    return said(slug=by.slug, version=by.version, oauthClient=device)


def said(**fields: object) -> Fields:
    """Return the fields that say something: neither empty nor None."""
    return {name: value for name, value in fields.items() if value}


def metadata_of(fields: Mapping[str, Any]) -> Fields:
    """Return a document's `cozyMetadata`; empty where it has none."""
    found = fields.get("cozyMetadata")
    return found if isinstance(found, dict) else {}


def _signed(metadata: Fields, stamp: Stamp) -> Fields:
    """Put who edits at the end of `updatedByApps`, once for each home."""
    by = stamp.by
    if not by.slug:
        return metadata
    signature = {"slug": by.slug, "date": written(stamp.now)}
    signature |= said(version=by.version, instance=stamp.address)
    apps = metadata.get("updatedByApps")
    others = [app for app in apps if not _is_same(app, signature)] if isinstance(apps, list) else []
    return {**metadata, "updatedByApps": [*others, signature]}


def _is_same(app: object, signature: Fields) -> bool:
    return isinstance(app, dict) and all(
        app.get(key, "") == signature.get(key, "") for key in ("slug", "instance")
    )
