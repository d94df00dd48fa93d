"""Full-text search over HTTP: in one doctype, or in all that people search."""

import base64
import binascii
import math

import msgspec
from aiohttp import web

from doctypes.searchable import searched_doctypes
from replication.core.errors import Invalid
from replication.wire import bulk_json
from replication.wire.document_json import encode, render_document
from server import keys
from server.data import access, reading
from server.data.answers import json_answer
from server.data.dialect import DataDialect
from server.data.searching import Answers, Found, Search, Searched, SearchPlace, search
from server.media.kept_texts import KeptTexts

USUAL_LIMIT = 25
MOST = 200
"""Answers of one page, whatever is asked."""
NO_BOOKMARK = "nil"


class _Asked(msgspec.Struct):
    """What a search says; in a URL, `doctypes` has commas between them."""

    q: str
    doctypes: list[str] | None = None
    limit: int = USUAL_LIMIT
    bookmark: str = NO_BOOKMARK
    include_docs: bool = False
    trashed: bool = False


async def in_one(request: web.Request) -> web.Response:
    """GET or POST /{database}/_search."""
    asked = await _asked(request)
    seen = await access.reading(request)
    whole = await request[keys.HOME].store.open(seen.name)
    return await _answer(request, [Searched(seen, whole)], asked)


async def in_all(request: web.Request) -> web.Response:
    """GET or POST /_search: doctypes that nobody has written to have no answers."""
    asked = await _asked(request)
    searched = searched_doctypes()
    wanted = searched if asked.doctypes is None else map(access.check_name, asked.doctypes)
    names = sorted(set(wanted))
    for name in names:
        if name not in searched:
            raise Invalid("bad_request", f"Nothing is searched in {name}.")
    return await _answer(request, await _opened(request, names), asked)


async def _opened(request: web.Request, names: list[str]) -> list[Searched]:
    store, home = request[keys.INSTANCE].store, request[keys.HOME].store
    there = set(await store.names())
    return [
        Searched(await store.open(name), await home.open(name)) for name in names if name in there
    ]


async def _asked(request: web.Request) -> _Asked:
    if request.method == "POST":
        asked = bulk_json.decode(await reading.json_body(request), _Asked)
    else:
        asked = _asked_in_url(request)
    if asked.limit < 0:
        raise Invalid("query_parse_error", f"Invalid value for limit: {asked.limit}")
    return asked


def _asked_in_url(request: web.Request) -> _Asked:
    query = request.query
    if "q" not in query:
        raise Invalid("bad_request", "The parameter q says what to look for.")
    limit = reading.number(request, "limit")
    return _Asked(
        query["q"],
        query["doctypes"].split(",") if query.get("doctypes") else None,
        USUAL_LIMIT if limit is None else limit,
        query.get("bookmark", NO_BOOKMARK),
        reading.flag(request, "include_docs"),
        reading.flag(request, "trashed"),
    )


async def _answer(request: web.Request, databases: list[Searched], asked: _Asked) -> web.Response:
    after = parse_bookmark(asked.bookmark)
    wanted = Search(asked.q, min(asked.limit, MOST), after, asked.trashed)
    home = request[keys.HOME]
    answers = await search(databases, wanted, KeptTexts(home.folder, home.transit.named))
    rows = [_row(found, include_docs=asked.include_docs) for found in answers.found]
    return json_answer(b'{"rows":[\n' + b",\n".join(rows) + b"\n]," + _tail(answers))


def _row(found: Found, *, include_docs: bool) -> bytes:
    row = {
        "id": found.document.document_id,
        "doctype": found.place.doctype,
        "score": found.place.score,
        "fields": found.fields,
    }
    if not include_docs:
        return encode(row)
    return encode(row)[:-1] + b',"doc":' + render_document(found.document) + b"}"


def _tail(answers: Answers) -> bytes:
    tail = {"total_rows": answers.total, "bookmark": render_bookmark(answers.last)}
    return encode(tail)[1:]


def render_bookmark(place: SearchPlace | None) -> str:
    """Write the place behind a page, for the next; opaque to clients."""
    if place is None:
        return NO_BOOKMARK
    return base64.urlsafe_b64encode(encode(place)).decode().rstrip("=")


def parse_bookmark(text: str) -> SearchPlace | None:
    """Read a bookmark that an answer had. Raises Invalid."""
    if text in ("", NO_BOOKMARK):
        return None
    try:
        told = base64.urlsafe_b64decode(text.encode() + b"=" * (-len(text) % 4))
        place = SearchPlace(*msgspec.json.decode(told, type=tuple[float, str, int]))
    except (binascii.Error, ValueError):
        raise Invalid("invalid_bookmark", f"Invalid bookmark value: {text[:64]}") from None
    if not math.isfinite(place.score) or not 0 <= place.sequence < 2**63:
        raise Invalid("invalid_bookmark", f"Invalid bookmark value: {text[:64]}")
    return place


def routes(dialect: DataDialect) -> list[web.RouteDef]:
    """Return the routes of search, which CouchDB's dialect does not have."""
    if not dialect.is_cozy:
        return []
    return [
        route
        for path, handler in (("/_search", in_all), ("/{database}/_search", in_one))
        for route in (
            web.get(dialect.prefix + path, handler),
            web.post(dialect.prefix + path, handler),
        )
    ]
