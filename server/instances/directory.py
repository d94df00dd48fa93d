"""From a host name to the home it names: opened once when first asked for, closed when idle.

Of the homes that nobody asks for there is no more in memory than their names: ten thousand cost a
few MiB. A record is read when its home is first asked for, and kept while it is in use.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from server.instances.hosts import host_name, readings
from server.instances.instance import Instance
from server.instances.neighbours import NOBODY, Neighbours
from server.instances.outline import Outline
from server.instances.record import InstanceRecord, read_record

OpenInstance = Callable[[InstanceRecord], Awaitable[Instance]]


class InstanceUnknown(Exception):
    """No home answers to this host name."""

    def __init__(self, host: str) -> None:
        super().__init__(host)
        self.host = host


class AppMissing(Exception):
    """A home has no application of this name."""

    def __init__(self, slug: str) -> None:
        super().__init__(slug)
        self.slug = slug


class HomeBusy(Exception):
    """A home has as many requests under way as it may."""


class KeptElsewhere(Exception):
    """Another process keeps this home, and serves it alone."""

    def __init__(self, domain: str) -> None:
        super().__init__(domain)
        self.domain = domain


MOST_REQUESTS = 2000
"""Requests of one home under way at once; feeds that wait for news count too."""


@dataclass(frozen=True, slots=True)
class Addressed:
    """Whom a Host header names: a home, and an application of it (`slug`, or empty)."""

    record: InstanceRecord
    slug: str
    former: bool
    """The home is no more called so."""


class _Home:
    """A record, and its instance while somebody needs it."""

    __slots__ = ("changing", "gone", "instance", "last_used", "let_go", "record", "users")

    def __init__(self, record: InstanceRecord) -> None:
        self.record = record
        self.instance: Instance | None = None
        self.let_go: Callable[[], None] = lambda: None
        self.users = 0
        self.last_used = 0.0
        self.changing = asyncio.Lock()
        self.gone = False


class InstanceDirectory:
    """All homes of a data folder, and those among them that this process keeps.

    `open_instance` opens one; `clock` counts seconds and never goes back; `read` reads the record
    of a folder. With `alone` the first home answers to every name. At most `most_open` homes stay
    open without anybody using them. `neighbours` are the other processes that serve the folder.
    """

    def __init__(
        self,
        records: Iterable[InstanceRecord | Outline],
        open_instance: OpenInstance,
        *,
        clock: Callable[[], float],
        alone: bool = False,
        read: Callable[[Path], InstanceRecord] = read_record,
        most_open: int = 200,
        neighbours: Neighbours = NOBODY,
    ) -> None:
        self._open_instance = open_instance
        self._clock = clock
        self._read = read
        self._most_open = most_open
        self._keeps = neighbours.place.keeps
        self._claim = neighbours.claim
        self._folders: dict[str, str] = {}
        self._by_host: dict[str, str] = {}
        self._homes: dict[str, _Home] = {}
        for record in records:
            self.add(record)
        self._for_all = next(iter(self._folders.values()), None) if alone else None

    @property
    def domains(self) -> list[str]:
        """The domains of all homes."""
        return list(self._folders)

    @property
    def hosts(self) -> list[str]:
        """Every name that leads to a home kept here."""
        return [host for host, folder in self._by_host.items() if self._keeps(folder)]

    @property
    def folders(self) -> dict[str, Path]:
        """The folders of the homes that are kept here, by domain."""
        kept = {name: folder for name, folder in self._folders.items() if self._keeps(folder)}
        return {domain: Path(folder) for domain, folder in kept.items()}

    @property
    def open_domains(self) -> list[str]:
        """The domains of the homes that are open now."""
        return [home.record.domain for home in self._homes.values() if home.instance is not None]

    @property
    def open_count(self) -> int:
        """How many homes are open now."""
        return sum(home.instance is not None for home in self._homes.values())

    def is_taken(self, host: str) -> bool:
        """Tell whether a home answers to this very name, or leads on from it."""
        return host in self._by_host

    def record(self, domain: str) -> InstanceRecord:
        """Read the record of a home, and keep nothing of it. Raises KeyError, RecordUnreadable."""
        folder = self._folders[domain]
        home = self._homes.get(folder)
        return home.record if home is not None else self._read(Path(folder))

    def folder_of(self, host: str) -> str | None:
        """Return the folder of the home that a Host header leads to; None for a name of no home."""
        return self._lead(host)[0]

    def keeps(self, folder: Path | str) -> bool:
        """Tell whether the home in a folder is kept here."""
        return self._keeps(str(folder))

    def find(self, host: str) -> Addressed:
        """Tell whom a Host header names; case and port do not matter.

        Raises InstanceUnknown, RecordUnreadable, OSError.
        """
        folder, home_name, slug = self._lead(host)
        if folder is None:
            raise InstanceUnknown(host)
        record = self._home(folder).record
        return Addressed(record, slug, former=home_name in record.former)

    def _lead(self, host: str) -> tuple[str | None, str, str]:
        """Return the folder that a name leads to, the home's name in it, and an application's."""
        for home_name, slug in readings(host_name(host)):
            folder = self._by_host.get(home_name)
            if folder is not None:
                return folder, home_name, slug
        return self._for_all, "", ""

    @asynccontextmanager
    async def borrow(self, host: str) -> AsyncIterator[Instance]:
        """Give the home that answers to `host`, and keep it open until it is given back.

        `host` is a Host header as for `find`. Those who come while the home is being opened wait
        for that one opening. Raises InstanceUnknown, KeptElsewhere, HomeBusy, RecordUnreadable,
        OSError.
        """
        record = self.find(host).record
        if not self._keeps(str(record.folder)):
            raise KeptElsewhere(record.domain)
        home = self._home(str(record.folder))
        if home.users >= MOST_REQUESTS:
            raise HomeBusy(home.record.domain)
        home.users += 1
        try:
            if home.instance is None:
                await self._opened(home)
                await self._make_room()
            # Whoever let go of it meanwhile has told those who use it.
            yield home.instance or await self._opened(home)
        finally:
            home.users -= 1
            home.last_used = self._clock()

    def is_open(self, instance: Instance) -> bool:
        """Tell whether a home is still open as it was borrowed, its record the same."""
        home = self._homes.get(str(instance.record.folder))
        return home is not None and home.instance is instance

    def add(self, record: InstanceRecord | Outline) -> None:
        """Take a home in. Of two that claim a name the first has it."""
        folder = str(record.folder)
        self._folders[record.domain] = folder
        for host in record.hosts:
            self._by_host.setdefault(host, folder)

    def renew(self, record: InstanceRecord) -> None:
        """Take note of a record that changed; who borrows the home from now on gets that one."""
        folder = str(record.folder)
        self._forget(folder)
        self.add(record)
        home = self._homes.get(folder)
        if home is not None:
            home.record = record
            if home.instance is not None:
                home.instance = home.instance.with_record(record)

    async def remove(self, record: InstanceRecord) -> None:
        """Let go of a home, also in use: whoever still waits there is told StoreClosed."""
        await self.leave(str(record.folder))

    async def let_go(self, record: InstanceRecord) -> None:
        """Close a home, also in use; it is opened again for who asks."""
        home = self._homes.get(str(record.folder))
        if home is not None:
            await self._close(home, even_if_used=True)

    def look_again(self, folder: str) -> None:
        """Take note of a home that another process made, changed or took away.

        Raises RecordUnreadable.
        """
        try:
            self.renew(self._read(Path(folder)))
        except OSError:
            self._forget(folder)

    async def leave(self, folder: str) -> None:
        """Let go of the home in a folder, as of one that is no more."""
        self._forget(folder)
        home = self._homes.pop(folder, None)
        if home is not None:
            home.gone = True
            await self._close(home, even_if_used=True)

    def _forget(self, folder: str) -> None:
        self._folders = {name: kept for name, kept in self._folders.items() if kept != folder}
        self._by_host = {name: kept for name, kept in self._by_host.items() if kept != folder}

    async def close_idle(
        self, seconds: float, unless: Callable[[str], bool] = lambda _: False
    ) -> int:
        """Close the homes that nobody has used for so long; return how many those were.

        Asked by their domain at the last moment, `unless` tells of those that are still needed.
        """
        before = self._clock() - seconds
        idle = [home for home in self._homes.values() if _is_idle(home, before)]
        return await self._close_all(idle, unless)

    async def _close_all(
        self, homes: list[_Home], unless: Callable[[str], bool] = lambda _: False
    ) -> int:
        closed = [await self._close(home) for home in homes if not unless(home.record.domain)]
        for folder, home in list(self._homes.items()):
            if home.instance is None and not home.users and not home.changing.locked():
                del self._homes[folder]
        return sum(closed)

    async def close(self) -> None:
        """Close every home, also those in use: whoever still waits there is told StoreClosed.

        Raises ExceptionGroup when some did not close well; the others are closed.
        """
        closing = [self._close(home, even_if_used=True) for home in self._homes.values()]
        closed = await asyncio.gather(*closing, return_exceptions=True)
        failed = [result for result in closed if isinstance(result, Exception)]
        if failed:
            raise ExceptionGroup("homes that did not close well", failed)

    def _home(self, folder: str) -> _Home:
        home = self._homes.get(folder)
        if home is None:
            home = _Home(self._read(Path(folder)))
            if self._keeps(folder):  # of the others it is read anew, since they change elsewhere
                self._homes[folder] = home
        return home

    async def _opened(self, home: _Home) -> Instance:
        async with home.changing:
            if home.gone:
                raise InstanceUnknown(home.record.domain)
            if home.instance is None:
                home.instance = await self._claimed_and_opened(home)
            return home.instance

    async def _claimed_and_opened(self, home: _Home) -> Instance:
        record = home.record
        let_go = await self._claim(record)
        try:
            opened = await self._open_instance(record)
        except BaseException:
            let_go()
            raise
        home.let_go = let_go
        return opened if home.record is record else opened.with_record(home.record)

    async def _make_room(self) -> None:
        """Close the home that was left alone longest, if more are open than may be."""
        if self.open_count > self._most_open:
            idle = [home for home in self._homes.values() if _is_idle(home, self._clock())]
            if idle:
                await self._close_all([min(idle, key=lambda home: home.last_used)])

    async def _close(self, home: _Home, *, even_if_used: bool = False) -> bool:
        async with home.changing:
            instance = home.instance
            if instance is None or (home.users and not even_if_used):
                return False
            home.instance = None
            try:
                await instance.close()
            finally:
                home.let_go()
            return True


def _is_idle(home: _Home, before: float) -> bool:
    return home.instance is not None and not home.users and home.last_used < before
