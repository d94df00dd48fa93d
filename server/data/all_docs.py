"""Documents listed by id: `_all_docs`, `_design_docs`, and several listings in one request."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from aiohttp import web

from replication.core.document import DESIGN_PREFIX, LocalDocument, StoredRevision
from replication.core.errors import Invalid
from replication.store.ordering import within
from replication.store.protocol import Database, IdRange
from replication.wire import bulk_json
from replication.wire.document_json import encode, render_local
from server.data import access, reading
from server.data.answers import json_answer
from server.data.dialect import DataDialect
from server.data.documents import rendered, shown_fields

_LAST = "\U0010ffff" * 8  # sorts behind every id a client would think of


@dataclass(frozen=True, slots=True)
class Listing:
    """What one listing asks for, checked; `keys` excludes bounds."""

    ids: IdRange
    keys: tuple[object, ...] | None = None
    include_documents: bool = False
    update_sequence: bool = False
    nothing: bool = False


def parse_listing(options: dict[str, Any], keys: list[object] | None) -> Listing:
    """Read the options of a listing, given as JSON values. Raises Invalid with CouchDB's words."""
    bounds = _bounds(options)
    if keys is not None and bounds:
        raise Invalid(
            "query_parse_error", "`keys` is incompatible with `key`, `start_key` and `end_key`"
        )
    descending = _boolean(options, "descending")
    start, end = bounds.get("start"), bounds.get("end")
    ids = IdRange(
        start=_as_bound(start, lowest=not descending) if "start" in bounds else None,
        end=_as_bound(end, lowest=descending) if "end" in bounds else None,
        inclusive_end=_boolean(options, "inclusive_end", otherwise=True),
        descending=descending,
        skip=_count(options, "skip") or 0,
        limit=_count(options, "limit"),
    )
    return Listing(
        ids=ids,
        keys=None if keys is None else tuple(keys),
        include_documents=_boolean(options, "include_docs"),
        update_sequence=_boolean(options, "update_seq"),
        nothing=_lies_outside(start, end, descending=descending),
    )


