"""A process among those that serve one data folder: what it hears of them, tells and asks them."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from server.instances.directory import HomeBusy, InstanceDirectory
from server.instances.folder_lock import FolderInUse, FolderLock
from server.instances.place import Place
from server.instances.record import InstanceRecord, RecordUnreadable
from server.workers.parcels import News
from server.workers.post import Inbox, Outbox

HOME_LOCK = "home.lock"
"""In a home's folder: held by the process that has it open."""
CHANGES_LOCK = "homes.lock"
"""In the data folder: held by the process that makes, changes or takes away homes."""
PATIENCE = 75.0
"""Seconds to wait for a lock: longer than a process may take to finish what it has under way."""
_AGAIN = 0.01
_log = logging.getLogger(__name__)


async def locked(folder: Path, name: str, patience: float = PATIENCE) -> Callable[[], None]:
    """Take a lock as soon as it is free; what is returned lets go of it. Raises FolderInUse."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + patience
    while True:
        try:
            return FolderLock(folder, name).release
        except FolderInUse:
            if loop.time() >= deadline:
                raise
        await asyncio.sleep(_AGAIN)


class Crew:
    """What one process knows of the others; a `Neighbours`."""

    def __init__(self, place: Place, outboxes: Sequence[Outbox], data_folder: Path) -> None:
        self.place = place
        self._others = [box for index, box in enumerate(outboxes) if index != place.index]
        self._data_folder = data_folder
        self._directory: InstanceDirectory | None = None
        self._inbox: Inbox | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def join(self, directory: InstanceDirectory, inbox: Inbox) -> None:
        """Begin, for these homes."""
        self._directory, self._inbox = directory, inbox

    def folder_of(self, host: str) -> str | None:
        """Return the folder of the home that a name leads to, also one that was just made."""
        if self._directory is None:
            return None
        found = self._directory.folder_of(host)
        if found is None and host:
            self._catch_up()
            found = self._directory.folder_of(host)
        return found

    def heard(self, news: News) -> None:
        """Take note of what another did."""
        if self._directory is None:
            return
        if news.leave:
            task = asyncio.get_running_loop().create_task(self._directory.leave(news.folder))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
            return
        try:
            self._directory.look_again(news.folder)
        except RecordUnreadable as error:
            _log.warning("record not read", extra={"why": str(error)})

    def tell(self, folder: Path) -> None:
        """Tell the others that the home in a folder came, changed or went."""
        for outbox in self._others:
            outbox.tell(News(str(folder)))

    async def claim(self, record: InstanceRecord) -> Callable[[], None]:
        """Wait until no other process has a home open, and keep it from them. Raises HomeBusy."""
        try:
            return await locked(record.folder, HOME_LOCK)
        except FolderInUse as error:
            raise HomeBusy(record.domain) from error

    async def take_over(self, record: InstanceRecord) -> None:
        """Have whoever keeps a home let go of it; returns once that is so. Raises HomeBusy."""
        for outbox in self._others:
            outbox.tell(News(str(record.folder), leave=True))
        (await self.claim(record))()

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[None]:
        """Change homes while no other process does, knowing what they did. Raises FolderInUse."""
        release = await locked(self._data_folder, CHANGES_LOCK)
        try:
            self._catch_up()
            yield
        finally:
            release()

    def _catch_up(self) -> None:
        if self._inbox is not None:
            self._inbox.read_now()
