"""The process that keeps one folder: engine, disk, home, watcher, and an ear for commands."""

import asyncio
import contextlib
import os
import platform
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aiohttp import ClientSession

from clients.desktop.disk.blocking import state_of
from clients.desktop.disk.ignore_file import IgnoreFile
from clients.desktop.disk.local_disk import LocalDisk
from clients.desktop.disk.port import DiskError, RootState
from clients.desktop.disk.watcher import Listener, Watcher
from clients.desktop.disk.watching import watcher
from clients.desktop.engine.engine import Engine
from clients.desktop.engine.settings import Settings
from clients.desktop.engine.status import State
from clients.desktop.home.foyer_home import FoyerHome
from clients.desktop.local.control import Told, listening
from clients.desktop.local.store import KeptFolder, KeptUploads, Store
from clients.desktop.local.telling import told_of
from clients.desktop.program.progress import Progress
from clients.desktop.program.progress_lines import Lines
from clients.desktop.replica.pulling import keep_up
from clients.desktop.trees.schema import open_trees
from clients.desktop.trees.trees import Trees

_LOOK_AGAIN = 2.0
"""Seconds between two looks for a folder that is not there."""
_SCAN, _SCAN_UNWATCHED = (900.0 if platform.system() == "Linux" else 300.0), 60.0
"""Seconds between two looks at everything; fewer where nobody tells of lost news (macOS, Windows),
and where the system would not watch all of it."""
_REPLICA = 60.0
"""Seconds between two looks at the documents of the home, for who searches without it."""
_TELL_WORKING, _TELL_IDLE = 1.0, 5.0


@dataclass(slots=True)
class _Parts:
    """What runs while the folder is there."""

    engine: Engine
    disk: LocalDisk
    watching: Watcher


class FolderProcess:
    """Keeps a folder until it is told to stop; `lines` say how far it is."""

    def __init__(self, store: Store, folder: KeptFolder, lines: Lines) -> None:
        self._store = store
        self._folder = folder
        self._progress = Progress(lines)
        self._parts: _Parts | None = None
        self._root = RootState.HERE
        self._stopping = asyncio.Event()
        self._ignore = IgnoreFile(folder.path)

    async def run(self) -> None:
        """Keep the folder, also while it comes and goes. Raises DiskError for what stays wrong."""
        async with listening(self._store.place(self._folder), self._answer):
            while not self._stopping.is_set():
                self._root = state_of(self._folder.path, self._folder.id)
                if self._root is RootState.HERE:
                    await self._keep()
                else:
                    self._progress.root(self._root)
                    await self._pause(_LOOK_AGAIN)

    def stop(self) -> None:
        """End as soon as what is under way is in its place."""
        self._stopping.set()

    async def _pause(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)

    async def _keep(self) -> None:
        """Run the engine until the folder is gone, or somebody says to stop."""
        async with self._opened() as parts:
            running = asyncio.create_task(parts.engine.run())
            telling = asyncio.create_task(self._tell(parts))
            stopping = asyncio.create_task(self._stopping.wait())
            replica = asyncio.create_task(keep_up(self._store, self._folder.home, _REPLICA))
            try:
                await asyncio.wait(
                    {running, telling, stopping}, return_when=asyncio.FIRST_COMPLETED
                )
                if running.done():
                    await running
            finally:
                tasks = (running, telling, stopping, replica)
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)

    @asynccontextmanager
    async def _opened(self) -> AsyncIterator[_Parts]:
        place = self._store.place(self._folder)
        disk = await LocalDisk.open(Path(self._folder.path), self._folder.id)
        self._progress.recovered(disk.recovered)
        self._ignore.refresh()
        listener = Listener(self._stirred, self._lost, self._ignores_directory)
        watching = watcher(self._folder.path, listener)
        try:
            # What happens from now on is heard, and the engine begins with a look at everything.
            await watching.start()
            async with ClientSession() as session:
                with contextlib.closing(open_trees(place / "trees.db")) as connection:
                    trees = Trees(connection, disk.folding)
                    engine = self._engine(disk, self._home(session), trees, watching)
                    self._parts = _Parts(engine, disk, watching)
                    yield self._parts
        finally:
            self._parts = None
            await watching.close()

    def _home(self, session: ClientSession) -> FoyerHome:
        credentials = self._store.home(self._folder.home)
        if credentials is None:
            raise DiskError(self._folder.path, "its home is not known any more")
        uploads = KeptUploads(self._store.place(self._folder) / "uploads.json")
        return FoyerHome(session, credentials, kept=self._store.keep_home, uploads=uploads)

    def _engine(self, disk: LocalDisk, home: FoyerHome, trees: Trees, watching: Watcher) -> Engine:
        scan = _SCAN_UNWATCHED if watching.unwatched else _SCAN
        engine = Engine(
            disk,
            home,
            trees,
            Settings(device=self._folder.device, scan_every=scan),
            clock=lambda: datetime.now(UTC),
            is_ignored=self._ignores,
        )
        engine.limit(up=self._folder.up, down=self._folder.down)
        if self._folder.paused:
            engine.pause()
        return engine

    def _stirred(self, directories: Collection[str]) -> None:
        """Pass a hint on; another ignore file means that everything is another."""
        if self._parts is None:
            return
        if "" in directories and self._ignore.refresh():
            self._parts.engine.ignore_anew()
        else:
            self._parts.engine.hint(directories)

    def _lost(self) -> None:
        if self._parts is not None:
            self._parts.engine.look_everywhere()

    def _ignores(self, path: str) -> bool:
        """Tell whether a path is left alone; directories are asked of with a slash at the end."""
        return self._ignore.ignores(path.removesuffix("/"), is_directory=path.endswith("/"))

    def _ignores_directory(self, path: str) -> bool:
        return self._ignore.ignores(path, is_directory=True)

    async def _tell(self, parts: _Parts) -> None:
        """Say how far it is, until the folder is not there any more."""
        while await parts.disk.root_state() is RootState.HERE:
            status = parts.engine.status()
            self._progress.status(status)
            await asyncio.sleep(_TELL_WORKING if status.state is State.WORKING else _TELL_IDLE)

    async def _answer(self, command: str, facts: Mapping[str, Any]) -> Told:
        """Do what another process of this program asks."""
        if command == "stop":
            self._stopping.set()
        elif command in ("pause", "resume"):
            self._folder.paused = command == "pause"
            self._store.keep(self._folder)
        elif command == "limit":
            self._folder.up, self._folder.down = _rate(facts, "up"), _rate(facts, "down")
            self._store.keep(self._folder)
        if self._parts is not None:
            self._pass_on(self._parts.engine, command, facts)
        return self._told()

    def _pass_on(self, engine: Engine, command: str, facts: Mapping[str, Any]) -> None:
        match command:
            case "pause":
                engine.pause()
            case "resume":
                engine.resume()
            case "limit":
                engine.limit(up=self._folder.up, down=self._folder.down)
            case "confirm":
                engine.confirm(remove=facts.get("remove") is True)

    def _told(self) -> Told:
        if self._parts is None:
            return {"root": str(self._root), "pid": os.getpid()}
        told = told_of(self._parts.engine.status())
        return {**told, "pid": os.getpid(), "unwatched": self._parts.watching.unwatched}


def _rate(facts: Mapping[str, Any], name: str) -> int:
    rate = facts.get(name, 0)
    return rate if isinstance(rate, int) and rate > 0 else 0
