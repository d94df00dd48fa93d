"""The changes feed of files as desktop clients read it: with paths, without what they leave out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec
from aiohttp import web

from doctypes.files.node import DOCTYPE, TRASH_NAME
from doctypes.files.paths import joined
from doctypes.permissions.rule import Verb
from replication.core.change import Change, ChangesPage, ChangesQuery
from replication.core.errors import Invalid
from replication.core.sequence import UpdateSequence
from replication.feed.changes_feed import ChangesSource
from replication.store.protocol import Database
from replication.wire.document_json import render_document
from server import keys
from server.files.asking import device_of, profile_reader, require_all, tree_of
from server.files.problem import FileRequestRefused
from server.files.reading import flag, number

MOST = 10_000
ALLOWED = frozenset(
    {
        *("since", "limit", "include_docs", "fields", "include_file_path"),
        *("skip_deleted", "skip_trashed", "bearer_token"),
    }
)
_PATH = b'"path"'
_IN_TRASH = f"/{TRASH_NAME}"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request wants of the feed, checked."""

    since: int
    limit: int
    with_documents: bool
    with_paths: bool
    skips_deleted: bool
    skips_trashed: bool
    fields: tuple[str, ...]


async def show(request: web.Request) -> web.Response:
    """GET /files/_changes: `{last_seq, pending, results}` (cozy.md B7, C3)."""
    require_all(request, Verb.GET)
    database = await request[keys.HOME].store.open(DOCTYPE)
    asked = _asked(request.query, await database.sequence())
    page = await _page(_seen_by(request, database), asked)
    paths = await _paths(database, page.rows) if asked.with_paths or asked.skips_trashed else {}
    results = [
        told for row in page.rows if (told := _row(row, asked, paths, page.last.epoch)) is not None
    ]
    answer = {"last_seq": str(page.last), "pending": page.pending, "results": results}
    return web.Response(body=msgspec.json.encode(answer), content_type="application/json")


def _asked(query: Mapping[str, str], current: UpdateSequence) -> Asked:
    unknown = sorted(set(query) - ALLOWED)
    if unknown:
        raise FileRequestRefused(400, f"Unsupported query parameter {unknown[0]}", unknown[0])
    asked = Asked(
        since=_since(query.get("since", "0"), current),
        limit=number(query, "limit", MOST, MOST),
        with_documents=flag(query, "include_docs") is True,
        with_paths=flag(query, "include_file_path") is True,
        skips_deleted=flag(query, "skip_deleted") is True,
        skips_trashed=flag(query, "skip_trashed") is True,
        fields=tuple(one for one in query.get("fields", "").split(",") if one),
    )
    if (asked.with_paths or asked.skips_trashed) and not asked.with_documents:
        raise FileRequestRefused(400, "include_docs=true is needed for this", "include_docs")
    return asked


def _since(text: str, current: UpdateSequence) -> int:
    if text == "now":
        return current.number
    try:
        return UpdateSequence.parse(text or "0").within(current)
    except Invalid as error:
        raise FileRequestRefused(422, error.reason, "since") from error


def _seen_by(request: web.Request, database: Database) -> ChangesSource[ChangesPage]:
    """Return the feed without what the asking device leaves out (cozy.md C5)."""
    device = device_of(request)
    if device is None:
        return database
    return tree_of(request).changes_for(device, profile_reader(request))


async def _page(database: ChangesSource[ChangesPage], asked: Asked) -> ChangesPage:
    """Read up to the limit; the engine's own pages may be smaller."""
    rows: list[Change] = []
    query = ChangesQuery(since=asked.since, limit=asked.limit, include_documents=True)
    while True:
        page = await database.changes(query)
        rows += [row for row in page.rows if not row.document_id.startswith("_design/")]
        left = asked.limit - len(rows)
        if page.pending == 0 or left <= 0:
            return ChangesPage(tuple(rows), page.last, page.pending)
        query = ChangesQuery(since=page.last.number, limit=left, include_documents=True)


class _Placed(msgspec.Struct):
    """What of a document says where it is."""

    type: str = ""
    name: str = ""
    dir_id: str = ""
    path: str | None = None
    trashed: bool = False


_placed = msgspec.json.Decoder(_Placed).decode


async def _paths(database: Database, rows: Sequence[Change]) -> dict[str, str]:
    """Return the paths of the nodes of a page, each directory above them read once."""
    placed = {
        row.document_id: _placed(row.document.body)
        for row in rows
        if row.document is not None and not row.deleted
    }
    known = {node_id: one.path for node_id, one in placed.items() if one.path is not None}
    wanted = {
        one.dir_id
        for one in placed.values()
        if one.path is None and one.dir_id and one.dir_id not in known
    }
    found = await database.get_many(sorted(wanted))
    known |= {
        stored.document_id: _placed(stored.body).path or "/"
        for stored in found
        if stored is not None and not stored.deleted
    }
    paths = {}
    for node_id, one in placed.items():
        parent = known.get(one.dir_id)
        if one.path is not None:
            paths[node_id] = one.path
        elif parent is not None:
            paths[node_id] = joined(parent, one.name)
    return paths


def _row(
    row: Change, asked: Asked, paths: Mapping[str, str], epoch: str
) -> dict[str, object] | None:
    """Return a row as it is told; None for one that is not wanted."""
    if row.deleted and asked.skips_deleted:
        return None
    path = paths.get(row.document_id, "")
    if asked.skips_trashed and (path == _IN_TRASH or path.startswith(_IN_TRASH + "/")):
        return None
    told: dict[str, object] = {
        "id": row.document_id,
        "seq": str(UpdateSequence(row.sequence, epoch)),
        "changes": [{"rev": str(row.leaves[0])}],
    }
    if row.deleted:
        told["deleted"] = True
    if asked.with_documents and row.document is not None:
        told["doc"] = _document(row, asked, path)
    return told


def _document(row: Change, asked: Asked, path: str) -> object:
    text = b"null" if row.document is None else render_document(row.document)
    if row.document is None or row.deleted or not (asked.fields or (asked.with_paths and path)):
        return msgspec.Raw(text)
    if not asked.fields and _PATH not in text:
        return msgspec.Raw(b"%b%b:%b}" % (text[:-1], b"," + _PATH, msgspec.json.encode(path)))
    document = msgspec.json.decode(text, type=dict[str, msgspec.Raw])
    if asked.with_paths and path and "path" not in document:
        document["path"] = msgspec.Raw(msgspec.json.encode(path))
    if asked.fields:
        kept = {"_id", "_rev", *asked.fields}
        document = {name: value for name, value in document.items() if name in kept}
    return document
