"""WebDAV's dead properties of a node: a member of `metadata` in its `io.cozy.files` document.

There they replicate with the file, go along when it is moved or copied, and are kept by Cozy, which
leaves `metadata` to whoever wrote it.
"""

from collections.abc import Mapping
from typing import Any

from doctypes.files.document import Fields, Stamp, fields_of, next_metadata, written
from doctypes.files.node import Node
from webdav.model.backend import PropertyChanges
from webdav.model.errors import OutOfSpace

FIELD = "davProperties"
MOST_CHARACTERS = 1 << 16

_MARK = FIELD.encode()
_NONE: Mapping[str, str] = {}


def properties_of(node: Node) -> Mapping[str, str]:
    """Return Clark names and elements as XML; what others wrote there in another shape is left."""
    if _MARK not in node.document.body:
        return _NONE
    return _properties(fields_of(node))


def with_changes(node: Node, changes: PropertyChanges, stamp: Stamp) -> Fields:
    """Return the document's fields with the changes in it.

    Raises OutOfSpace for more than MOST_CHARACTERS: every listing reads them.
    """
    fields = fields_of(node)
    merged = {**_properties(fields), **changes.stored}
    kept = {name: xml for name, xml in merged.items() if xml is not None}
    if sum(len(name) + len(xml) for name, xml in kept.items()) > MOST_CHARACTERS:
        raise OutOfSpace(f"more than {MOST_CHARACTERS} characters of properties")
    fields |= {"cozyMetadata": next_metadata(fields, stamp)}
    if changes.stored:
        fields |= {"metadata": {**_metadata(fields), FIELD: kept}}
    if changes.modified is not None:
        fields |= {"updated_at": written(changes.modified)}
        fields |= {"created_at": written(min(node.created_at, changes.modified))}
    return fields


def _properties(fields: Fields) -> dict[str, str]:
    found = _metadata(fields).get(FIELD)
    if not isinstance(found, dict):
        return {}
    return {name: xml for name, xml in found.items() if isinstance(xml, str)}


def _metadata(fields: Fields) -> dict[str, Any]:
    found = fields.get("metadata")
    return found if isinstance(found, dict) else {}
