"""The changes feed over HTTP: normal, longpoll, continuous and eventsource."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace

from aiohttp import hdrs, web

from replication.core.change import Change, ChangesPage, ChangesQuery, ChangesText, Style
from replication.core.errors import Invalid
from replication.core.sequence import UpdateSequence
from replication.feed import changes_feed
from replication.feed.changes_feed import ChangesSource
from replication.store.protocol import Database
from replication.wire import feed_frames
from server import keys
from server.data import access, attachments, reading
from server.data.answers import HEADERS
from server.data.attendance import Attendance
from server.data.documents import shown_fields
from server.data.filters import Filter, read_filter
from server.data.judged_changes import BegunChanges, JudgedChanges
from server.data.open_feeds import FEEDS
from server.data.written_changes import WrittenChanges

DEFAULT_PATIENCE = 60.0  # seconds; CouchDB's changes_timeout


@dataclass(frozen=True, slots=True)
class Asked:
    """What a feed's request says, checked."""

    query: ChangesQuery
    source: ChangesSource[ChangesPage]
    database: Database | None
    look: feed_frames.RowStyle
    feed: str
    patience: float
    heartbeat: float | None
    with_attachments: bool
    etag: str | None


async def handle(request: web.Request) -> web.StreamResponse:
    """GET or POST /{database}/_changes."""
    database = await access.reading(request)
    asked = await _asked(request, database)
    if asked.etag is not None and request.headers.get(hdrs.IF_NONE_MATCH) == asked.etag:
        return web.Response(status=304, headers={hdrs.ETAG: asked.etag})
    if request.method == hdrs.METH_HEAD:
        return web.Response(headers=HEADERS)
    if asked.feed == "normal":
        return await _normal(request, asked)
    with request.app[FEEDS].entered(_credential(request)):
        return await _FEEDS[asked.feed](request, asked)


def _credential(request: web.Request) -> tuple[str, str, str]:
    """Return what tells one who listens from others: of those without a name, where they are."""
    principal = request[keys.PRINCIPAL]
    address = "" if principal.name else request[keys.CALLER].address
    return principal.domain, principal.credential or principal.name, address


async def _asked(request: web.Request, database: Database) -> Asked:
    info = await database.info()
    current = info.sequence
    feed = request.query.get("feed", "normal")
    if feed not in _FEEDS:
        raise Invalid("bad_request", f"Supported `feed` types: {', '.join(_FEEDS)}")
    heartbeat = _heartbeat(request)
    _check_interval(request)
    shown, style = shown_fields(request), _style(request)
    chosen = await read_filter(request, database)
    query = _query(request, current, chosen)
    source: ChangesSource[ChangesPage] = database
    if chosen.judge is not None:
        judged = JudgedChanges(database, chosen.judge, every_leaf=style is Style.ALL_DOCS)
        source = await BegunChanges.over(judged, query)
    return Asked(
        query=query,
        source=source,
        database=database if source is database else None,
        look=feed_frames.RowStyle(current.epoch, style, shown),
        feed=feed,
        patience=_patience(request, heartbeat),
        heartbeat=heartbeat,
        with_attachments=reading.wants(request, "attachments"),
        etag=f'"{current}-{info.purges}"' if feed == "normal" else None,
    )


def _query(request: web.Request, current: UpdateSequence, chosen: Filter) -> ChangesQuery:
    limit = reading.number(request, "limit")
    descending = reading.wants(request, "descending")
    return ChangesQuery(
        since=0 if descending else _since(request, current),
        limit=None if limit is None else max(1, limit),  # CouchDB: a limit of 0 means 1
        descending=descending,
        include_documents=reading.wants(request, "include_docs"),
        document_ids=chosen.document_ids,
        accept=chosen.accept,
    )


def _since(request: web.Request, current: UpdateSequence) -> int:
    query = request.query
    since = query.get("last-event-id") or query.get("since", "0")
    if query.get("feed") == "eventsource":  # a browser that comes back
        since = request.headers.get("Last-Event-ID") or since
    since = since.strip('"')  # in events a sequence stands as JSON
    if since == "now":
        return current.number
    return UpdateSequence.parse(since).within(current)


def _style(request: web.Request) -> Style:
    try:
        return Style(request.query.get("style", "main_only"))
    except ValueError:
        raise Invalid("bad_request", "style must be main_only or all_docs") from None


def _heartbeat(request: web.Request) -> float | None:
    """Return the seconds between two heartbeats; `true` is CouchDB's usual minute."""
    if request.query.get("heartbeat") == "true":
        return DEFAULT_PATIENCE
    value = reading.number(request, "heartbeat", word="bad_request")
    if value == 0:
        reason = "The heartbeat value should be a positive integer (in milliseconds)."
        raise Invalid("bad_request", reason)
    return None if value is None else value / 1000


def _check_interval(request: web.Request) -> None:
    """Refuse an interval that is none; sequences cost nothing here, so each row has its own."""
    if reading.number(request, "seq_interval", word="bad_request") == 0:
        raise Invalid("bad_request", "invalid_seq_interval")


