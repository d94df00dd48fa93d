"""Editing sessions as documents of a private database, which no HTTP door serves."""

import json
import re
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from replication.core.document import Edit, StoredRevision
from replication.core.errors import Conflict, DocumentMissing
from replication.store.protocol import Database, DocumentStore, FieldIndex
from server.office.session import EditingSession, State

DATABASE = "_office_sessions"
BY_CONTENT = FieldIndex("by-content", ("target_file", "base_blob", "state"))
BY_ATTENTION = FieldIndex("by-attention", ("attention", "target_file"))
_ATTEMPTS = 8

Heard = Callable[[EditingSession], None]
"""Hears of each session as it was written."""


class SessionMissing(Exception):
    """No session has this key."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


class SessionStore:
    """The sessions of one instance; each write is held against the revision that was read."""

    def __init__(self, database: Database, heard: Heard | None = None) -> None:
        self._database = database
        self._heard = heard

    @classmethod
    async def of(cls, store: DocumentStore, heard: Heard | None = None) -> "SessionStore":
        """Open the sessions of an instance; the database is made when there is none."""
        return cls(await store.ensure(DATABASE, [BY_CONTENT, BY_ATTENTION]), heard)

    async def get(self, key: str) -> EditingSession:
        """Read a session, open or closed. Raises SessionMissing."""
        if not _KEY.fullmatch(key):
            raise SessionMissing(key)
        try:
            return _parsed(await self._database.get(key))
        except DocumentMissing:
            raise SessionMissing(key) from None

    async def live_for(self, file_id: str, blob: str) -> EditingSession | None:
        """Find the open session whose next save goes to this file and builds on this content."""
        found = await self._database.find_by(BY_CONTENT, [file_id, blob, State.OPEN.value], limit=1)
        return _parsed(found[0]) if found else None

    async def asking(self, attention: str, file_id: str | None = None) -> list[EditingSession]:
        """List the sessions with `alarm`, or under `editing`: all, or those of one target."""
        values = [attention] if file_id is None else [attention, file_id]
        return [_parsed(row) for row in await self._database.find_by(BY_ATTENTION, values)]

    async def at_rest(self) -> AsyncIterator[EditingSession]:
        """Yield the sessions that ask for no attention, open and closed."""
        after = None
        while rows := await self._database.find_by(BY_ATTENTION, [""], after=after):
            for row in rows:
                yield _parsed(row)
            after = rows[-1]

    async def forget(self, session: EditingSession) -> bool:
        """Take a session away as it was read; tells whether it stood so."""
        if session.stored is None:
            return False
        purged = await self._database.purge({session.key: (session.stored,)})
        return bool(purged.get(session.key))

    async def update(
        self, key: str, change: Callable[[EditingSession], EditingSession]
    ) -> EditingSession:
        """Change a session whatever it became meanwhile; what is no change is not written.

        Raises SessionMissing, and Conflict when others keep coming first.
        """
        conflict: Conflict | None = None
        for _ in range(_ATTEMPTS):
            session = await self.get(key)
            changed = change(session)
            if changed == session:
                return session
            try:
                return await self.put(changed)
            except Conflict as error:
                conflict = error
        raise conflict or Conflict(key)

    async def put(self, session: EditingSession) -> EditingSession:
        """Write a session durably and return it as stored.

        Raises Conflict when it was changed since it was read.
        """
        edit = Edit(session.key, _rendered(session), base=session.stored)
        (outcome,) = await self._database.write([edit], together=True)
        if isinstance(outcome, Exception):
            raise outcome
        written = replace(session, stored=outcome.revision)
        if self._heard is not None:
            self._heard(written)
        return written


def _rendered(session: EditingSession) -> bytes:
    fields = {
        "file_id": session.file_id,
        "name": session.name,
        "extension": session.extension,
        "base_revision": session.base_revision,
        "base_blob": session.base_blob,
        "base_size": session.base_size,
        "target_file": session.target_file,
        "created_at": session.created_at.isoformat(),
        "state": session.state.value,
        "committed": session.committed,
        "last_save": session.last_save.isoformat() if session.last_save else None,
        "alarm": session.alarm,
        "unsaved_by": session.unsaved_by,
        "doubtful": session.doubtful,
        "opened_blob": session.opened_blob,
        "opened_at": session.opened_at.isoformat() if session.opened_at else None,
        "people": dict(session.people),
        "editors": session.editors,
        "attention": session.attention,
    }
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()


def _parsed(document: StoredRevision) -> EditingSession:
    fields: Mapping[str, Any] = json.loads(document.body)
    last_save, opened_at = fields["last_save"], fields.get("opened_at")
    return EditingSession(
        key=document.document_id,
        file_id=fields["file_id"],
        name=fields["name"],
        extension=fields["extension"],
        base_revision=fields["base_revision"],
        base_blob=fields["base_blob"],
        base_size=fields["base_size"],
        target_file=fields["target_file"],
        created_at=datetime.fromisoformat(fields["created_at"]),
        state=State(fields["state"]),
        committed=tuple(fields["committed"]),
        last_save=datetime.fromisoformat(last_save) if last_save else None,
        alarm=fields["alarm"],
        unsaved_by=fields.get("unsaved_by", ""),
        doubtful=fields.get("doubtful", False),
        opened_blob=fields.get("opened_blob", ""),
        opened_at=datetime.fromisoformat(opened_at) if opened_at else None,
        people=fields.get("people", {}),
        editors=tuple(fields.get("editors", ())),
        stored=document.revision,
    )


_KEY = re.compile(r"[0-9a-f]{24,64}")
