"""Blocks of contents from the home: asked for by threads, fetched by one loop."""

import asyncio
from collections.abc import Callable
from urllib.parse import quote

from clients.desktop.home.client import HomeClient, Request, connection_named
from clients.desktop.home.port import Refused
from clients.desktop.ondemand.blocks import BLOCK
from clients.desktop.ondemand.kept import Content, KeptContents

AHEAD = 4
"""Blocks that are fetched beyond those asked for, where a file is read from its beginning on."""


class Fetching:
    """Brings contents here; each span once, also where several wait for it."""

    def __init__(self, client: HomeClient, kept: KeptContents) -> None:
        self._client = client
        self._kept = kept
        self._turns: dict[str, asyncio.Lock] = {}

    async def bring(self, node_id: str, content: Content, start: int, stop: int) -> None:
        """Have bytes of a content here. Raises HomeError, WrongContent, OSError."""
        turn = self._turns.setdefault(content.name, asyncio.Lock())
        async with turn:
            for first, last in self._kept.missing(content, start, stop):
                await self._fetch(node_id, content, first, last)

    async def _fetch(self, node_id: str, content: Content, start: int, stop: int) -> None:
        path = f"/files/download/{quote(node_id, safe='')}"
        asked = Request("GET", path, headers={"Range": f"bytes={start}-{stop - 1}"})
        async with self._client.opened(asked) as response:
            if response.headers.get("ETag") != f'"{content.hash}"':
                raise Refused("the file is another by now")
            at = 0 if response.status == 200 else start  # noqa: PLR2004  # all of it, from a plain server
            with connection_named():
                while at < stop:
                    piece = await response.content.readexactly(min(BLOCK, content.size - at))
                    await asyncio.to_thread(self._kept.write, content, at, piece)
                    at += len(piece)


def reading(
    loop: asyncio.AbstractEventLoop, fetching: Fetching, kept: KeptContents
) -> Callable[[str, Content, int, int], bytes]:
    """Return what reads in any thread, fetching what is not here. Raises OSError, HomeError."""

    def read(node_id: str, content: Content, start: int, stop: int) -> bytes:
        if kept.missing(content, start, stop):
            begins = not kept.missing(content, max(start - BLOCK, 0), start)
            ahead = min(content.size, stop + (AHEAD * BLOCK if begins else 0))
            bringing = fetching.bring(node_id, content, start, ahead)
            asyncio.run_coroutine_threadsafe(bringing, loop).result()
        return kept.read(content, start, stop)

    return read
