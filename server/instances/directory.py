"""From a host name to the home it names: opened once when first asked for, closed when idle."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager

from server.instances.instance import Instance
from server.instances.record import InstanceRecord

OpenInstance = Callable[[InstanceRecord], Awaitable[Instance]]


class InstanceUnknown(Exception):
    """No home answers to this host name."""

    def __init__(self, host: str) -> None:
        super().__init__(host)
        self.host = host


class HomeBusy(Exception):
    """A home has as many requests under way as it may."""


MOST_REQUESTS = 2000
"""Requests of one home under way at once; feeds that wait for news count too."""


class _Home:
    """A record, and its instance while somebody needs it."""

    __slots__ = ("changing", "instance", "last_used", "record", "users")

    def __init__(self, record: InstanceRecord) -> None:
        self.record = record
        self.instance: Instance | None = None
        self.users = 0
        self.last_used = 0.0
        self.changing = asyncio.Lock()


class InstanceDirectory:
    """All homes of this process.

    `open_instance` opens one; `clock` counts seconds and never goes back. With `alone` the first
    home answers to every name.
    """

    def __init__(
        self,
        records: Iterable[InstanceRecord],
        open_instance: OpenInstance,
        *,
        clock: Callable[[], float],
        alone: bool = False,
    ) -> None:
        self._alone = alone
        self._open_instance = open_instance
        self._clock = clock
        self._homes = [_Home(record) for record in records]
        self._by_host = {host: home for home in self._homes for host in home.record.hosts}

    @property
    def domains(self) -> list[str]:
        """The domains of all homes."""
        return [home.record.domain for home in self._homes]

    @property
    def open_domains(self) -> list[str]:
        """The domains of the homes that are open now."""
        return [home.record.domain for home in self._homes if home.instance is not None]

    @property
    def open_count(self) -> int:
        """How many homes are open now."""
        return sum(home.instance is not None for home in self._homes)

    @asynccontextmanager
    async def borrow(self, host: str) -> AsyncIterator[Instance]:
        """Give the home that answers to `host`, and keep it open until it is given back.

        `host` is a Host header: case and port do not matter. Those who come while the home is
        being opened wait for that one opening. Raises InstanceUnknown, HomeBusy.
        """
        home = self._home_of(host)
        if home.users >= MOST_REQUESTS:
            raise HomeBusy(home.record.domain)
        home.users += 1
        try:
            yield home.instance or await self._opened(home)
        finally:
            home.users -= 1
            home.last_used = self._clock()

    async def close_idle(self, seconds: float) -> int:
        """Close the homes that nobody has used for so long; return how many those were."""
        before = self._clock() - seconds
        idle = [home for home in self._homes if _is_idle(home, before)]
        closed = [await self._close(home) for home in idle]
        return sum(closed)

    async def close(self) -> None:
        """Close every home, also those in use: whoever still waits there is told StoreClosed.

        Raises ExceptionGroup when some did not close well; the others are closed.
        """
        closing = [self._close(home, even_if_used=True) for home in self._homes]
        closed = await asyncio.gather(*closing, return_exceptions=True)
        failed = [result for result in closed if isinstance(result, Exception)]
        if failed:
            raise ExceptionGroup("homes that did not close well", failed)

    def _home_of(self, host: str) -> _Home:
        home = self._by_host.get(host_name(host))
        if home is None and self._alone and self._homes:
            return self._homes[0]
        if home is None:
            raise InstanceUnknown(host)
        return home

    async def _opened(self, home: _Home) -> Instance:
        async with home.changing:
            if home.instance is None:
                home.instance = await self._open_instance(home.record)
            return home.instance

    async def _close(self, home: _Home, *, even_if_used: bool = False) -> bool:
        async with home.changing:
            instance = home.instance
            if instance is None or (home.users and not even_if_used):
                return False
            home.instance = None
            await instance.close()
            return True


def host_name(host: str) -> str:
    """Return a Host header's name in lower case, without port, brackets or final dot."""
    name = host.strip().lower()
    if name.startswith("["):
        return name[1:].partition("]")[0]
    return name.partition(":")[0].removesuffix(".")


def _is_idle(home: _Home, before: float) -> bool:
    return home.instance is not None and not home.users and home.last_used < before
