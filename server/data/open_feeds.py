"""How many feeds stand open for each credential: one that opens ever more is told to stop."""

from collections import Counter
from collections.abc import Hashable, Iterator
from contextlib import contextmanager

from aiohttp import web

RETRY_AFTER = "5"
"""Seconds after which somebody who had too many may ask again."""


class OpenFeeds:
    """Counts the feeds that wait for news, by who asked for them; at most `most` for each."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._open: Counter[Hashable] = Counter()

    @contextmanager
    def entered(self, credential: Hashable) -> Iterator[None]:
        """Count one more feed of a credential while it lasts. Raises 429 when it has too many."""
        if self._open[credential] >= self._most:
            raise web.HTTPTooManyRequests(
                text=f"You have {self._most} feeds open, and no more are given; close some.",
                headers={"Retry-After": RETRY_AFTER},
            )
        self._open[credential] += 1
        try:
            yield
        finally:
            self._open[credential] -= 1
            if not self._open[credential]:
                del self._open[credential]


FEEDS = web.AppKey("feeds", OpenFeeds)
