"""CouchDB's API over one database, to read only; knows no web framework.

What programs need to list, follow and replicate from it: https://docs.couchdb.org/en/stable/api/.
Writing is refused with 403, which replicators take for a source that keeps no checkpoints.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus

import msgspec

from replication.core.change import ChangesQuery, Style
from replication.core.document import StoredRevision
from replication.core.errors import DocumentMissing, Invalid
from replication.core.revision import Revision
from replication.core.sequence import UpdateSequence
from replication.store.protocol import Database, IdRange
from replication.wire.bulk_json import (
    NotGiven,
    Wanted,
    parse_bulk_get,
    render_bulk_get_row,
    wanted_by,
)
from replication.wire.document_json import PLAIN, Shown, encode, render_document
from replication.wire.feed_frames import OPENING, RowStyle, closing, render_row

_READING = ("GET", "HEAD", "POST")
_WELCOME = {"couchdb": "Welcome", "version": "3.5.0", "vendor": {"name": "foyer-sync"}}
_NO_MORE = 1000
"""Rows of a feed or a listing at most, where nobody says how many."""

Query = Mapping[str, str]


class Refused(Exception):
    """A refusal: status, CouchDB's word, and a sentence."""

    def __init__(self, status: HTTPStatus, word: str, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.body = encode({"error": word, "reason": reason})


@dataclass(frozen=True, slots=True)
class Asked:
    """A request: the parts of its path, decoded; its query; its body."""

    method: str
    parts: tuple[str, ...]
    query: Query
    body: bytes = b""


async def answer(asked: Asked, database: Database) -> bytes:
    """Return the JSON that answers. Raises Refused."""
    if asked.method not in _READING:
        raise _for_reading()
    try:
        return await _answer(asked, database)
    except Invalid as error:
        raise Refused(HTTPStatus.BAD_REQUEST, error.word, error.reason) from error
    except DocumentMissing as error:
        raise _missing("missing") from error


async def _answer(asked: Asked, database: Database) -> bytes:
    if asked.parts in ((), ("_all_dbs",)):
        return encode([database.name] if asked.parts else _WELCOME)
    if asked.parts[0] != database.name:
        raise _missing("Database does not exist.")
    match asked.parts[1:]:
        case (name,) if name in _VERBS:
            return await _VERBS[name](asked, database)
        case _ if asked.method == "POST":
            raise _for_reading()
        case ():
            return await _information(database)
        case (document_id,):
            return await _document(document_id, asked.query, database)
    raise _missing("missing")


def _for_reading() -> Refused:
    return Refused(HTTPStatus.FORBIDDEN, "forbidden", "This door is for reading.")


def _missing(reason: str) -> Refused:
    return Refused(HTTPStatus.NOT_FOUND, "not_found", reason)


async def _information(database: Database) -> bytes:
    found = await database.info()
    return encode(
        {
            "db_name": found.name,
            "doc_count": found.document_count,
            "doc_del_count": found.deleted_count,
            "update_seq": str(found.sequence),
            "sizes": {"active": found.size, "external": found.size, "file": found.size},
            "instance_start_time": "0",
            "compact_running": False,
        }
    )


async def _all_docs(asked: Asked, database: Database) -> bytes:
    with_documents = _flag(asked.query, "include_docs")
    if asked.body or "keys" in asked.query:
        return await _keyed(_keys(asked), with_documents, database)
    query = asked.query
    wanted = IdRange(
        start=_json(query, "startkey", "start_key", "key"),
        end=_json(query, "endkey", "end_key", "key"),
        inclusive_end=query.get("inclusive_end", "true") == "true",
        descending=_flag(query, "descending"),
        skip=_count(query, "skip", 0) or 0,
        limit=_count(query, "limit", None),
    )
    rows, before = await database.all_docs(wanted)
    total = (await database.info()).document_count
    head = b'{"total_rows":%d,"offset":%d,"rows":[\n' % (total, before + wanted.skip)
    return head + b",\n".join(_row(it, with_documents=with_documents) for it in rows) + b"\n]}"


async def _keyed(keys: Sequence[str], with_documents: bool, database: Database) -> bytes:  # noqa: FBT001
    found = await database.get_many(keys)
    rows = [
        encode({"key": key, "error": "not_found"})
        if it is None
        else _row(it, with_documents=with_documents)
        for key, it in zip(keys, found, strict=True)
    ]
    total = (await database.info()).document_count
    return b'{"total_rows":%d,"rows":[\n' % total + b",\n".join(rows) + b"\n]}"


def _row(stored: StoredRevision, *, with_documents: bool) -> bytes:
    value: dict[str, object] = {"rev": str(stored.revision)}
    if stored.deleted:
        value["deleted"] = True
    name = encode(stored.document_id)
    row = b'{"id":' + name + b',"key":' + name + b',"value":' + encode(value)
    if with_documents:
        row += b',"doc":' + (b"null" if stored.deleted else render_document(stored))
    return row + b"}"


def _keys(asked: Asked) -> list[str]:
    try:
        if "keys" in asked.query:
            return msgspec.json.decode(asked.query["keys"], type=list[str])
        return msgspec.json.decode(asked.body, type=dict[str, list[str]])["keys"]
    except (msgspec.DecodeError, KeyError) as error:
        raise Invalid("bad_request", "`keys` must be a list of ids.") from error


async def _changes(asked: Asked, database: Database) -> bytes:
    query = asked.query
    current = await database.sequence()
    since = query.get("since", "0")
    start = current.number if since == "now" else UpdateSequence.parse(since).within(current)
    documents = frozenset(_doc_ids(asked)) if query.get("filter") == "_doc_ids" else None
    if query.get("filter", "_doc_ids") != "_doc_ids":
        raise Invalid("bad_request", "This door has no filters but _doc_ids.")
    limit = _count(query, "limit", _NO_MORE) or 1
    wanted = ChangesQuery(
        since=start,
        limit=limit,
        include_documents=_flag(query, "include_docs"),
        document_ids=documents,
    )
    page = await database.changes(wanted)
    style = Style.ALL_DOCS if query.get("style") == "all_docs" else Style.MAIN_ONLY
    look = RowStyle(page.last.epoch, style)
    rows = b",\n".join(render_row(change, look) for change in page.rows)
    return OPENING + rows + closing(page.last, page.pending)


def _doc_ids(asked: Asked) -> list[str]:
    try:
        return msgspec.json.decode(asked.body, type=dict[str, list[str]])["doc_ids"]
    except (msgspec.DecodeError, KeyError) as error:
        raise Invalid("bad_request", "`doc_ids` must be a list of ids.") from error


async def _bulk_get(asked: Asked, database: Database) -> bytes:
    shown = Shown(revisions=_flag(asked.query, "revs"))
    rows = []
    for item in parse_bulk_get(asked.body):
        wanted = wanted_by(item)
        found = await _given(wanted, shown, database)
        rows.append(render_bulk_get_row(wanted.document_id, found))
    return b'{"results":[' + b",".join(rows) + b"]}"


async def _given(wanted: Wanted, shown: Shown, database: Database) -> list[bytes | NotGiven]:
    if wanted.wrong is not None or wanted.document_id is None:
        return [wanted.wrong or NotGiven(None, "bad_request", "document id missed")]
    try:
        if wanted.revision is None:
            return [render_document(it, shown) for it in await database.leaves(wanted.document_id)]
        found = await database.get(wanted.document_id, wanted.revision, latest=True)
    except DocumentMissing:
        named = str(wanted.revision) if wanted.revision else "undefined"
        return [NotGiven(named, "not_found", "missing")]
    return [render_document(found, shown)]


async def _document(document_id: str, query: Query, database: Database) -> bytes:
    shown = Shown(revisions=True) if _flag(query, "revs") else PLAIN
    if query.get("open_revs") == "all":
        leaves = await database.leaves(document_id)
        return (
            b"[" + b",".join(b'{"ok":' + render_document(it, shown) + b"}" for it in leaves) + b"]"
        )
    revision = Revision.parse(query["rev"]) if "rev" in query else None
    latest = _flag(query, "latest")
    return render_document(await database.get(document_id, revision, latest=latest), shown)


_VERBS = {"_all_docs": _all_docs, "_changes": _changes, "_bulk_get": _bulk_get}


def _flag(query: Query, name: str) -> bool:
    return query.get(name) == "true"


def _count(query: Query, name: str, otherwise: int | None) -> int | None:
    text = query.get(name)
    if text is None:
        return otherwise
    if not (text.isascii() and text.isdigit()):
        raise Invalid("query_parse_error", f"Invalid value for integer: {text!r}")
    return int(text)


def _json(query: Query, *names: str) -> str | None:
    text = next((query[name] for name in names if name in query), None)
    if text is None:
        return None
    try:
        return msgspec.json.decode(text, type=str)
    except msgspec.DecodeError as error:
        raise Invalid("bad_request", "Keys are strings in JSON.") from error
