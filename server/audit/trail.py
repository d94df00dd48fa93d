"""The audit of all homes: single entries at once, frequent ones in passing."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import datetime

from aiohttp import web

from replication.core.errors import Conflict, ReplicationError
from replication.store.protocol import IdRange
from server import keys
from server.audit.entry import AuditEntry, actor_of, entries_of, id_at
from server.audit.tally import Counted, Figures, Tally, hour_of
from server.auth.principal import Principal
from server.instances.directory import HomeBusy, InstanceDirectory, InstanceUnknown
from server.instances.instance import Instance

_log = logging.getLogger(__name__)

FLUSH_SECONDS = 60.0
MOST_KEPT = 20_000
"""Entries of a home; the oldest are forgotten beyond, some at a time."""

_FORGOTTEN_AT_ONCE = 500


@dataclass(slots=True)
class AuditTrail:
    """Keeps who did what; `now` is aware, `new_id` gives what nobody has."""

    now: Callable[[], datetime]
    new_id: Callable[[], str]
    tally: Tally = field(default_factory=Tally)

    async def record(
        self,
        instance: Instance,
        event: str,
        *,
        by: Principal | None = None,
        subject: str = "",
        address: str = "",
        **details: str,
    ) -> None:
        """Keep an entry, durably. Names and addresses, never a secret."""
        now = self.now()
        entry = AuditEntry(
            at=now.isoformat(),
            event=event,
            actor=actor_of(by),
            subject=subject,
            address=address,
            details=details,
        )
        entries = entries_of(instance.store)
        await entries.add(id_at(now, self.new_id()[:8]), entry)

    def count(
        self,
        domain: str,
        event: str,
        *,
        by: Principal | None = None,
        subject: str = "",
        address: str = "",
        verb: str = "",
    ) -> None:
        """Count what happens often; an entry for each hour tells how often, within a minute."""
        now = self.now()
        counted = Counted(domain, hour_of(now), event, subject, by, address, verb)
        self.tally.add(counted, now)

    def owes(self, domain: str) -> bool:
        """Tell whether something about a home was counted and is not written yet."""
        return self.tally.has(domain)

    async def write_down(self, homes: InstanceDirectory) -> None:
        """Write what was counted into the homes it is about."""
        for counted, figures in self.tally.take().items():
            try:
                async with homes.borrow(counted.domain) as instance:
                    await _add(instance, counted, figures)
            except (InstanceUnknown, HomeBusy, ReplicationError, ValueError, OSError) as error:
                _log.warning("audit not written", extra={"why": str(error)})


async def _add(instance: Instance, counted: Counted, figures: Figures) -> None:
    entries = entries_of(instance.store)

    def grown(entry: AuditEntry) -> AuditEntry:
        entry.count += figures.count
        entry.until = figures.last.isoformat()
        return entry

    if await entries.update(counted.entry_id, grown) is None:
        entry = AuditEntry(
            at=figures.first.isoformat(),
            event=counted.event,
            actor=actor_of(counted.principal),
            subject=counted.subject,
            address=counted.address,
            count=figures.count,
            until=figures.last.isoformat(),
            details={"verb": counted.verb} if counted.verb else {},
        )
        try:
            await entries.add(counted.entry_id, entry)
        except Conflict:  # another process counts as well
            await entries.update(counted.entry_id, grown)
    await forget_oldest(instance)


async def forget_oldest(instance: Instance, most: int = MOST_KEPT) -> int:
    """Forget the oldest entries beyond `most`, some at a time; returns how many those were."""
    database = await entries_of(instance.store).database()
    beyond = (await database.info()).document_count - most
    if beyond <= 0:
        return 0
    ids = IdRange(limit=min(beyond, _FORGOTTEN_AT_ONCE), count_before=False)
    rows, _ = await database.all_docs(ids)
    await database.purge({row.document_id: [row.revision] for row in rows})
    return len(rows)


AUDIT = web.AppKey("audit", AuditTrail)


async def audited(request: web.Request, event: str, subject: str = "", **details: str) -> None:
    """Keep an entry about what a request did, by whoever asks, from where they are."""
    await request.app[AUDIT].record(
        request.get(keys.HOME) or request[keys.INSTANCE],
        event,
        by=request.get(keys.PRINCIPAL),
        subject=subject,
        address=request[keys.CALLER].address,
        **details,
    )


async def written_now_and_then(app: web.Application) -> AsyncIterator[None]:
    """Write down what is counted, each minute and at the end: a cleanup context."""
    writing = asyncio.create_task(_write_now_and_then(app))
    yield
    writing.cancel()
    await asyncio.wait([writing])
    await app[AUDIT].write_down(app[keys.INSTANCES])


async def _write_now_and_then(app: web.Application) -> None:
    while True:
        await asyncio.sleep(FLUSH_SECONDS)
        await app[AUDIT].write_down(app[keys.INSTANCES])
