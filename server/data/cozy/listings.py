"""Lists of documents in Cozy's dialect: with some fields, without design documents, in pages."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from aiohttp import web

from doctypes.permissions.reserved import UNREADABLE
from doctypes.permissions.rule import Verb
from replication.core.document import DESIGN_PREFIX, StoredRevision
from replication.core.errors import Invalid
from replication.store.protocol import Database, IdRange
from replication.wire import bulk_json
from replication.wire.document_json import PLAIN, encode, render_document
from server import keys
from server.data import access, reading
from server.data.all_docs import ALL_DOCS, options_of
from server.data.answers import json_answer
from server.data.dialect import COZY

Json = Any

_USUAL, _MOST = 100, 1000
_FIELDS, _DESIGNS = "Fields", "DesignDocs"
_PAGE = 1000


async def all_docs(request: web.Request) -> web.Response:
    """GET or POST /data/{doctype}/_all_docs: CouchDB's, and `Fields`, and `DesignDocs=false`."""
    options = options_of(request)
    if request.method == "POST":
        options |= bulk_json.decode(await reading.json_body(request), dict[str, Any])
    fields = [name for name in request.query.get(_FIELDS, "").split(",") if name]
    with_designs = request.query.get(_DESIGNS, "true") != "false"
    for name in (_FIELDS, _DESIGNS):
        options.pop(name, None)
    listed = await ALL_DOCS.listed(request, options)
    if fields or not with_designs:
        listed = trimmed(listed, fields, with_designs=with_designs)
    return json_answer(listed)


def trimmed(listed: bytes, fields: Sequence[str], *, with_designs: bool) -> bytes:
    """Return a list with these fields of its documents alone (all for none); `a.b` is one of `a`.

    Ids and revisions stay. Design documents are left out unless they are wanted.
    """
    answer = msgspec.json.decode(listed)
    rows = answer["rows"]
    if not with_designs:
        rows = [row for row in rows if not str(row.get("id", "")).startswith(DESIGN_PREFIX)]
    if fields:
        rows = [
            {**row, "doc": _some(row["doc"], fields)} if row.get("doc") else row for row in rows
        ]
    return encode({**answer, "rows": rows})


def _some(document: Mapping[str, Json], fields: Sequence[str]) -> dict[str, Json]:
    kept: dict[str, Json] = {n: document[n] for n in ("_id", "_rev") if n in document}
    for field in fields:
        _put(kept, document, field.split("."))
    return kept


def _put(kept: dict[str, Json], document: Mapping[str, Json], path: list[str]) -> None:
    first, *rest = path
    if first not in document:
        return
    value = document[first]
    if not rest:
        kept[first] = value
    elif isinstance(value, Mapping):
        below = kept.setdefault(first, {})
        if isinstance(below, dict):
            _put(below, value, rest)


@dataclass(frozen=True, slots=True)
class Page:
    """A page of documents that are no designs, and where the next begins."""

    rows: Sequence[StoredRevision]
    last: str | None
    read: int


async def normal_docs(request: web.Request) -> web.Response:
    """GET /data/{doctype}/_normal_docs: documents that are no designs, in pages."""
    database = await access.reading(request)
    limit = _natural(request, "limit", _USUAL)
    limit = limit if limit <= _MOST else _USUAL
    skip, bookmark = _natural(request, "skip", 0), request.query.get("bookmark", "")
    page = await page_of(database, _read_bookmark(bookmark), skip, limit)
    info = await database.info()
    answer: dict[str, Json] = {
        "total_rows": info.document_count - await _count_of_designs(database),
        "bookmark": _bookmark(page.last) if page.last else bookmark or "nil",
    }
    if request.query.get("execution_stats") in ("true", "1"):
        answer["execution_stats"] = {
            "total_keys_examined": page.read,
            "total_docs_examined": page.read,
            "results_returned": len(page.rows),
        }
    rows = b",".join(render_document(row, PLAIN) for row in page.rows)
    return json_answer(b'{"rows":[' + rows + b"]," + encode(answer)[1:])


async def page_of(database: Database, after: str | None, skip: int, limit: int) -> Page:
    """Read a page behind an id, the first `skip` documents passed over."""
    found: list[StoredRevision] = []
    read = 0
    while len(found) < limit:
        wanted = min(limit - len(found) + skip, _PAGE)
        ids = IdRange(start=after, skip=1 if after else 0, limit=wanted, count_before=False)
        rows, _ = await database.all_docs(ids)
        read += len(rows)
        normal = [row for row in rows if not row.document_id.startswith(DESIGN_PREFIX)]
        passed = min(skip, len(normal))
        found += normal[passed:]
        skip -= passed
        if len(rows) < wanted:
            break
        after = rows[-1].document_id
    return Page(found, found[-1].document_id if found else None, read)


async def _count_of_designs(database: Database) -> int:
    every = IdRange(DESIGN_PREFIX, "_design0", inclusive_end=False)  # "0" comes behind the slash
    rows, _ = await database.all_docs(every)
    return len(rows)


def _natural(request: web.Request, name: str, otherwise: int) -> int:
    """Return a count; what is none counts for nothing, as with Cozy."""
    text = request.query.get(name, "")
    return int(text[:9]) if text.isascii() and text.isdigit() else otherwise


def _bookmark(document_id: str) -> str:
    return base64.urlsafe_b64encode(document_id.encode()).decode().rstrip("=")


def _read_bookmark(text: str) -> str | None:
    if text in ("", "nil"):
        return None
    try:
        padded = text + "=" * (-len(text) % 4)
        return base64.b64decode(padded, altchars=b"-_", validate=True).decode()
    except ValueError:
        raise Invalid("invalid_bookmark", f"Invalid bookmark value: {text[:64]}") from None


async def all_doctypes(request: web.Request) -> web.Response:
    """GET /data/_all_doctypes: the types that there are documents of, and that may be shown."""
    request[keys.PRINCIPAL].permissions.require_type(Verb.GET, "io.cozy.doctypes")
    names = await request[keys.HOME].store.names()
    shown = [name for name in names if name not in UNREADABLE and access.is_served(request, name)]
    return json_answer(encode(shown))


def routes() -> list[web.RouteDef]:
    """Return the routes of these lists."""
    doctype = COZY.prefix + "/{database}"
    return [
        web.get(COZY.prefix + "/_all_doctypes", all_doctypes),
        web.get(doctype + "/_all_docs", all_docs),
        web.post(doctype + "/_all_docs", all_docs),
        web.get(doctype + "/_normal_docs", normal_docs),
    ]
