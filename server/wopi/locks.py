"""The WOPI locks of a home, one document for each locked file, and WebDAV's beside them."""

from dataclasses import dataclass

import msgspec

from doctypes.files.node import File
from server.instances.collection import Collection
from server.instances.instance import Instance
from server.office.dav_locks import EditingLocks
from server.wopi.lock_rules import LIFETIME, LockAnswer

DATABASE = "_wopi_locks"


class KeptLock(msgspec.Struct, frozen=True):
    """A lock on a file, until `ends` (seconds since 1970)."""

    lock: str
    ends: float
    by: str = ""


@dataclass(frozen=True, slots=True)
class WopiLocks:
    """The locks of one home; requests about one file come in turn."""

    home: Instance

    async def present(self, file_id: str, now: float) -> str:
        """Return the lock on a file; "" for none, or one that has ended."""
        kept = await self._kept().get(file_id)
        return kept.value.lock if kept is not None and now < kept.value.ends else ""

    async def settle(self, file: File, answer: LockAnswer, by: str, now: float) -> None:
        """Let it be as was answered, durably. Raises HeldElsewhere; then nothing has changed."""
        beside = EditingLocks(self.home)
        if answer.lock and answer.renewed:
            await beside.hold(file, by)
            await self._keep(file.id, KeptLock(answer.lock, now + LIFETIME, by))
        elif not answer.lock:
            await self._kept().delete(file.id)
            await beside.let_go(file)

    async def _keep(self, file_id: str, lock: KeptLock) -> None:
        kept = self._kept()
        if await kept.update(file_id, lambda _: lock) is None:
            await kept.add(file_id, lock)

    def _kept(self) -> Collection[KeptLock]:
        return Collection(self.home.store, DATABASE, KeptLock)
