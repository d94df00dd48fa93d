"""Editing and WebDAV's locks: each sees the other.

Who edits holds a lock on the file's path, so programs that mount the home do not write meanwhile;
and where such a program holds one, the editor shows the document to read.
"""

import re
from dataclasses import dataclass
from datetime import timedelta
from xml.sax.saxutils import escape, unescape

from doctypes.files.errors import FileTreeError
from doctypes.files.node import File
from server.instances.instance import Instance
from webdav.model.errors import DavError, Locked
from webdav.model.lock import Lock, Scope
from webdav.model.lock_manager import LockWish

HOLDER = "office editing"
_UNNAMED = "WebDAV"
_TAG = re.compile(r"<[^>]*>")
SECONDS = 1800


class HeldElsewhere(Exception):
    """Somebody locked the file over WebDAV; `who` is how they are called."""

    def __init__(self, who: str) -> None:
        super().__init__(who)
        self.who = who


@dataclass(frozen=True, slots=True)
class EditingLocks:
    """The locks of one home."""

    home: Instance

    async def held_by(self, file: File) -> str:
        """Return who else has the file for themselves; empty for nobody."""
        path = await self._path(file)
        locks = await self.home.locks.covering(path) if path is not None else []
        return next((_called(lock) for lock in locks if lock.principal != HOLDER), "")

    async def hold(self, file: File, by: str) -> None:
        """Lock the file for its editors, or lengthen their lock. Raises HeldElsewhere."""
        path = await self._path(file)
        if path is None:
            return
        own = [lock for lock in await self.home.locks.covering(path) if lock.principal == HOLDER]
        try:
            if own and own[0].expires - self.home.locks.now() > timedelta(seconds=SECONDS / 2):
                return
            if own:
                tokens = frozenset(lock.token for lock in own)
                await self.home.locks.refresh(path, tokens, SECONDS, HOLDER)
            else:
                scope = Scope.EXCLUSIVE
                wish = LockWish(path, is_deep=False, scope=scope, owner=escape(by), seconds=SECONDS)
                await self.home.locks.acquire(wish, HOLDER)
        except Locked:
            raise HeldElsewhere(await self.held_by(file) or _UNNAMED) from None

    async def let_go(self, file: File) -> None:
        """End the editors' lock on a file, if there is one."""
        path = await self._path(file)
        if path is None:
            return
        for lock in await self.home.locks.covering(path):
            if lock.principal == HOLDER:
                try:
                    await self.home.locks.release(path, lock.token, HOLDER)
                except DavError:  # it ended by itself
                    continue

    async def _path(self, file: File) -> tuple[str, ...] | None:
        try:
            told = await self.home.files.path_of(file)
        except FileTreeError:
            return None
        return tuple(part for part in told.split("/") if part)


def _called(lock: Lock) -> str:
    """Return how the holder of a lock calls itself: its owner's text, without XML."""
    return unescape(_TAG.sub(" ", lock.owner)).strip() or _UNNAMED
