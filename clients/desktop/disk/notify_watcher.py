"""A folder watched by what macOS and Windows have for it, by watchfiles."""

import asyncio
import os

from watchfiles import Change, awatch

from clients.desktop.disk.names import OWN
from clients.desktop.disk.watcher import SETTLING, Listener

_ENTRY_KINDS = (Change.added, Change.deleted)


class NotifyWatcher:
    """Watches one folder. That news were lost is not told: looks everywhere do for that."""

    unwatched = 0

    def __init__(self, folder: str, listener: Listener) -> None:
        self._folder = os.path.realpath(folder)
        self._listener = listener
        self._stop = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to listen."""
        self._task = asyncio.create_task(self._run())

    async def close(self) -> None:
        """Listen no more."""
        self._stop.set()
        if self._task is not None:
            await self._task

    async def _run(self) -> None:
        news = awatch(
            self._folder,
            watch_filter=None,
            debounce=int(SETTLING * 1000),
            stop_event=self._stop,
            ignore_permission_denied=True,
        )
        async for changes in news:
            stirred = {place for kind, path in changes for place in self._places(kind, path)}
            if stirred:
                self._listener.hint(stirred)

    def _places(self, kind: Change, path: str) -> list[str]:
        """Return the directories that news are of: the one that a path lies in, and itself."""
        inside = os.path.relpath(path, self._folder).replace(os.sep, "/")
        first = inside.partition("/")[0]
        if first in ("..", OWN):
            return []
        if inside == ".":
            return [""]
        above = inside.rpartition("/")[0]
        is_new = kind in _ENTRY_KINDS and os.path.isdir(path)
        return [above, inside] if is_new else [above]
