"""The rules of locking (RFC 4918 6, 7 and 9.10): who gets a lock, and which writes it stops.

A lock is not granted while a write that was let through before is still being carried out, so
whoever holds a lock reads what no write is about to change.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from webdav.model.errors import Locked, LockMissing, OutOfSpace, PreconditionFailed, TooLarge
from webdav.model.lock import Lock, Scope, is_opened
from webdav.model.lock_store import LockStore
from webdav.model.path import ROOT, Path, composed, is_within

SHORTEST = 180
LONGEST = 7 * 24 * 3600
MOST_LOCKS = 10_000
MOST_OWNER = 4096
"""Characters of XML that a client may write about itself: every listing shows them."""


@dataclass(frozen=True, slots=True)
class LockWish:
    """A lock as a client asks for it; `seconds` is granted within SHORTEST and LONGEST."""

    root: Path
    is_deep: bool
    scope: Scope
    owner: str
    seconds: int


@dataclass(frozen=True, slots=True)
class Touch:
    """A path that a write changes, with all below it if `is_deep`.

    With `in_parent` it comes or goes as a member, which is a change of the collection that holds it
    (RFC 4918 7.4).
    """

    path: Path
    is_deep: bool = False
    in_parent: bool = False


class LockManager:
    """Grants locks, and lets writes through that no lock stands against."""

    def __init__(
        self, store: LockStore, clock: Callable[[], datetime], new_token: Callable[[], str]
    ) -> None:
        self._store = store
        self._clock = clock
        self._new_token = new_token
        self._changing = asyncio.Lock()
        self._writes = 0
        self._no_writes = asyncio.Event()
        self._no_writes.set()

    def now(self) -> datetime:
        """Return the time that the locks go by."""
        return self._clock()

    async def covering(self, path: Path) -> list[Lock]:
        """Return the locks that a write to this path would meet."""
        return await self._live(await self._store.covering(composed(path)))

    async def around(self, path: Path) -> list[Lock]:
        """Return the locks that cover a path, and those below it."""
        place = composed(path)
        return await self._live(await self._store.covering(place) + await self._store.below(place))

    async def acquire(self, wish: LockWish, principal: str) -> Lock:
        """Grant a lock. Raises Locked if one is there that cannot stand beside it.

        Raises TooLarge for an owner of more than MOST_OWNER characters, and OutOfSpace where there
        are MOST_LOCKS already or the store has no room.
        """
        if len(wish.owner) > MOST_OWNER:
            raise TooLarge(f"the owner of a lock has at most {MOST_OWNER} characters")
        async with self._changing:
            await self._no_writes.wait()
            # What has expired anywhere goes now.
            if len(await self.around(ROOT)) >= MOST_LOCKS:
                raise OutOfSpace(f"there are {MOST_LOCKS} locks already")
            present = await (self.around if wish.is_deep else self.covering)(wish.root)
            if against := [lock for lock in present if lock.excludes(wish.scope)]:
                raise Locked((lock.root for lock in against), "no-conflicting-lock")
            seconds = min(max(wish.seconds, SHORTEST), LONGEST)
            lock = Lock(
                token=self._new_token(),
                root=composed(wish.root),
                is_deep=wish.is_deep,
                scope=wish.scope,
                owner=wish.owner,
                principal=principal,
                seconds=seconds,
                expires=self._clock() + timedelta(seconds=seconds),
            )
            try:
                await self._store.save(lock)
            except BaseException:  # who has gone would leave a lock that nobody knows of
                await self._store.delete(lock.token)
                raise
        return lock

    async def refresh(
        self, path: Path, tokens: frozenset[str], seconds: int, principal: str
    ) -> Lock:
        """Let the time of the caller's lock on this path begin anew.

        Raises PreconditionFailed if none of the tokens is such a lock's.
        """
        for lock in await self.covering(path):
            if lock.token in tokens and lock.principal == principal:
                granted = min(max(seconds, SHORTEST), LONGEST)
                expires = self._clock() + timedelta(seconds=granted)
                refreshed = replace(lock, seconds=granted, expires=expires)
                await self._store.save(refreshed)
                return refreshed
        raise PreconditionFailed(condition="<D:lock-token-matches-request-uri/>")

    async def release(
        self, path: Path, token: str, principal: str, *, may_break: bool = False
    ) -> None:
        """End a lock. Raises LockMissing if it does not cover the path or is another's.

        With `may_break` it may be another's: the privilege `unlock` of RFC 3744 3.7.
        """
        for lock in await self.covering(path):
            if lock.token == token and (may_break or lock.principal == principal):
                await self._store.delete(token)
                return
        raise LockMissing

    async def check(self, touches: Iterable[Touch], tokens: frozenset[str], principal: str) -> None:
        """Raise Locked if a write would meet a lock that the tokens do not open."""
        for touch in touches:
            for locks in await self._met_by(touch):
                if not is_opened(locks, tokens, principal):
                    raise Locked((lock.root for lock in locks), "lock-token-submitted")

    @asynccontextmanager
    async def writing(
        self, touches: Iterable[Touch], tokens: frozenset[str], principal: str
    ) -> AsyncIterator[None]:
        """Carry out a write inside this; no lock is granted meanwhile.

        It begins with `check`, and raises what that does.
        """
        async with self._changing:
            await self.check(touches, tokens, principal)
            self._writes += 1
            self._no_writes.clear()
        try:
            yield
        finally:
            self._writes -= 1
            if not self._writes:
                self._no_writes.set()

    async def forget(self, path: Path) -> None:
        """Drop the locks on a path that is no more, and below it (RFC 4918 9.6, 7.6)."""
        place = composed(path)
        for lock in await self._store.covering(place) + await self._store.below(place):
            if is_within(lock.root, place):
                await self._store.delete(lock.token)

    async def _met_by(self, touch: Touch) -> list[list[Lock]]:
        """Return the locks at each place that the write changes."""
        path = composed(touch.path)
        if not touch.is_deep:
            places = [await self.covering(path)]
        else:
            around = await self.around(path)
            roots = {path, *(lock.root for lock in around if len(lock.root) > len(path))}
            places = [[lock for lock in around if lock.covers(root)] for root in roots]
        if touch.in_parent and path:
            places.append(await self.covering(path[:-1]))
        return places

    async def _live(self, locks: Iterable[Lock]) -> list[Lock]:
        now, live = self._clock(), []
        for lock in locks:
            if lock.expires > now:
                live.append(lock)
            else:
                await self._store.delete(lock.token)
        return live
