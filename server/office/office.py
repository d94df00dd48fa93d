"""What the routes of office editing take from the application: settings, clock, keys, locks."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

import aiohttp
from aiohttp import web

from doctypes.files.node import File
from server.instances.instance import Instance
from server.office.commands import Commands
from server.office.download import Download
from server.office.history_store import HistoryStore
from server.office.key_locks import KeyLocks
from server.office.participants import may_still_write
from server.office.remembering import Remembering
from server.office.save import Saver
from server.office.session import EditingSession
from server.office.session_store import SessionStore
from server.office.settings import OfficeSettings

Tell = Callable[[str, EditingSession], None]
"""Passes on what became of a session of a home (its domain)."""


def _nobody(domain: str, session: EditingSession) -> None:
    del domain, session


@dataclass(frozen=True, slots=True)
class Office:
    """What these routes take from the application; without `settings` nothing can be opened."""

    settings: OfficeSettings | None
    clock: Callable[[], datetime]
    new_key: Callable[[], str]
    tell: Tell = _nobody
    locks: KeyLocks = field(default_factory=KeyLocks)
    edited: set[tuple[str, str]] = field(default_factory=set)
    """Homes and keys under which somebody edits, as far as this process was told."""
    homes: set[str] = field(default_factory=set)
    """Homes whose sessions this process had to do with."""

    def now(self) -> float:
        """Return the time in seconds since 1970."""
        return self.clock().timestamp()

    async def sessions(self, home: Instance) -> SessionStore:
        """Return the sessions of a home."""
        self.homes.add(home.domain)
        return await SessionStore.of(home.store, lambda session: self.note(home.domain, session))

    def note(self, domain: str, session: EditingSession) -> None:
        """Take note of what became of a session, and pass it on."""
        here = (domain, session.key)
        if session.editors:
            self.edited.add(here)
        else:
            self.edited.discard(here)
        self.tell(domain, session)

    async def saver(self, home: Instance, client: aiohttp.ClientSession) -> Saver:
        """Return what takes saves into a home; there are `settings`."""
        if self.settings is None:
            raise RuntimeError("no document server is configured")

        async def may_write(user_id: str, file: File) -> bool:
            return await may_still_write(home, user_id, file, self.now())

        download = Download(client, self.settings)
        remember = Remembering(HistoryStore(home.store, home.blobs), home.blobs, download).remember
        return Saver(home.files, await self.sessions(home), download, may_write, remember)

    def commands(self, client: aiohttp.ClientSession) -> Commands:
        """Return what gives commands to the Document Server; there are `settings`."""
        if self.settings is None:
            raise RuntimeError("no document server is configured")
        return Commands(client, self.settings, self.now)


OFFICE = web.AppKey("office", Office)
