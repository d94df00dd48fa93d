"""The door itself: for who has the password: `/dav/` is WebDAV, the rest CouchDB."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from http import HTTPStatus
from pathlib import Path

from aiohttp import hdrs, web

from clients.desktop.door.contents import Contents
from clients.desktop.door.couch import Asked, Refused, answer
from clients.desktop.door.files import ReplicaFiles
from clients.desktop.door.keeping import Kept
from clients.desktop.home.port import HomeError
from clients.desktop.replica.opening import opened
from clients.desktop.replica.reading import Known
from clients.desktop.replica.tree import Node, nodes
from replication.core.sequence import UpdateSequence
from webdav.handler import DavHandler
from webdav.message import DavRequest, DavResponse, FileSlice, fold_headers

HOST = "127.0.0.1"
_MOUNT = "/dav"
_READING = ("OPTIONS", "GET", "HEAD", "PROPFIND")
_LARGEST = 16 << 20
_PIECE = 1 << 18
_LOOK = 1.0
_LONGEST = 60.0
"""Seconds that a longpoll waits at most."""
_ASK = {hdrs.WWW_AUTHENTICATE: 'Basic realm="foyer-sync", charset="UTF-8"'}

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Door:
    """Serves the replica at a place to who is admitted."""

    def __init__(self, place: Path, kept: Kept, contents: Contents) -> None:
        self._place = place
        self._kept = kept
        self._contents = contents
        self._known = Known()
        self._tree: list[Node] = []
        self._hosts: tuple[str, ...] = ()

    @asynccontextmanager
    async def served(self) -> AsyncIterator[int]:
        """Serve until left; gives the port. Raises OSError where the port is taken."""
        app = web.Application(middlewares=[self._guarded], client_max_size=_LARGEST)
        app.router.add_route("*", f"{_MOUNT}{{rest:(/.*)?}}", self._dav)
        app.router.add_route("*", "/{rest:.*}", self._couch)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await runner.setup()
        try:
            await web.TCPSite(runner, HOST, self._kept.port).start()
            port: int = runner.addresses[0][1]
            self._hosts = (f"{HOST}:{port}", f"localhost:{port}")
            yield port
        finally:
            await runner.cleanup()

    @web.middleware
    async def _guarded(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.host not in self._hosts:  # a name of somebody else's that leads here
            return web.Response(status=HTTPStatus.MISDIRECTED_REQUEST)
        if not self._kept.admits(request.headers.get(hdrs.AUTHORIZATION, "")):
            return web.Response(status=HTTPStatus.UNAUTHORIZED, headers=_ASK)
        return await handler(request)

    async def _couch(self, request: web.Request) -> web.Response:
        parts = tuple(part for part in request.match_info["rest"].split("/") if part)
        asked = Asked(request.method, parts, dict(request.query), await request.read())
        try:
            await self._waited(asked)
            async with opened(self._place) as database:
                status, body = HTTPStatus.OK, await answer(asked, database)
        except Refused as refusal:
            status, body = refusal.status, refusal.body
        return web.Response(status=status, body=body, content_type="application/json")

    async def _waited(self, asked: Asked) -> None:
        """Wait for news, as a longpoll does: another process may write them, so we look."""
        if asked.query.get("feed") != "longpoll" or asked.parts[1:] != ("_changes",):
            return
        patience, since = _LONGEST, asked.query.get("since", "0")
        before = await self._sequence()
        while patience > 0 and since in ("now", str(before)) and await self._sequence() == before:
            await asyncio.sleep(_LOOK)
            patience -= _LOOK

    async def _sequence(self) -> UpdateSequence:
        async with opened(self._place) as database:
            return await database.sequence()

    async def _dav(self, request: web.Request) -> web.StreamResponse:
        if request.method not in _READING:
            allow = {hdrs.ALLOW: ", ".join(_READING)}
            return web.Response(status=HTTPStatus.METHOD_NOT_ALLOWED, headers=allow)
        backend = ReplicaFiles(await self._nodes(), self._contents.read)
        asked = DavRequest(
            method=request.method,
            target=request.raw_path,
            headers=fold_headers(request.headers.items()),
            body=request.content.iter_chunked(_PIECE),
            mount=_MOUNT,
            origin=f"{request.scheme}://{request.host}",
        )
        response = await DavHandler(backend).handle(asked)
        return await _sent(request, response)

    async def _nodes(self) -> list[Node]:
        """Return the tree; only what changed in the replica is read."""
        async with opened(self._place) as database:
            if await self._known.look(database):
                self._tree = list(nodes(self._known.documents))
        return self._tree


async def _sent(request: web.Request, response: DavResponse) -> web.StreamResponse:
    body = response.body
    if isinstance(body, bytes):
        return web.Response(status=response.status, headers=response.headers, body=body)
    pieces = _pieces(body) if isinstance(body, FileSlice) else body
    try:
        first = await anext(pieces, b"")
    except HomeError:  # what is not on this computer is not to be had now
        return web.Response(status=HTTPStatus.SERVICE_UNAVAILABLE)
    streaming = web.StreamResponse(status=response.status, headers=response.headers)
    await streaming.prepare(request)
    await streaming.write(first)
    async for piece in pieces:
        await streaming.write(piece)
    await streaming.write_eof()
    return streaming


async def _pieces(part: FileSlice) -> AsyncIterator[bytes]:
    file = await asyncio.to_thread(Path(part.path).open, "rb")
    try:
        await asyncio.to_thread(file.seek, part.start)
        left = part.stop - part.start
        while left > 0:
            piece = await asyncio.to_thread(file.read, min(_PIECE, left))
            if not piece:
                raise ConnectionResetError("the file became shorter while it was read")
            left -= len(piece)
            yield piece
    finally:
        await asyncio.to_thread(file.close)
