"""Bringing home what the Document Server kept when no callback of it was answered well.

After some seven seconds of failures it puts a save aside, tells nobody, and keeps it until somebody
asks (office.md 1.4). So somebody asks, every minute.
"""

import logging
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from functools import partial

from yarl import URL

from doctypes.files.errors import FileTreeError
from replication.core.errors import ReplicationError
from server.instances.directory import HomeBusy, InstanceDirectory, InstanceUnknown
from server.instances.instance import Instance
from server.instances.record import RecordUnreadable
from server.office.commands import UNKNOWN_KEY, CommandRefused, Commands, OfficeUnreachable
from server.office.document_keys import MARK, mark_of
from server.office.download import DownloadFailed
from server.office.formats import FORMATS, extension_of
from server.office.key_locks import KeyLocks
from server.office.placing import SaveUnsettled
from server.office.save import Saver
from server.office.session import with_editors
from server.office.session_lock import mirror_session
from server.office.session_store import SessionMissing

_FAILURES = (
    CommandRefused,
    OfficeUnreachable,
    DownloadFailed,
    SaveUnsettled,
    FileTreeError,
    ReplicationError,
    InstanceUnknown,
    HomeBusy,
    RecordUnreadable,
    OSError,
)
_FIRST_WAIT, _LONGEST_WAIT = 60.0, 3600.0
_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Wait:
    until: float
    following: float


@dataclass(slots=True)
class ForgottenSaves:
    """Sweeps the homes of one process; `clock` counts seconds and never goes back."""

    commands: Commands
    homes: InstanceDirectory
    saver_of: Callable[[Instance], Awaitable[Saver]]
    locks: KeyLocks
    clock: Callable[[], float]
    _waits: dict[str, _Wait] = field(default_factory=dict)
    _unknown: set[tuple[str, str]] = field(default_factory=set)

    async def sweep(self) -> list[str]:
        """Take in all that is there; return the keys of what was. Raises OfficeUnreachable.

        What cannot be taken in stays with the Document Server, and is tried again later and later,
        at least every hour.
        """
        kept = (await self.commands.ask("getForgottenList")).get("keys", [])
        keys = [key for key in kept if isinstance(key, str)]
        hosts = {mark_of(host): host for host in self.homes.hosts} if keys else {}
        self._waits = {key: wait for key, wait in self._waits.items() if key in keys}
        return [key for key in keys if await self._try(key, hosts.get(key[:MARK]))]

    async def _try(self, key: str, host: str | None) -> bool:
        wait = self._waits.get(key)
        if host is None or (wait is not None and self.clock() < wait.until):
            return False
        try:
            await self._bring_home(key, host)
        except SessionMissing:  # a home elsewhere that is called the same, or one made anew
            return False
        except _FAILURES as error:
            seconds = wait.following if wait else _FIRST_WAIT
            self._waits[key] = _Wait(self.clock() + seconds, min(2 * seconds, _LONGEST_WAIT))
            _log.warning("forgotten save not taken in", extra={"key": key, "reason": repr(error)})
            return False
        return True

    async def _bring_home(self, key: str, host: str) -> None:
        async with self.homes.borrow(host) as instance:
            saver = await self.saver_of(instance)
            session = await saver.sessions.get(key)
            async with self.locks.held("key", instance.domain, key):
                url = str((await self.commands.ask("getForgotten", key=key)).get("url", ""))
                extension = _extension(url) or session.extension
                try:
                    await saver.take_forgotten(key, url, extension)
                except (DownloadFailed, SaveUnsettled, FileTreeError, ReplicationError) as error:
                    await saver.note_forgotten(key, error)
                    raise
                await self.commands.ask("deleteForgotten", key=key)
            await mirror_session(instance, saver.sessions, key)

    async def forget_who_left(self, edited: Iterable[tuple[str, str]]) -> None:
        """Ask about homes and keys where somebody is said to edit, and correct what is not so.

        A Document Server that was killed tells nobody that its editors are gone. One that has told
        of an editor may know the key a moment later only, while it fetches the document: what it
        does not know is forgotten the second time in a row.
        """
        before, self._unknown = self._unknown, set()
        for domain, key in edited:
            known = await self._is_known(key)
            if known or (domain, key) in before:
                await self._note(domain, key, edited=known)
            else:
                self._unknown.add((domain, key))

    async def _is_known(self, key: str) -> bool:
        try:
            await self.commands.ask("info", key=key)
        except CommandRefused as refused:
            return refused.error != UNKNOWN_KEY
        return True

    async def _note(self, domain: str, key: str, *, edited: bool) -> None:
        """Lengthen the lock of a session that goes on; end one that nobody edits in."""
        try:
            async with self.homes.borrow(domain) as instance:
                saver = await self.saver_of(instance)
                if not edited:
                    await saver.sessions.update(key, partial(with_editors, editors=()))
                await mirror_session(instance, saver.sessions, key)
        except (SessionMissing, *_FAILURES) as error:
            _log.info("editors not forgotten", extra={"reason": repr(error)})


def _extension(url: str) -> str | None:
    try:
        extension = extension_of(URL(url, encoded=True).name)
    except ValueError:
        return None
    return extension if extension in FORMATS else None
