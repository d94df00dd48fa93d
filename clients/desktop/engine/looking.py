"""When the engine looks at which side.

The home says when there is news; the disk's watcher gives hints, which may be lost: so everything
is looked at now and then.
"""

import asyncio
from collections.abc import Callable, Iterable

from clients.desktop.disk.port import DiskError, RootState
from clients.desktop.engine.halted import Halted, halted_by, root_lost
from clients.desktop.engine.look import Look, RootLost
from clients.desktop.engine.settings import Settings
from clients.desktop.engine.sides import Sides
from clients.desktop.home.port import HomeError
from clients.desktop.trees.local_tree import ROOT_KEY


class Looking:
    """What is to be looked at next. `wake` is set whenever there is something."""

    def __init__(
        self,
        sides: Sides,
        settings: Settings,
        is_ignored: Callable[[str], bool],
        now: Callable[[], float],
        wake: asyncio.Event,
    ) -> None:
        self._sides = sides
        self._settings = settings
        self._is_ignored = is_ignored
        self._now = now
        self._wake = wake
        self._has_news = True
        self._heard = asyncio.Event()
        self._hints: set[str] = set()
        self._next_scan = float("-inf")
        self.unreadable: list[str] = []

    def hint(self, paths: Iterable[str]) -> None:
        """Remember directories in which something may have changed."""
        self._hints.update(paths)
        self._wake.set()

    def everywhere(self) -> None:
        """Remember that anything may have changed on the disk."""
        self._next_scan = float("-inf")
        self._wake.set()

    def ask_home(self) -> None:
        """Remember that something changed in the home."""
        self._has_news = True
        self._wake.set()

    @property
    def is_called_for(self) -> bool:
        """Say whether there is something to look at now."""
        return self._has_news or bool(self._hints) or self.due() <= 0

    def due(self) -> float:
        """Return in how many seconds everything is looked at again."""
        return self._next_scan - self._now()

    async def listen(self) -> None:
        """Wait for news of the home, until cancelled."""
        while True:
            self._heard.clear()
            place = self._sides.trees.feed_place
            try:
                await self._sides.home.wait(place, self._settings.patience)
            except HomeError:
                await asyncio.sleep(self._settings.retry)
            self.ask_home()
            await self._heard.wait()
            await asyncio.sleep(self._settings.settle)

    async def look(self) -> None:
        """Look where something may have changed. Raises Halted."""
        await self._look_at_home()
        await self._look_at_disk()

    async def _look_at_home(self) -> None:
        while self._has_news:
            self._has_news = False
            try:
                place = self._sides.trees.feed_place
                page = await self._sides.home.changes(place, self._settings.page)
            except HomeError as error:
                self._has_news = True
                raise halted_by(error) from error
            self._sides.take_in(page)
            self._has_news |= page.more
        self._heard.set()

    async def _look_at_disk(self) -> None:
        is_deep = self.due() <= 0
        if not self._hints and not is_deep:
            return
        hints, self._hints = self._hints, set()
        self._next_scan, next_scan = float("-inf"), self._next_scan
        await self._look_once(hints, is_deep=is_deep)  # cut off, only a look at everything ends it
        self._next_scan = self._now() + self._settings.scan_every if is_deep else next_scan

    async def _look_once(self, hints: set[str], *, is_deep: bool) -> None:
        state = await self._sides.disk.root_state()
        if state is not RootState.HERE:
            raise root_lost(state)
        look = Look(self._sides.disk, self._sides.trees, self._is_ignored, self._sides.lock)
        try:
            if is_deep:
                await look.at_all()
            else:
                await look.at(sorted({self._nearest(path) for path in hints}))
        except RootLost as lost:
            raise root_lost(lost.state) from lost
        except DiskError as error:
            raise Halted(None, error.why) from error
        self.unreadable = look.unreadable
        self._hints.update(self._above(key) for key in look.vanished)

    def _above(self, key: int) -> str:
        return self._sides.trees.local.path(key).rpartition("/")[0]

    def _nearest(self, path: str) -> int:
        """Return the directory that a path is, or the nearest known one above."""
        local = self._sides.trees.local
        while path:
            key = local.at(path)
            if key is not None and local.is_directory(key):
                return key
            path = path.rpartition("/")[0]
        return ROOT_KEY