def _patience(request: web.Request, heartbeat: float | None) -> float:
    timeout = reading.number(request, "timeout")
    if heartbeat is not None:  # a heartbeat keeps the feed open for as long as somebody listens
        return float("inf")
    return DEFAULT_PATIENCE if timeout is None else min(max(timeout, 1) / 1000, DEFAULT_PATIENCE)


async def _normal(request: web.Request, asked: Asked) -> web.StreamResponse:
    response = await _opened(request, asked)
    written = _written(request, asked, b",\n")
    pages = changes_feed.once(written, asked.query)
    return await _framed(response, _attending(request, response, asked).attend(pages), asked)


async def _longpoll(request: web.Request, asked: Asked) -> web.StreamResponse:
    response = await _opened(request, asked)
    written, attendance = _written(request, asked, b",\n"), _attending(request, response, asked)
    if asked.database is not None:
        wait = attendance.waiting(written, asked.patience)
        await _framed(response, changes_feed.longpoll(written, asked.query, wait), asked)
        # A hundred may have waited for the same: all are answered before any is accounted for.
        await asyncio.sleep(0)
        return response
    wait = changes_feed.patient(written, asked.patience)
    pages = attendance.attend(changes_feed.longpoll(written, asked.query, wait))
    return await _framed(response, pages, asked)


async def _opened(request: web.Request, asked: Asked) -> web.StreamResponse:
    """Begin the answer of a normal or longpoll feed."""
    headers = HEADERS if asked.etag is None else {**HEADERS, hdrs.ETAG: asked.etag}
    response = web.StreamResponse(headers=headers)
    await response.prepare(request)
    await response.write(feed_frames.OPENING)
    return response


async def _framed(
    response: web.StreamResponse, pages: AsyncIterator[ChangesText], asked: Asked
) -> web.StreamResponse:
    """Stream rows up to the closing that normal and longpoll feeds have."""
    held, separator = b"", b""  # the last rows go out together with the closing
    last, pending = UpdateSequence(asked.query.since, asked.look.epoch), 0
    async for page in pages:
        if held:
            await response.write(held)
        held = separator + page.rows.text
        separator = b",\n" if page.rows else separator
        last, pending = page.last, page.pending
    await response.write_eof(held + feed_frames.closing(last, pending))
    return response


async def _continuous(request: web.Request, asked: Asked) -> web.StreamResponse:
    """Stream a row a line for as long as somebody listens."""
    response = web.StreamResponse(headers=HEADERS)
    await response.prepare(request)
    last, pending = UpdateSequence(asked.query.since, asked.look.epoch), 0
    written = _written(request, asked, b"\n")
    pages = changes_feed.continuous(written, asked.query, patience=asked.patience)
    async for page in _attending(request, response, asked).attend(pages):
        if page.rows:
            await response.write(page.rows.text + b"\n")
        last, pending = page.last, page.pending
    await response.write(feed_frames.continuous_end(last, pending))
    await response.write_eof()
    return response


async def _eventsource(request: web.Request, asked: Asked) -> web.StreamResponse:
    """Stream server-sent events for as long as somebody listens."""
    headers = {"Content-Type": "text/event-stream", "Cache-Control": "no-cache"}
    response = web.StreamResponse(headers=headers)
    await response.prepare(request)
    pages = changes_feed.continuous(asked.source, asked.query, patience=float("inf"))
    async for page in _attending(request, response, asked).attend(pages):
        for change in page.rows:
            await response.write(feed_frames.eventsource_row(change, asked.look))
    await response.write_eof()
    return response


def _written(request: web.Request, asked: Asked, separator: bytes) -> WrittenChanges:
    """Return the changes that were asked for as bytes, with those of attachments if need be."""

    async def look_of(change: Change) -> feed_frames.RowStyle:
        document, look = change.document, asked.look
        if document is None or not document.attachments:
            return look
        blobs = request[keys.INSTANCE].blobs
        data = await attachments.contents(document, blobs, document.attachments)
        return replace(look, shown=replace(look.shown, data=data))

    if asked.with_attachments:
        return WrittenChanges(asked.source, asked.look, separator, look_of=look_of)
    return WrittenChanges(asked.source, asked.look, separator, asked.database)


def _attending(request: web.Request, response: web.StreamResponse, asked: Asked) -> Attendance:
    as_event = asked.feed == "eventsource"
    sign = feed_frames.EVENTSOURCE_HEARTBEAT if as_event else feed_frames.HEARTBEAT
    return Attendance(request, response, asked.heartbeat, sign)


Handler = Callable[[web.Request, Asked], Awaitable[web.StreamResponse]]

_FEEDS: dict[str, Handler] = {
    "normal": _normal,
    "longpoll": _longpoll,
    "continuous": _continuous,
    "live": _continuous,
    "eventsource": _eventsource,
}
