"""Server-sent events: the same news for whoever prefers plain HTTP (WHATWG HTML 9.2).

`GET /realtime/events?type=io.cozy.files&type=io.cozy.contacts/some-id`: the id of each event says
where its reader stands in every type, so that one who comes back misses nothing.
"""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator, Mapping

import msgspec
from aiohttp import hdrs, web

from replication.core.errors import Invalid
from replication.core.sequence import UpdateSequence
from server import keys
from server.auth.errors import AccessRefused
from server.auth.principal import Principal
from server.auth.shown import read_shown
from server.data.open_feeds import FEEDS
from server.realtime.events import Event
from server.realtime.listening import changes_past, notices_about, place_of
from server.realtime.notices import NOTICES
from server.realtime.permitted import may_hear, may_listen
from server.realtime.protocol import Topic
from server.realtime.sight import sight_of

HEARTBEAT = 30
"""Seconds between signs of life; whether the reader is still there is looked at each second."""
MOST_TOPICS = 50
_WAITING = 64

_Told = tuple[Topic, Event, UpdateSequence | None]
_Places = dict[str, UpdateSequence]


async def handle(request: web.Request) -> web.StreamResponse:
    """GET /realtime/events. Raises Invalid, and 403 for a type that may not be read."""
    topics = _topics(request)
    principal = request[keys.PRINCIPAL]
    for topic in topics:
        if not may_listen(principal, topic):
            raise web.HTTPForbidden(text=f"You may not listen to {topic.doctype}.")
    places = await _places(request, topics)
    headers = {"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
    response = web.StreamResponse(headers={**headers, "X-Accel-Buffering": "no"})
    if request.method == hdrs.METH_HEAD:
        return response
    with request.app[FEEDS].entered((principal.domain, principal.credential or principal.name)):
        await response.prepare(request)
        await response.write(_opening(places))
        async with contextlib.aclosing(_news(request, topics, places)) as news:
            await _send(request, response, news, places)
    return response


async def _send(
    request: web.Request,
    response: web.StreamResponse,
    news: AsyncIterator[_Told | None],
    places: _Places,
) -> None:
    quiet = 0
    async for told in news:
        if told is None:
            quiet += 1
            if request.transport is None or request.transport.is_closing():
                return
            if quiet % HEARTBEAT == 0:
                await response.write(b": \n\n")
            continue
        topic, event, place = told
        principal = await _still(request)
        if principal is None:
            return
        if place is not None:
            places[topic.doctype] = place
        if may_hear(principal, topic, event):
            await response.write(_frame(event, places))


async def _still(request: web.Request) -> Principal | None:
    shown = read_shown(request.headers, request.query, request.cookies)
    authenticator, address = request.app[keys.AUTHENTICATOR], request[keys.CALLER].address
    try:
        return await authenticator.principal(shown, request[keys.HOME], address)
    except AccessRefused:
        return None


async def _news(
    request: web.Request, topics: list[Topic], places: Mapping[str, UpdateSequence]
) -> AsyncGenerator[_Told | None]:
    """Yield news of all topics as they come; None for each second without."""
    queue: asyncio.Queue[_Told] = asyncio.Queue(_WAITING)
    home, notices = request[keys.HOME], request.app[NOTICES]

    async def gather(
        topic: Topic, events: AsyncIterator[tuple[Event, UpdateSequence | None]]
    ) -> None:
        async for event, place in events:
            await queue.put((topic, event, place))

    tasks = [
        asyncio.create_task(gather(topic, events))
        for topic in topics
        for events in (
            changes_past(
                home.store,
                topic.doctype,
                places.get(topic.doctype),
                sight_of(home, request[keys.PRINCIPAL], topic.doctype),
            ),
            notices_about(notices, home.domain, topic.doctype),
        )
    ]
    try:
        while not any(task.done() for task in tasks):  # done: the home is being closed
            yield await _next(queue)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _next(queue: "asyncio.Queue[_Told]") -> _Told | None:
    try:
        async with asyncio.timeout(1.0):
            return await queue.get()
    except TimeoutError:
        return None


def _topics(request: web.Request) -> list[Topic]:
    told = request.query.getall("type", [])
    found = [Topic(*text.partition("/")[::2]) for text in told if text]
    if not found or len(found) > MOST_TOPICS:
        raise Invalid("bad_request", f"Name 1 to {MOST_TOPICS} types: ?type=io.cozy.files")
    return found


async def _places(request: web.Request, topics: list[Topic]) -> _Places:
    """Return where to begin: where a reader who comes back stood, else now."""
    store, since = request[keys.HOME].store, _since(request.headers.get("Last-Event-ID", ""))
    places: _Places = {}
    for topic in topics:
        place = since.get(topic.doctype) or await place_of(store, topic.doctype)
        if place is not None:
            places[topic.doctype] = place
    return places


def _since(event_id: str) -> _Places:
    try:
        told = msgspec.json.decode(event_id or "{}", type=dict[str, str])
        return {doctype: UpdateSequence.parse(text) for doctype, text in told.items()}
    except (msgspec.DecodeError, Invalid):
        return {}  # a place that nobody gave out: begin now, as for a new reader


def _frame(event: Event, places: _Places) -> bytes:
    data = msgspec.json.encode(event.payload())
    name = event.name.lower().encode()
    return b"event: " + name + b"\nid: " + _id(places) + b"\ndata: " + data + b"\n\n"


def _opening(places: _Places) -> bytes:
    return b"retry: 2000\nid: " + _id(places) + b"\n\n"


def _id(places: _Places) -> bytes:
    return msgspec.json.encode({doctype: str(place) for doctype, place in places.items()})
