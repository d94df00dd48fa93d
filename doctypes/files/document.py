"""The JSON of a node as it is written: what the tree sets is set, all else is kept.

Documents carry fields of many hands (references, metadata, favourites, what an app will think of
next year), so an edit is the document that was read with some fields put over it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec

from doctypes.files.node import Node
from replication.core.document import Edit

Fields = dict[str, Any]

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Fields).decode


@dataclass(frozen=True, slots=True)
class Stamp:
    """When something is done, and by whom (an app's slug or a device's name; empty: unknown)."""

    now: datetime
    by: str = ""


def fields_of(node: Node) -> Fields:
    """Return all fields of a node's document, fresh."""
    return _decode(node.document.body)


def written(moment: datetime) -> str:
    """Spell a moment as documents do: RFC 3339 in UTC with a Z; a naive one is taken as UTC."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(UTC).isoformat().replace("+00:00", "Z")


def creation(document_id: str, fields: Fields) -> Edit:
    """Write a document that is not there yet."""
    return Edit(document_id, _encode(fields))


def revision(node: Node, fields: Fields) -> Edit:
    """Write a node's document anew, on top of what was read; attachments stay."""
    return Edit(
        node.id,
        _encode(fields),
        base=node.revision,
        attachments=node.document.attachments,
    )


def tombstone(node: Node) -> Edit:
    """Delete a node's document."""
    return Edit(node.id, deleted=True, base=node.revision)


def first_metadata(stamp: Stamp) -> Fields:
    """Return the `cozyMetadata` of a new document."""
    now = written(stamp.now)
    return _signed(
        {"doctypeVersion": "1", "metadataVersion": 1, "createdAt": now, "updatedAt": now}
        | ({"createdByApp": stamp.by} if stamp.by else {}),
        stamp,
    )


def next_metadata(fields: Mapping[str, Any], stamp: Stamp) -> Fields:
    """Return the `cozyMetadata` of a document that is edited."""
    return _signed({**_metadata(fields), "updatedAt": written(stamp.now)}, stamp)


def uploaded(metadata: Fields, stamp: Stamp) -> Fields:
    """Add when the content came, and from whom."""
    by = {"uploadedBy": {"slug": stamp.by}} if stamp.by else {}
    kept = {key: value for key, value in metadata.items() if key != "uploadedBy"}
    return {**kept, "uploadedAt": written(stamp.now), **by}


def _metadata(fields: Mapping[str, Any]) -> Fields:
    found = fields.get("cozyMetadata")
    return found if isinstance(found, dict) else {}


def _signed(metadata: Fields, stamp: Stamp) -> Fields:
    """Put who edits at the end of `updatedByApps`, once."""
    if not stamp.by:
        return metadata
    apps = metadata.get("updatedByApps")
    others = [app for app in apps if not _is_app(app, stamp.by)] if isinstance(apps, list) else []
    signature = {"slug": stamp.by, "date": written(stamp.now)}
    return {**metadata, "updatedByApps": [*others, signature]}


def _is_app(app: object, slug: str) -> bool:
    return isinstance(app, dict) and app.get("slug") == slug
