"""WebDAV's dead properties of a node: a member of `metadata` in its `io.cozy.files` document.

There they replicate with the file, go along when it is moved or copied, and are kept by Cozy, which
leaves `metadata` to whoever wrote it.
"""

from collections.abc import Mapping
from typing import Any

from doctypes.files.amending import Amendment
from doctypes.files.document import Fields, fields_of
from doctypes.files.node import File, Node
from server.dav.apache_properties import EXECUTABLE
from webdav.model.backend import PropertyChanges
from webdav.model.errors import Forbidden, OutOfSpace

FIELD = "davProperties"
MOST_CHARACTERS = 1 << 16

_MARK = FIELD.encode()
_NONE: Mapping[str, str] = {}


def properties_of(node: Node) -> Mapping[str, str]:
    """Return Clark names and elements as XML; what others wrote there in another shape is left."""
    if _MARK not in node.document.body:
        return _NONE
    return _properties(fields_of(node))


def amendment(node: Node, changes: PropertyChanges) -> Amendment:
    """Return what is to be said anew in the document.

    Raises OutOfSpace as `members_with` does, and Forbidden for live properties not kept here.
    """
    unknown = [name for name in changes.live if name != EXECUTABLE]
    if unknown or (changes.live and not isinstance(node, File)):
        raise Forbidden("no such property is kept here")
    members = members_with(properties_of(node), changes.stored) if changes.stored else {}
    executable = changes.live.get(EXECUTABLE)
    return Amendment(
        metadata_members=members,
        created_at=changes.created,
        updated_at=changes.modified,
        executable=executable if isinstance(executable, bool) else None,
        backdated=True,
    )


def members_with(there: Mapping[str, str], stored: Mapping[str, str | None]) -> dict[str, Any]:
    """Return the members of `metadata` once properties are stored, or removed, beside others.

    Raises OutOfSpace for more than MOST_CHARACTERS: every listing reads them.
    """
    kept = {name: xml for name, xml in {**there, **stored}.items() if xml is not None}
    if sum(len(name) + len(xml) for name, xml in kept.items()) > MOST_CHARACTERS:
        raise OutOfSpace(f"more than {MOST_CHARACTERS} characters of properties")
    return {FIELD: kept} if stored else {}


def _properties(fields: Fields) -> dict[str, str]:
    found = _metadata(fields).get(FIELD)
    if not isinstance(found, dict):
        return {}
    return {name: xml for name, xml in found.items() if isinstance(xml, str)}


def _metadata(fields: Fields) -> dict[str, Any]:
    found = fields.get("metadata")
    return found if isinstance(found, dict) else {}
