"""Staying with somebody who listens to a feed: signs of life, and noticing that they have gone."""

import asyncio
from collections.abc import AsyncIterator
from typing import TypeVar

from aiohttp import web

from replication.core.errors import StoreClosed
from replication.feed.changes_feed import ChangesSource, Page, Wait, moved_past

LOOK_AFTER = 5.0
"""Seconds after which a silent listener is looked at: is it still there?"""

P = TypeVar("P", bound=Page)


class Attendance:
    """One listener; `heartbeat` counts seconds between two signs (None: there are none)."""

    def __init__(
        self,
        request: web.Request,
        response: web.StreamResponse,
        heartbeat: float | None,
        sign: bytes,
    ) -> None:
        self._request = request
        self._response = response
        self._heartbeat = heartbeat or float("inf")
        self._sign = sign
        self._loop = asyncio.get_running_loop()
        self._beat = self._loop.time() + self._heartbeat

    @property
    def has_gone(self) -> bool:
        """Tell whether nobody listens any more."""
        return self._request.transport is None or self._request.transport.is_closing()

    async def attend(self, pages: AsyncIterator[P]) -> AsyncIterator[P]:
        """Pass pages on; while none comes, give signs, and stop when the listener has gone.

        The next page is read while one is sent. The feed of a database that is deleted meanwhile
        just ends.
        """
        following = asyncio.ensure_future(_next(pages))
        try:
            while True:
                await asyncio.wait({following}, timeout=self._patience())
                if following.done():
                    page = following.result()
                    if page is None:
                        return
                    following = asyncio.ensure_future(_next(pages))
                    yield page
                    self._beat = self._loop.time() + self._heartbeat
                elif self.has_gone:
                    return
                else:
                    await self._sign_if_due()
        except StoreClosed:
            return
        finally:
            following.cancel()

    def waiting(self, source: ChangesSource[Page], patience: float) -> Wait:
        """Return a wait of so many seconds from now for news from a source that is read quickly.

        It takes no task beside the listener's own. A database that is deleted brings no news.
        """
        deadline = self._loop.time() + patience

        async def wait(number: int) -> bool:
            try:
                while not self.has_gone and self._loop.time() < deadline:
                    look_at = min(deadline, self._loop.time() + self._patience())
                    if await moved_past(source, number, look_at):
                        return True
                    await self._sign_if_due()
            except StoreClosed:
                pass
            return False

        return wait

    def _patience(self) -> float:
        return min(LOOK_AFTER, max(0.0, self._beat - self._loop.time()))

    async def _sign_if_due(self) -> None:
        if self._loop.time() >= self._beat:
            await self._response.write(self._sign)
            self._beat = self._loop.time() + self._heartbeat


async def _next(pages: AsyncIterator[P]) -> P | None:
    return await anext(pages, None)
