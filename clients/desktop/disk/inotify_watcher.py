"""A folder watched by inotify(7): one watch for each directory."""

import asyncio
import errno
import os

from clients.desktop.disk.inotify import (
    CREATE,
    IGNORED,
    IS_DIRECTORY,
    MOVED_FROM,
    MOVED_TO,
    OVERFLOW,
    Event,
    Inotify,
)
from clients.desktop.disk.names import OWN
from clients.desktop.disk.watcher import SETTLING, Listener

_NO_MORE = frozenset({errno.ENOSPC, errno.ENOMEM})


class InotifyWatcher:
    """Watches one folder; called from the event loop."""

    def __init__(self, folder: str, listener: Listener) -> None:
        self._folder = folder
        self._listener = listener
        self._inotify = Inotify()
        self._paths: dict[int, str] = {}
        self._watches: dict[str, int] = {}
        self._stirred: set[str] = set()
        self._telling: asyncio.TimerHandle | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self.unwatched = 0

    async def start(self) -> None:
        """Watch all directories, and begin to listen."""
        asyncio.get_running_loop().add_reader(self._inotify.descriptor, self._take)
        await self._watch("")

    async def close(self) -> None:
        """Listen no more."""
        asyncio.get_running_loop().remove_reader(self._inotify.descriptor)
        if self._telling is not None:
            self._telling.cancel()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._inotify.close()

    async def _watch(self, path: str) -> None:
        """Watch a directory and those below it: each first watched, then looked into."""
        waiting = [path]
        while waiting:
            here = waiting.pop()
            if here == OWN or (here and self._listener.is_ignored(here)):
                continue
            waiting += await asyncio.to_thread(self._add, here)

    def _add(self, path: str) -> list[str]:
        whole = os.path.join(self._folder, path) if path else self._folder
        try:
            watch = self._inotify.add(whole)
            self._paths[watch], self._watches[path] = path, watch
            with os.scandir(whole) as found:
                names = [it.name for it in found if it.is_dir(follow_symlinks=False)]
        except OSError as error:
            self.unwatched += error.errno in _NO_MORE
            return []
        return [f"{path}/{name}" if path else name for name in names]

    def _take(self) -> None:
        for event in self._inotify.read():
            if event.mask & OVERFLOW:
                self._listener.everywhere()
            elif event.mask & IGNORED:
                self._watches.pop(self._paths.pop(event.watch, ""), None)
            else:
                self._take_event(event)
        if self._stirred and self._telling is None:
            self._telling = asyncio.get_running_loop().call_later(SETTLING, self._tell)

    def _take_event(self, event: Event) -> None:
        directory = self._paths.get(event.watch)
        if directory is None:
            return
        path = f"{directory}/{event.name}" if directory else event.name
        if path == OWN:
            return
        self._stirred.add(directory)
        if event.mask & IS_DIRECTORY:
            self._take_directory(event.mask, path)

    def _take_directory(self, mask: int, path: str) -> None:
        if mask & MOVED_FROM:
            self._forget(path)
        if mask & (CREATE | MOVED_TO):
            task = asyncio.get_running_loop().create_task(self._arrive(path))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _arrive(self, path: str) -> None:
        """Watch a directory that came, and tell of it: what came into it before was not heard."""
        known = set(self._watches)
        await self._watch(path)
        self._stirred |= set(self._watches) - known
        if self._telling is None:
            self._telling = asyncio.get_running_loop().call_later(SETTLING, self._tell)

    def _forget(self, path: str) -> None:
        """Watch no more what went elsewhere: there it is watched under its new name."""
        below = [one for one in self._watches if one == path or one.startswith(path + "/")]
        for one in below:
            watch = self._watches.pop(one)
            self._paths.pop(watch, None)
            self._inotify.remove(watch)

    def _tell(self) -> None:
        self._telling = None
        stirred, self._stirred = self._stirred, set()
        self._listener.hint(stirred)


def limits() -> tuple[int, int]:
    """Return how many watches a person may have, and how many queues; 0 where it is not told."""
    return _read("max_user_watches"), _read("max_user_instances")


def _read(name: str) -> int:
    try:
        with open(f"/proc/sys/fs/inotify/{name}", encoding="ascii") as file:
            return int(file.read())
    except (OSError, ValueError):
        return 0
