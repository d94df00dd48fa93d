"""The websocket of one client: who it is, what it listens to, and the events it is sent."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

from aiohttp import WSMsgType, web

from server import keys
from server.auth.access import check_lock
from server.auth.errors import AccessRefused
from server.auth.principal import Principal
from server.auth.shown import Shown, read_shown
from server.instances.instance import Instance
from server.realtime.events import Event
from server.realtime.listening import changes_past, notices_about, place_of
from server.realtime.notices import NOTICES
from server.realtime.permitted import may_hear, may_listen
from server.realtime.protocol import (
    LONGEST_MESSAGE,
    SUBPROTOCOL,
    Message,
    Misunderstood,
    Topic,
    parse_message,
    render_error,
)
from server.realtime.sight import sight_of

PING_SECONDS = 54.0
PATIENCE = 30.0
"""Seconds in which a client says who it is."""

MOST_TOPICS = 200
"""Topics of one connection; Cozy's applications have a dozen."""


async def handle(request: web.Request) -> web.WebSocketResponse:
    """GET /realtime/: the first message is AUTH, unless the request itself shows a credential."""
    socket = web.WebSocketResponse(
        heartbeat=PING_SECONDS, max_msg_size=LONGEST_MESSAGE, protocols=(SUBPROTOCOL,)
    )
    await socket.prepare(request)
    if not request[keys.CALLER].private:  # a token would be read along
        await socket.send_str(render_error(401))
        await socket.close()
        return socket
    shown = read_shown(request.headers, request.query, {})
    try:
        caller = await _Caller.of(request, shown if _shows(shown) else await _first(socket))
    except (Misunderstood, AccessRefused, TimeoutError):
        await socket.send_str(render_error(401))
        await socket.close()
        return socket
    with request.app[keys.LIVE].entered(caller.principal):
        await _Conversation(request, socket, caller).hold()
    return socket


def _shows(shown: Shown) -> bool:
    return bool(shown.token or shown.login)


async def _first(socket: web.WebSocketResponse) -> Shown:
    """Wait for AUTH. Raises Misunderstood, TimeoutError."""
    async with asyncio.timeout(PATIENCE):
        received = await socket.receive()
    if received.type is not WSMsgType.TEXT:
        raise Misunderstood(401)
    message = parse_message(received.data)
    if message.method != "AUTH" or not message.token:
        raise Misunderstood(401, message)
    return Shown(token=message.token)


class _Caller:
    """Who is at the other end, asked anew whenever it matters: credentials end meanwhile."""

    def __init__(self, request: web.Request, shown: Shown, principal: Principal) -> None:
        self._request = request
        self._shown = shown
        self.principal = principal

    @classmethod
    async def of(cls, request: web.Request, shown: Shown) -> "_Caller":
        """Find out who shows this. Raises AccessRefused."""
        return cls(request, shown, await _principal(request, shown))

    async def is_still_known(self) -> bool:
        """Look again at what was shown; True costs a look in memory."""
        try:
            self.principal = await _principal(self._request, self._shown)
        except AccessRefused:
            return False
        return True


async def _principal(request: web.Request, shown: Shown) -> Principal:
    address = request[keys.CALLER].address
    authenticator = request.app[keys.AUTHENTICATOR]
    principal = await authenticator.principal(shown, request[keys.INSTANCE], address)
    check_lock(principal, request.cookies)
    return principal


class _Conversation:
    """Takes messages and sends events until either side ends it."""

    def __init__(
        self, request: web.Request, socket: web.WebSocketResponse, caller: _Caller
    ) -> None:
        self._instance: Instance = request[keys.INSTANCE]
        self._notices = request.app[NOTICES]
        self._socket = socket
        self._caller = caller
        self._topics: dict[Topic, list[asyncio.Task[None]]] = {}

    async def hold(self) -> None:
        """Take messages until the connection ends."""
        try:
            async for received in self._socket:
                if received.type is WSMsgType.TEXT:
                    await self._take(received.data)
        finally:
            for topic in list(self._topics):
                await self._leave(topic)
            await self._socket.close()

    async def _take(self, text: str) -> None:
        try:
            await self._do(parse_message(text))
        except Misunderstood as error:
            await self._say(render_error(error.status, error.message))

    async def _do(self, message: Message) -> None:
        if message.method == "AUTH":
            return  # again, as clients do after a refresh; who they are is looked at anyway
        topic = message.topic
        if message.method == "UNSUBSCRIBE":
            await self._leave(topic)
        elif not may_listen(self._caller.principal, topic):
            raise Misunderstood(403, message)
        elif topic not in self._topics and len(self._topics) >= MOST_TOPICS:
            raise Misunderstood(429, message)
        elif topic not in self._topics:
            await self._follow(topic)

    async def _follow(self, topic: Topic) -> None:
        # The place first: what is written from now on is told.
        place = await place_of(self._instance.store, topic.doctype)
        see = sight_of(self._instance, self._caller.principal, topic.doctype)
        changes = changes_past(self._instance.store, topic.doctype, place, see)
        notices = notices_about(self._notices, self._instance.domain, topic.doctype)
        self._topics[topic] = [
            asyncio.create_task(self._tell(topic, changes)),
            asyncio.create_task(self._tell(topic, notices)),
        ]

    async def _leave(self, topic: Topic) -> None:
        tasks = self._topics.pop(topic, [])
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _tell(self, topic: Topic, events: AsyncIterator[tuple[Event, Any]]) -> None:
        with contextlib.suppress(ConnectionError):
            async for event, _ in events:
                if not await self._caller.is_still_known():
                    await self._say(render_error(401))
                    await self._socket.close()
                    return
                if may_hear(self._caller.principal, topic, event):
                    await self._say(event.message())

    async def _say(self, text: str) -> None:
        await self._socket.send_str(text)
