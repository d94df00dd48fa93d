"""Taking away editing sessions under which nothing can come any more.

A save may come long after its editors left: the Document Server repeats what failed, keeps what
nobody took until somebody asks (office.md 1.4), and a page that slept goes on under its key. What
is reported about a key that nobody knows is refused, and then rests there unseen. So a session goes
when nobody used it for as long as a page may live, nothing of it is outstanding here, and the
Document Server has no trace of its key.
"""

import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from replication.core.errors import ReplicationError
from server.instances.directory import HomeBusy, InstanceDirectory, InstanceUnknown
from server.instances.record import RecordUnreadable
from server.office.commands import UNKNOWN_KEY, CommandRefused, Commands
from server.office.office import Office
from server.office.session import EditingSession
from server.office.session_store import SessionStore

KEPT = timedelta(days=30)
"""A Document Server ends a page after so long, whatever it does (its `sessionabsolute`)."""
EVERY = timedelta(days=1)
_FAILURES = (InstanceUnknown, HomeBusy, RecordUnreadable, ReplicationError, OSError)
_log = logging.getLogger(__name__)


def is_spent(session: EditingSession, now: datetime) -> bool:
    """Tell whether all that was here of a session is over; the Document Server is asked besides."""
    return not session.attention and now - session.used_at > KEPT


@dataclass(slots=True)
class Pruning:
    """Prunes the homes where somebody edited since this process began, each once a day."""

    commands: Commands
    homes: InstanceDirectory
    office: Office
    _due: dict[str, datetime] = field(default_factory=dict)

    async def prune_due(self) -> None:
        """Prune what is due. Raises OfficeUnreachable and CommandRefused, and then prunes none."""
        now = self.office.clock()
        for domain in list(self.office.homes):
            if now < self._due.get(domain, now):
                continue
            try:
                pruned = await self.prune(domain)
            except _FAILURES as error:
                _log.info("sessions not pruned", extra={"instance": domain, "reason": repr(error)})
                continue
            self._due[domain] = now + EVERY
            if pruned:
                _log.info("sessions pruned", extra={"instance": domain, "count": len(pruned)})

    async def prune(self, domain: str) -> list[str]:
        """Take the spent sessions of a home away, and return their keys.

        Raises as `prune_due`, and what borrowing a home raises.
        """
        forgotten = (await self.commands.ask("getForgottenList")).get("keys", [])
        async with self.homes.borrow(domain) as home:
            sessions = await self.office.sessions(home)
            return [
                session.key
                async for session in self._spent(sessions)
                if session.key not in forgotten and await self._prune(domain, sessions, session)
            ]

    async def _spent(self, sessions: SessionStore) -> AsyncIterator[EditingSession]:
        now = self.office.clock()
        async for session in sessions.at_rest():
            if is_spent(session, now):
                yield session

    async def _prune(self, domain: str, sessions: SessionStore, session: EditingSession) -> bool:
        """Take one away, unless the Document Server knows its key or somebody just opened it."""
        if await self._is_known(session.key):
            return False
        async with self.office.locks.held("file", domain, session.target_file):
            return await sessions.forget(session)

    async def _is_known(self, key: str) -> bool:
        try:
            await self.commands.ask("info", key=key)
        except CommandRefused as refused:
            return refused.error != UNKNOWN_KEY
        return True
