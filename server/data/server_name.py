"""Which CouchDB the answers of a door are like: clients read what to expect from the header."""

from collections.abc import Awaitable, Callable

from aiohttp import hdrs, web

from server.data.databases import SPOKEN
from server.version import VERSION

NAME = f"CouchDB/{SPOKEN} (Foyer {VERSION})"


def names_server(door: str) -> Callable[[web.Request, web.StreamResponse], Awaitable[None]]:
    """Return a signal of the application that names the server to those who come by this door."""

    async def name(request: web.Request, response: web.StreamResponse) -> None:
        path = request.path
        if path.startswith(door) and path[len(door) : len(door) + 1] in ("", "/"):
            response.headers[hdrs.SERVER] = NAME

    return name