def _bounds(options: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for option, bound in (
        ("startkey", "start"), ("start_key", "start"), ("endkey", "end"), ("end_key", "end"),
    ):  # fmt: skip
        if option in options:
            found[bound] = options[option]
    if "key" in options:
        found["start"] = found["end"] = options["key"]
    return found


def _as_bound(value: object, *, lowest: bool) -> str | None:
    """Ids are strings: what sorts below them bounds nothing, what sorts above lies behind all."""
    if isinstance(value, str):
        return value
    if isinstance(value, list | dict):
        return _LAST if lowest else None
    return None if lowest else ""


def _lies_outside(start: object, end: object, *, descending: bool) -> bool:
    low, high = (end, start) if descending else (start, end)
    return isinstance(low, list | dict) or isinstance(high, bool | int | float)


def _boolean(options: dict[str, Any], name: str, *, otherwise: bool = False) -> bool:
    value = options.get(name, otherwise)
    if not isinstance(value, bool):
        raise Invalid("query_parse_error", f"Invalid boolean parameter: {_text(value)}")
    return value


def _count(options: dict[str, Any], name: str) -> int | None:
    value = options.get(name)
    if value is not None and (not isinstance(value, int) or isinstance(value, bool)):
        raise Invalid("query_parse_error", f"Invalid value for integer: {_text(value)}")
    if value is not None and value < 0:
        raise Invalid("query_parse_error", f'Invalid value for positive integer: "{value}"')
    return None if value is None else min(value, reading.MOST)


def _text(value: object) -> str:
    return encode(value).decode()


def options_of(request: web.Request) -> dict[str, Any]:
    """Read all query parameters as JSON; one that is none stands for itself."""
    options: dict[str, Any] = {}
    for name, value in request.query.items():
        try:
            options[name] = msgspec.json.decode(value.encode())
        except msgspec.DecodeError:
            if name in {"key", "keys", "startkey", "start_key", "endkey", "end_key"}:
                raise Invalid("bad_request", "invalid UTF-8 JSON") from None
            options[name] = value
    return options


def _keys(value: object) -> list[object] | None:
    if value is not None and not isinstance(value, list):
        raise Invalid("bad_request", "`keys` body member must be an array.")
    return value


class _Queries(msgspec.Struct):
    queries: list[dict[str, Any]] | None = None


Lister = Callable[[web.Request, Database, Listing], Awaitable[bytes]]
"""Answers a listing with the JSON of its rows."""


class ListingRoutes:
    """Listings of one kind of documents: all, the design documents alone, or the local ones."""

    def __init__(self, path: str, list_: Lister) -> None:
        self._path = path
        self._list = list_

    async def get(self, request: web.Request) -> web.Response:
        """GET: options stand in the query."""
        return json_answer(await self.listed(request, options_of(request)))

    async def post(self, request: web.Request) -> web.Response:
        """POST: options may stand in the body, `keys` above all."""
        body = bulk_json.decode(await reading.json_body(request), dict[str, Any])
        return json_answer(await self.listed(request, {**options_of(request), **body}))

    async def listed(self, request: web.Request, options: dict[str, Any]) -> bytes:
        """Return a listing in JSON. Raises Invalid, DatabaseMissing."""
        listing = parse_listing(options, _keys(options.get("keys")))
        return await self._list(request, await access.reading(request), listing)

    async def queries(self, request: web.Request) -> web.Response:
        """POST to `queries`: several listings, answered in order."""
        asked = bulk_json.decode(await reading.json_body(request), _Queries).queries
        if asked is None:
            raise Invalid("bad_request", "POST body must include `queries` parameter.")
        common = options_of(request)
        listings = [
            parse_listing({**common, **options}, _keys(options.get("keys"))) for options in asked
        ]
        database = await access.reading(request)
        answers = [await self._list(request, database, listing) for listing in listings]
        return json_answer(b'{"results":[' + b",\n".join(answers) + b"]}")

    def routes(self, dialect: DataDialect) -> list[web.RouteDef]:
        """Return the routes of these listings."""
        path = dialect.prefix + "/{database}" + self._path
        return [
            web.get(path, self.get),
            web.post(path, self.post),
            web.post(path + "/queries", self.queries),
        ]


async def _designs_listed(request: web.Request, database: Database, listing: Listing) -> bytes:
    """List design documents, which are few: all are read, and those asked for are kept."""
    every = IdRange(DESIGN_PREFIX, "_design0", inclusive_end=False)  # "0" comes behind the slash
    found, _ = await database.all_docs(every)
    by_id = {row.document_id: row for row in found}
    if listing.keys is not None:
        keys = tuple(key for key in listing.keys if str(key).startswith(DESIGN_PREFIX))
        rows = await _rows_of_keys(request, database, listing, keys)
        return await _framed(database, listing, rows, len(found), None)
    ordered = sorted(by_id, reverse=listing.ids.descending)
    asked = [name for name in ordered if within(name, listing.ids) and not listing.nothing]
    kept = asked[listing.ids.skip :][: listing.ids.limit]
    rows = [await _row(request, name, by_id[name], listing) for name in kept]
    before = ordered.index(kept[0]) if kept else 0
    return await _framed(database, listing, rows, len(found), before)


async def _locals_listed(_: web.Request, database: Database, listing: Listing) -> bytes:
    """List `_local/` documents, which nobody counts; keys that name none are passed over."""
    if listing.keys is not None:
        every = {found.document_id: found for found in await database.local_documents(IdRange())}
        named = (key for key in listing.keys if isinstance(key, str))
        found = [every[name] for name in named if name in every]
        found = found[listing.ids.skip :][: listing.ids.limit]
    else:
        found = [] if listing.nothing else await database.local_documents(listing.ids)
    rows = [_local_row(document, with_body=listing.include_documents) for document in found]
    return await _framed(database, listing, rows, None, None)


def _local_row(document: LocalDocument, *, with_body: bool) -> bytes:
    name = document.document_id
    row = encode({"id": name, "key": name, "value": {"rev": str(document.revision)}})
    return row[:-1] + b',"doc":' + render_local(document) + b"}" if with_body else row


async def _listed(request: web.Request, database: Database, listing: Listing) -> bytes:
    if listing.keys is not None:
        rows, offset = await _rows_of_keys(request, database, listing, listing.keys), None
    elif listing.nothing:
        rows, offset = [], 0
    else:
        found, offset = await database.all_docs(listing.ids)
        rows = [await _row(request, row.document_id, row, listing) for row in found]
    info = await database.info()
    return await _framed(database, listing, rows, info.document_count, offset)


async def _framed(
    database: Database,
    listing: Listing,
    rows: Sequence[bytes],
    total: int | None,
    offset: int | None,
) -> bytes:
    head: dict[str, object] = {"total_rows": total, "offset": offset}
    if listing.update_sequence:
        head["update_seq"] = str(await database.sequence())
    return encode(head)[:-1] + b',"rows":[\n' + b",\n".join(rows) + b"\n]}"


async def _rows_of_keys(
    request: web.Request, database: Database, listing: Listing, keys: tuple[object, ...]
) -> list[bytes]:
    ids = listing.ids
    ordered = keys[::-1] if ids.descending else keys
    end = None if ids.limit is None else ids.skip + ids.limit
    kept = ordered[ids.skip : end]
    found = await database.get_many([key for key in kept if isinstance(key, str)])
    by_id = {row.document_id: row for row in found if row is not None}
    return [
        await _row(request, key, by_id.get(key) if isinstance(key, str) else None, listing)
        for key in kept
    ]


async def _row(
    request: web.Request, key: object, stored: StoredRevision | None, listing: Listing
) -> bytes:
    if stored is None:
        return encode({"key": key, "error": "not_found"})
    value: dict[str, object] = {"rev": str(stored.revision)}
    if stored.deleted:
        value["deleted"] = True
    row = encode({"id": key, "key": key, "value": value})
    if not listing.include_documents:
        return row
    if stored.deleted:
        return row[:-1] + b',"doc":null}'
    return row[:-1] + b',"doc":' + await rendered(request, stored, shown_fields(request)) + b"}"


ALL_DOCS = ListingRoutes("/_all_docs", _listed)
DESIGN_DOCS = ListingRoutes("/_design_docs", _designs_listed)


def routes(dialect: DataDialect) -> list[web.RouteDef]:
    """Return the routes of listings."""
    return [
        *ALL_DOCS.routes(dialect),
        *DESIGN_DOCS.routes(dialect),
        *ListingRoutes("/_local_docs", _locals_listed).routes(dialect),
    ]
