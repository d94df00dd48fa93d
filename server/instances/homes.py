"""Making and changing homes while they are served: their files, and the directory, in step."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from server.instances.changes import NOTHING, Changes, changed
from server.instances.directory import InstanceDirectory, InstanceUnknown
from server.instances.erasing import adopt, moved_out, staged_record
from server.instances.founding import Founded, HomeRegister, InstanceMissing
from server.instances.neighbours import NOBODY, Neighbours
from server.instances.record import InstanceRecord, rfc3339, write_record

EraseKept = Callable[[InstanceRecord], Awaitable[None]]
"""Removes what a home has beside its folder. Raises StorageUnreachable."""


async def on_the_disk_alone(record: InstanceRecord) -> None:
    """Remove nothing: all that the home has is in its folder."""
    del record


@dataclass(frozen=True, slots=True)
class ServedHomes:
    """The homes of a running server. One change at a time; each is on the disk before it holds."""

    register: HomeRegister
    directory: InstanceDirectory
    erase_kept: EraseKept = on_the_disk_alone
    neighbours: Neighbours = NOBODY
    _one_at_a_time: asyncio.Lock = field(default_factory=asyncio.Lock)

    def record(self, domain: str) -> InstanceRecord:
        """Return the record of a home by any of its own names. Raises InstanceMissing."""
        try:
            found = self.directory.find(domain)
        except InstanceUnknown:
            found = None
        if found is None or found.slug or domain.lower() not in found.record.hosts:
            raise InstanceMissing(domain, self.directory.domains)
        return found.record

    async def found(
        self,
        domain: str,
        owner: str,
        *,
        aliases: tuple[str, ...] = (),
        password: str | None = None,
        begun: Changes = NOTHING,
        set_up: bool = False,
    ) -> Founded:
        """Make a home, and serve it from now on. Raises what `HomeRegister.found` does."""
        async with self._changing():
            founded = await asyncio.to_thread(
                self.register.found,
                domain,
                owner,
                aliases=aliases,
                password=password,
                begun=begun,
                is_taken=self.directory.is_taken,
                set_up=set_up,
            )
            self.directory.add(founded.record)
            self.neighbours.tell(founded.record.folder)
            return founded

    async def change(self, domain: str, changes: Changes) -> InstanceRecord:
        """Change a home. Raises InstanceMissing, DomainTaken, DomainIllegal, ChangeIllegal."""
        return await self.update(domain, lambda record: changed(record, changes))

    async def update(
        self, domain: str, change: Callable[[InstanceRecord], InstanceRecord]
    ) -> InstanceRecord:
        """Change a home's record by a function, which runs in a thread and may take its time.

        Who borrows the home from now on gets the new record. One that is shut by the change lets
        go of those who are in. Raises InstanceMissing, DomainTaken, and what `change` raises.
        """
        async with self._changing():
            before = self.record(domain)
            after = await asyncio.to_thread(change, before)
            new = [host for host in after.hosts if host not in before.hosts]
            self.register.require_free(new, self.directory.is_taken)
            await asyncio.to_thread(write_record, after)
            self.directory.renew(after)
            self.neighbours.tell(after.folder)
        if _is_shut(after) and not _is_shut(before):
            await self.directory.let_go(after)
        return after

    async def erase(self, domain: str) -> InstanceRecord:
        """Take a home away for good. Raises InstanceMissing, StorageUnreachable.

        It is shut before anything of it goes, so that a removal that breaks off is done again.
        """
        at = rfc3339(self.register.now())
        record = await self.change(domain, Changes(deletion_at=self._earlier(domain, at)))
        await self.directory.let_go(record)
        await self.erase_kept(record)
        async with self._changing():
            record = self.record(domain)
            await self._let_go(record)
            leaving = await asyncio.to_thread(moved_out, record.folder)
            self.neighbours.tell(record.folder)
        await asyncio.to_thread(shutil.rmtree, leaving)
        return record

    def _earlier(self, domain: str, now: str) -> str:
        """Return the time from which a home may be erased: not later than now."""
        due = self.record(domain).deletion_at
        return due if due and datetime.fromisoformat(due) <= self.register.now() else now

    async def erase_due(self, now: datetime) -> list[str]:
        """Erase the homes whose time has come; return their domains."""
        due = await asyncio.to_thread(self._due, now)
        return [(await self.erase(domain)).domain for domain in due]

    def _due(self, now: datetime) -> list[str]:
        return [
            record.domain
            for record in self.register.outlines()
            if record.deletion_at
            and self.directory.keeps(record.folder)
            and datetime.fromisoformat(record.deletion_at) <= now
        ]

    async def adopt(
        self, staged: Path, domain: str | None = None, *, instead: bool = False
    ) -> InstanceRecord:
        """Take in a home that was brought back beside the others.

        `domain` calls it otherwise; `instead` puts it in the place of the one that is called so.
        Raises DomainTaken, DomainIllegal, RecordUnreadable, OSError.
        """
        async with self._changing():
            record = await asyncio.to_thread(staged_record, self.register, staged, domain)
            replaced = self._replaced(record) if instead else None
            others = [h for h in record.hosts if replaced is None or h not in replaced.hosts]
            self.register.require_free(others, self.directory.is_taken)
            if replaced is not None:
                await self._let_go(replaced)
            out = replaced.folder if replaced is not None else None
            try:
                await asyncio.to_thread(adopt, staged, record, out)
            except OSError:
                if replaced is not None and replaced.folder.exists():
                    self.directory.add(replaced)
                    self.neighbours.tell(replaced.folder)
                raise
            self.directory.add(record)
            self.neighbours.tell(record.folder)
        return record

    async def _let_go(self, record: InstanceRecord) -> None:
        await self.directory.remove(record)
        await self.neighbours.take_over(record)

    @asynccontextmanager
    async def _changing(self) -> AsyncIterator[None]:
        async with self._one_at_a_time, self.neighbours.alone():
            yield

    def _replaced(self, record: InstanceRecord) -> InstanceRecord | None:
        try:
            return self.record(record.domain)
        except InstanceMissing:
            return None


def _is_shut(record: InstanceRecord) -> bool:
    return bool(record.blocked or record.moved_to or record.deletion_at)
