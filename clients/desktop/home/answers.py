"""What a home answers, as values of the port: pure."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from clients.desktop.home.port import ROOT_ID, FeedPage, Gone, RemoteNode, Unreachable
from clients.desktop.model.content import Content
from clients.desktop.model.kind import Kind

TRASH_ID = "io.cozy.files.trash-dir"
_TRASH = "/.cozy_trash/"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND, _MICROSECOND = 1_000_000_000, 1000
_LATEST = 253_402_300_799 * _SECOND
"""The last second that a date of four digits can tell, in nanoseconds."""


class Document(msgspec.Struct, kw_only=True):
    """A document of `io.cozy.files`; sizes are strings."""

    id: str = msgspec.field(name="_id")
    revision: str = msgspec.field(name="_rev")
    deleted: bool = msgspec.field(name="_deleted", default=False)
    type: str = ""
    name: str = ""
    dir_id: str = ""
    path: str = ""
    updated_at: str = ""
    size: str | int = 0
    sha256sum: str = ""
    executable: bool = False
    trashed: bool = False


class _Row(msgspec.Struct):
    id: str
    doc: Document | None = None


class _Feed(msgspec.Struct):
    last_seq: str
    pending: int
    results: list[_Row]


class _Meta(msgspec.Struct):
    rev: str


class _Data(msgspec.Struct):
    id: str
    attributes: dict[str, Any]
    meta: _Meta


class _Shown(msgspec.Struct):
    data: _Data


def read_feed(body: bytes, since: str = "") -> FeedPage:
    """Read a page of `/files/_changes` after a place. Raises Unreachable for what no home says."""
    feed = _decoded(body, _Feed)
    found = (row_of(row.doc) for row in feed.results if row.doc is not None)
    rows = tuple(row for row in found if row is not None)
    is_anew = since != "" and _epoch(since) != _epoch(feed.last_seq)
    return FeedPage(rows, feed.last_seq, feed.pending > 0, is_anew)


def _epoch(place: str) -> str:
    """Return which life of the home a place in its feed belongs to (`42-5f0c…`)."""
    return place.partition("-")[2]


def row_of(document: Document) -> RemoteNode | Gone | None:
    """Return what a document tells; None for the root, the trash, and what is neither."""
    if document.id in (ROOT_ID, TRASH_ID) or document.id.startswith("_design/"):
        return None
    if document.deleted:
        return Gone(document.id)
    if document.trashed or document.path.startswith(_TRASH):
        return Gone(document.id, trashed=True)
    return node_of(document)


def node_of(document: Document) -> RemoteNode | None:
    """Return a file or a directory; None for a file whose content has no name of ours."""
    content = None
    if document.type == Kind.FILE:
        if not document.sha256sum:
            return None
        content = Content(document.sha256sum, int(document.size))
    elif document.type != Kind.DIRECTORY:
        return None
    return RemoteNode(
        document.id,
        document.revision,
        document.dir_id,
        document.name,
        Kind(document.type),
        content,
        document.executable,
        nanoseconds(document.updated_at),
    )


def read_node(body: bytes) -> RemoteNode:
    """Read a node as `/files/{id}` shows it. Raises Unreachable for what no home would say."""
    data = _decoded(body, _Shown).data
    told = {**data.attributes, "_id": data.id, "_rev": data.meta.rev}
    try:
        node = node_of(msgspec.convert(told, Document))
    except (msgspec.ValidationError, ValueError) as error:
        raise Unreachable("the answer is none that a home gives") from error
    if node is None:
        raise Unreachable("the answer is none that a home gives")
    return node


def nanoseconds(text: str) -> int:
    """Read a date of RFC 3339 as nanoseconds since 1970; 0 for what is none."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return 0
    since = (found if found.tzinfo else found.replace(tzinfo=UTC)) - _EPOCH
    whole = since.days * 86_400 + since.seconds
    return whole * _SECOND + since.microseconds * _MICROSECOND


def date_of(moment: int) -> str:
    """Write nanoseconds since 1970 as a date of RFC 3339, within the years that it can tell."""
    whole, rest = divmod(min(max(moment, 0), _LATEST), _SECOND)
    found = datetime.fromtimestamp(whole, UTC).replace(microsecond=rest // _MICROSECOND)
    return found.isoformat().replace("+00:00", "Z")


def _decoded(body: bytes, kind: type[Any]) -> Any:  # noqa: ANN401  # of the kind that was asked for
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, ValueError) as error:
        raise Unreachable("the answer is none that a home gives") from error


def member(told: object, *names: str) -> object:
    """Return a member of nested objects and lists' first items; None where there is none."""
    for name in names:
        if isinstance(told, list):
            told = told[0] if told else None
        told = told.get(name) if isinstance(told, Mapping) else None
    return told


def json_of(body: bytes) -> object:
    """Read JSON; None for what is none."""
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
