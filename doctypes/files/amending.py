"""What a document says of a node beyond its name, place and content: decided here, written once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from doctypes.files.document import Fields, Stamp, fields_of, metadata_of, next_metadata, written
from doctypes.files.document import revision as revised
from doctypes.files.errors import OlderThanStored
from doctypes.files.node import File, Node
from doctypes.files.plan import Plan

TAKEN_OVER = frozenset({"favorite", "sourceAccount", "sourceAccountIdentifier"})
"""The members of `cozyMetadata` that callers may set; the others tell what the tree has seen."""

_OF_FILES = frozenset({"executable", "encrypted", "class"})


@dataclass(frozen=True, slots=True)
class Amendment:
    """What is to be said anew; None, and what is left out, stays as it is.

    `metadata` takes the place of all there was, `metadata_members` are put into it (None takes one
    out). Of `cozy_metadata` only TAKEN_OVER is looked at. A date before the stored one is refused
    unless `backdated`; a file is never updated before it was created. What only files have is not
    looked at for directories.
    """

    tags: Sequence[str] | None = None
    executable: bool | None = None
    encrypted: bool | None = None
    file_class: str | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    backdated: bool = False
    metadata: Mapping[str, Any] | None = None
    metadata_members: Mapping[str, Any] = field(default_factory=dict)
    cozy_metadata: Mapping[str, Any] = field(default_factory=dict)


NOTHING_AMENDED = Amendment()


@dataclass(frozen=True, slots=True)
class Reference:
    """A document that refers to a node, or a device: its doctype and its id."""

    type: str
    id: str


def amend(node: Node, change: Amendment, stamp: Stamp) -> Plan | None:
    """Say it in the node's document; None if that says so already. Raises OlderThanStored."""
    fields = fields_of(node)
    return _revised(node, fields, amended(node, fields, change), stamp)


def refer(
    node: Node, name: str, added: Sequence[Reference], removed: Sequence[Reference], stamp: Stamp
) -> Plan | None:
    """Add references to a list of the document, and take some out; None if nothing changes."""
    fields = fields_of(node)
    listed = references(fields, name)
    kept = [reference for reference in listed if reference not in removed]
    kept += [reference for reference in dict.fromkeys(added) if reference not in kept]
    changed = {key: value for key, value in fields.items() if key != name}
    if kept:
        changed[name] = [{"type": reference.type, "id": reference.id} for reference in kept]
    return _revised(node, fields, changed, stamp) if kept != listed else None


def references(fields: Mapping[str, Any], name: str) -> list[Reference]:
    """Return the references in a list of a document."""
    found = fields.get(name)
    return [
        Reference(item["type"], item["id"])
        for item in (found if isinstance(found, list) else ())
        if isinstance(item, dict) and isinstance(item.get("type"), str)
        if isinstance(item.get("id"), str)
    ]


def amended(node: Node, fields: Fields, change: Amendment) -> Fields:
    """Return fields of a node with the change in them. Raises OlderThanStored."""
    said: Fields = {
        "tags": None if change.tags is None else distinct_tags(change.tags),
        "executable": change.executable,
        "encrypted": change.encrypted,
        "class": change.file_class,
        "metadata": _metadata(fields, change),
    }
    skipped = frozenset() if isinstance(node, File) else _OF_FILES
    new = {key: value for key, value in said.items() if value is not None and key not in skipped}
    taken = {key: change.cozy_metadata[key] for key in TAKEN_OVER if key in change.cozy_metadata}
    if taken:
        merged = {**metadata_of(fields), **taken}
        new["cozyMetadata"] = {
            key: value for key, value in merged.items() if value or key not in taken
        }
    return {**fields, **new, **_dates(node, change)}


def distinct_tags(tags: Sequence[str]) -> list[str]:
    """Return tags without spaces round them, each once, and none that is empty."""
    return [tag for tag in dict.fromkeys(tag.strip() for tag in tags) if tag]


def _metadata(fields: Fields, change: Amendment) -> Fields | None:
    if change.metadata is None and not change.metadata_members:
        return None
    there = fields.get("metadata") if change.metadata is None else change.metadata
    merged = {**(there if isinstance(there, Mapping) else {}), **change.metadata_members}
    return {key: value for key, value in merged.items() if value is not None}


def _dates(node: Node, change: Amendment) -> Fields:
    created, updated = change.created_at or node.created_at, change.updated_at or node.updated_at
    if updated < node.updated_at and not change.backdated:
        raise OlderThanStored(node.id, node.updated_at, updated)
    if change.created_at is None:
        created = min(created, updated)
    updated = max(created, updated)
    found = {"created_at": (created, node.created_at), "updated_at": (updated, node.updated_at)}
    return {key: written(new) for key, (new, old) in found.items() if new != old}


def _revised(node: Node, fields: Fields, changed: Fields, stamp: Stamp) -> Plan | None:
    if changed == fields:
        return None
    return Plan((revised(node, changed | {"cozyMetadata": next_metadata(changed, stamp)}),))
