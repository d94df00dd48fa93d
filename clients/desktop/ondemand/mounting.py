"""A mount from its beginning to its end: the file system in threads, the home in one loop."""

import asyncio
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread

import mfusepy
from aiohttp import ClientSession

from clients.desktop.home.client import HomeClient
from clients.desktop.home.port import HomeError
from clients.desktop.local.store import Store
from clients.desktop.ondemand.fetching import Fetching, reading
from clients.desktop.ondemand.filesystem import HomeFiles
from clients.desktop.ondemand.kept import KeptContents, WrongContent
from clients.desktop.ondemand.pins import pinned
from clients.desktop.ondemand.place import place_of
from clients.desktop.ondemand.view import Owner, View, content_of
from clients.desktop.replica.opening import opened
from clients.desktop.replica.place import place_of as replica_of
from clients.desktop.replica.pulling import pull
from clients.desktop.replica.reading import Known
from clients.desktop.replica.tree import nodes

_LOOK = 5.0
"""Seconds between two looks at the home."""
_FRESH = 1.0
"""Seconds that the system may remember what a path is."""


@dataclass(frozen=True, slots=True)
class Wish:
    """Which home to mount where, and how many bytes of contents to keep."""

    client_id: str
    mountpoint: Path
    limit: int


class Mount:
    """One home, mounted."""

    def __init__(self, store: Store, wish: Wish) -> None:
        self._store = store
        self._wish = wish
        self._place = place_of(store, wish.client_id)
        self._kept = KeptContents(self._place)
        self._owner = Owner(os.getuid(), os.getgid())
        self._known = Known()
        self._files: HomeFiles | None = None

    def run(self) -> None:
        """Mount, and stay until it is unmounted. Raises RuntimeError where it cannot be."""
        loop = asyncio.new_event_loop()
        ready, ending = Event(), asyncio.Event()
        thread = Thread(target=loop.run_until_complete, args=(self._live(loop, ready, ending),))
        thread.start()
        ready.wait()
        try:
            if self._files is not None:
                options = {"attr_timeout": _FRESH, "entry_timeout": _FRESH, "auto_cache": True}
                mfusepy.FUSE(
                    self._files,
                    str(self._wish.mountpoint),
                    foreground=True,
                    ro=True,
                    fsname="foyer",
                    subtype="foyer",
                    **options,
                )
        finally:
            loop.call_soon_threadsafe(ending.set)
            thread.join()
            loop.close()

    async def _live(
        self, loop: asyncio.AbstractEventLoop, ready: Event, ending: asyncio.Event
    ) -> None:
        credentials = self._store.home(self._wish.client_id)
        if credentials is None:
            ready.set()
            return
        async with ClientSession() as session:
            client = HomeClient(session, credentials, self._store.keep_home)
            fetching = Fetching(client, self._kept)
            await pull(self._store, self._wish.client_id)
            view = await self._view() or View((), self._owner)
            self._files = HomeFiles(view, reading(loop, fetching, self._kept), self._kept.used)
            ready.set()
            while not ending.is_set():
                await self._turn(self._files, fetching)
                with suppress(TimeoutError):
                    await asyncio.wait_for(ending.wait(), _LOOK)

    async def _turn(self, files: HomeFiles, fetching: Fetching) -> None:
        """Look at the home, fetch what is wished for, let go of what is too much."""
        await pull(self._store, self._wish.client_id)
        files.view = await self._view() or files.view
        wanted = files.view.below(pinned(self._place))
        with suppress(HomeError, WrongContent, OSError):  # another time
            for node in wanted:
                content = content_of(node)
                await fetching.bring(node.id, content, 0, content.size)
        spared = [*map(content_of, wanted), *files.opened()]
        await asyncio.to_thread(self._kept.trim, self._wish.limit, spared)

    async def _view(self) -> View | None:
        """Return the home's tree; None where it is as it was."""
        async with opened(replica_of(self._store, self._wish.client_id)) as database:
            if not await self._known.look(database):
                return None
            return View(nodes(self._known.documents), self._owner)
