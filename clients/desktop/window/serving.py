"""The window's door: a page on the loopback, and what it asks, for its own person alone.

The page itself holds no secret. All else wants the token in a header, so that no other page can
ask, and the host that the page is called by, so that no name of somebody else's leads here.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
from aiohttp import hdrs, web

from clients.desktop.local.messages import say
from clients.desktop.window.admission import Admission
from clients.desktop.window.desk import CannotDo, Desk
from clients.desktop.window.view import view_of

_HOST = "127.0.0.1"
_LOOK = 1.0
"""Seconds between two looks at the folders while a page is open."""
_ALIVE = 15
"""Looks without news after which the page is told that we are there."""
_PARTS = {"/": "page.html", "/page.js": "page.js", "/page.css": "page.css", "/mark.svg": "mark.svg"}
_TYPES = {"html": "text/html", "js": "text/javascript", "css": "text/css", "svg": "image/svg+xml"}
_LARGEST = 1 << 20
_SAFE = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
        "img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class _Entering(msgspec.Struct):
    code: str


class _Doing(msgspec.Struct):
    folder: str
    act: str
    path: str = ""
    answer: str = ""


class _Selecting(msgspec.Struct):
    folder: str
    out: tuple[str, ...] = ()
    back: tuple[str, ...] = ()


class Window:
    """Serves the page. `open_pages` counts those that are open."""

    def __init__(self, desk: Desk, admission: Admission) -> None:
        self._desk = desk
        self._admission = admission
        self._address = ""
        self.open_pages = 0
        self.was_open = asyncio.Event()

    @asynccontextmanager
    async def served(self) -> AsyncIterator[str]:
        """Serve until left; gives the page's address."""
        app = web.Application(middlewares=[self._guarded], client_max_size=_LARGEST)
        app.add_routes([web.get(path, _part) for path in _PARTS])
        app.add_routes(
            [
                web.post("/enter", self._enter),
                web.get("/view", self._view),
                web.post("/do", self._do),
                web.get("/room", self._room),
                web.get("/directories", self._directories),
                web.post("/select", self._select),
            ]
        )
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await runner.setup()
        try:
            await web.TCPSite(runner, _HOST, 0).start()
            self._address = f"{_HOST}:{runner.addresses[0][1]}"
            yield f"http://{self._address}/"
        finally:
            await runner.cleanup()

    @web.middleware
    async def _guarded(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.host != self._address:
            return web.Response(status=421, headers=_SAFE)
        is_open = request.path in _PARTS or request.path == "/enter"
        token = request.headers.get(hdrs.AUTHORIZATION, "").removeprefix("Bearer ")
        if not is_open and not self._admission.admits(token):
            return web.Response(status=401, headers=_SAFE)
        try:
            response = await handler(request)
        except CannotDo as error:
            response = web.json_response({"why": str(error)}, status=409)
        except msgspec.DecodeError:
            response = web.Response(status=400)
        if not response.prepared:
            response.headers.update(_SAFE)
        return response

    async def _enter(self, request: web.Request) -> web.Response:
        asked = msgspec.json.decode(await request.read(), type=_Entering)
        token = self._admission.enter(asked.code)
        if token is None:
            return web.Response(status=401)
        return _json({"token": token, "words": _words()})

    async def _view(self, request: web.Request) -> web.StreamResponse:
        """Send a line for each view that is another, for as long as the page is open."""
        response = web.StreamResponse(headers={**_SAFE, hdrs.CONTENT_TYPE: "application/x-ndjson"})
        await response.prepare(request)
        self.open_pages += 1
        self.was_open.set()
        try:
            await self._tell(response)
        except ConnectionError:
            pass  # the page was closed
        finally:
            self.open_pages -= 1
        return response

    async def _tell(self, response: web.StreamResponse) -> None:
        told, silent = b"", 0
        while True:
            view = msgspec.json.encode(view_of(await self._desk.statuses()))
            silent += 1
            if view != told or silent > _ALIVE:
                await response.write((view if view != told else b"") + b"\n")
                told, silent = view, 0
            await asyncio.sleep(_LOOK)

    async def _do(self, request: web.Request) -> web.Response:
        asked = msgspec.json.decode(await request.read(), type=_Doing)
        facts = {"path": asked.path, "answer": asked.answer}
        await self._desk.do(asked.folder, asked.act, facts)
        return _json({})

    async def _room(self, request: web.Request) -> web.Response:
        return _json(await self._desk.room(request.query.get("folder", "")))

    async def _directories(self, request: web.Request) -> web.Response:
        query = request.query
        return _json(await self._desk.directories(query.get("folder", ""), query.get("in", "")))

    async def _select(self, request: web.Request) -> web.Response:
        asked = msgspec.json.decode(await request.read(), type=_Selecting)
        await self._desk.select(asked.folder, asked.out, asked.back)
        return _json({})


async def _part(request: web.Request) -> web.Response:
    name = _PARTS[request.path]
    body = await asyncio.to_thread(Path(__file__).with_name(name).read_bytes)
    kind = _TYPES[name.rpartition(".")[2]]
    return web.Response(body=body, content_type=kind, charset="utf-8")


def _json(value: object) -> web.Response:
    return web.Response(body=msgspec.json.encode(value), content_type="application/json")


def _words() -> dict[str, Any]:
    """Return the page's own words, in the person's language."""
    names = ("language", "conflicts", "recent", "nothing_recent", "save", "leave", "gone")
    words = {name: say(f"window_{name}") for name in names}
    words["moving"] = say("window_in_transit")
    return {**words, "select": say("select_head"), "empty": say("select_nothing")}
