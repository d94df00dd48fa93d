"""Who may decide at the same time: changes of single names side by side, changes of shape alone.

A file that arrives is decided on its own name in its own directory, so many may arrive at once and
share a flush to the disk. What changes the shape of the tree (a move, a removal) looks at much
more, and waits until it is alone. Nobody holds this while bytes are on their way.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager


class TreeLock:
    """A lock shared by keys, fair: who waits to be alone is not overtaken by those who share."""

    def __init__(self) -> None:
        self._gate = asyncio.Lock()
        self._sharing = 0
        self._nobody_shares = asyncio.Event()
        self._nobody_shares.set()
        self._keys: dict[Hashable, asyncio.Lock] = {}
        self._interest: Counter[Hashable] = Counter()

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[None]:
        """Wait for all others to leave, and keep others out."""
        async with self._gate:
            await self._nobody_shares.wait()
            yield

    @asynccontextmanager
    async def sharing(self, key: Hashable) -> AsyncIterator[None]:
        """Keep out only those with the same key, and those who want to be alone."""
        async with self._gate:
            self._sharing += 1
            self._nobody_shares.clear()
        try:
            async with self._key(key):
                yield
        finally:
            self._sharing -= 1
            if not self._sharing:
                self._nobody_shares.set()

    @asynccontextmanager
    async def _key(self, key: Hashable) -> AsyncIterator[None]:
        self._interest[key] += 1
        try:
            async with self._keys.setdefault(key, asyncio.Lock()):
                yield
        finally:
            self._interest[key] -= 1
            if not self._interest[key]:
                del self._interest[key], self._keys[key]
