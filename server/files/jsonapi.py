"""Nodes and versions as JSON:API objects (cozy.md B7): pure, from what the tree has read."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from doctypes.files.node import DOCTYPE, Directory, File, Node
from doctypes.files.version import VERSIONS, Version

CONTENT_TYPE = "application/vnd.api+json"

_RELATED = ("referenced_by", "not_synchronized_on")
"""Lists of the document that stand among the relationships too.

Desktop clients look among the attributes whether they leave a directory out (cozy.md C5).
"""

Object = dict[str, Any]

_decode = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode  # most goes out as it is


@dataclass(frozen=True, slots=True)
class Listed:
    """Some of a list; how many there are in all, if somebody counted; the cursor behind it."""

    nodes: Sequence[Node]
    count: int | None = None
    cursor: str | None = None


def node_object(node: Node, *, path: str = "", links: Object | None = None) -> Object:
    """Return a node; `path` is shown for files too where it is known, `links` are beside `self`."""
    fields: Object = {**_decode(node.document.body), "dir_id": node.dir_id}
    for name in _RELATED:
        if name in fields:
            fields[name] = msgspec.json.decode(fields[name])
    return object_of(node.id, str(node.revision), fields, path=path, links=links)


def object_of(
    node_id: str, rev: str, fields: Object, *, path: str = "", links: Object | None = None
) -> Object:
    """Return a node of which some fields are known."""
    attributes = {name: value for name, value in fields.items() if not name.startswith("_")}
    if path:
        attributes["path"] = path
    return {
        "type": DOCTYPE,
        "id": node_id,
        "attributes": attributes,
        "meta": {"rev": rev},
        "links": {"self": f"/files/{node_id}", **(links or {})},
        "relationships": _relationships(node_id, fields),
    }


def _relationships(node_id: str, fields: Object) -> Object:
    relationships: Object = {}
    if fields.get("dir_id"):
        relationships["parent"] = {
            "links": {"related": f"/files/{fields['dir_id']}"},
            "data": {"type": DOCTYPE, "id": fields["dir_id"]},
        }
    for name in _RELATED:
        if name == _RELATED[0] or fields.get(name):
            where = f"/files/{node_id}/relationships/{name}"
            relationships[name] = {"links": {"self": where}, "data": fields.get(name) or []}
    return relationships


def directory_object(directory: Directory, listed: Listed, cursor_link: str | None) -> Object:
    """Return a directory with what lies in it named among its relationships."""
    shown = node_object(directory)
    contents: Object = {"data": [{"type": DOCTYPE, "id": node.id} for node in listed.nodes]}
    if listed.count is not None:
        contents["meta"] = {"count": listed.count}
    if cursor_link:
        contents["links"] = {"next": cursor_link}
    shown["relationships"]["contents"] = contents
    return shown


def file_object(
    file: File, versions: Iterable[Version], *, path: str = "", links: Object | None = None
) -> Object:
    """Return a file with its old versions named among its relationships."""
    shown = node_object(file, path=path, links=links)
    named = [{"type": VERSIONS, "id": version.id} for version in versions]
    if named:
        shown["relationships"]["old_versions"] = {"data": named}
    return shown


def version_object(version: Version) -> Object:
    """Return an old version of a file."""
    fields = msgspec.json.decode(version.document.body, type=Object)
    return {
        "type": VERSIONS,
        "id": version.id,
        "attributes": fields,
        "meta": {"rev": str(version.revision)},
        "links": {"self": f"/files/download/{version.id}"},
        "relationships": {"file": {"data": {"type": DOCTYPE, "id": version.file_id}}},
    }


def encode(answer: object) -> bytes:
    """Write an answer."""
    return msgspec.json.encode(answer)
