"""All databases of one home in a CouchDB, under names that begin with its prefix."""

from collections.abc import Callable, Mapping, Sequence

import msgspec
from aiohttp import ClientSession

from replication.core.document import Edit
from replication.core.errors import (
    DatabaseExists,
    DatabaseMissing,
    DocumentMissing,
    StorageUnreachable,
    StoreClosed,
)
from replication.couch.address import Address
from replication.couch.couch_client import Answer
from replication.store.couch.database import CouchDatabase
from replication.store.couch.intents import IntentLog, Target
from replication.store.couch.link import EXISTS, MISSING, CouchLink
from replication.store.couch.locals import OURS, CouchLocals
from replication.store.couch.names import decoded, encoded
from replication.store.protocol import DocumentStore, FieldIndex, Outcome
from replication.wire.document_json import encode

_LIFE = f"{OURS}life"
_ONE_SHARD = {"q": "1"}
_BESIDE = "(traces)"
_LOG = "(log)"
_MADE = (201, 202)


class _Life(msgspec.Struct):
    epoch: str


class CouchDocumentStore:
    """The databases of a home; `address` is the server's, `prefix` as `names.prefix_of` makes it.

    Requests go by a session of the caller, who closes it. `new_id` gives texts that nobody has.
    """

    def __init__(
        self, session: ClientSession, address: Address, prefix: str, new_id: Callable[[], str]
    ) -> None:
        self._root = CouchLink(session, address)
        self._prefix = prefix
        self._new_id = new_id
        self._databases: dict[str, CouchDatabase] = {}
        self._log = IntentLog(self._root.to(prefix + _LOG), self._target, new_id)
        self._closed = False

    async def recover(self) -> int:
        """Carry out what a process that died left undone; return how many groups that were.

        Belongs before the first question. Raises StorageUnreachable.
        """
        return await self._log.replay()

    async def _target(self, name: str) -> Target:
        return (await self.open(name)).target

    async def names(self) -> list[str]:
        """Return the names of all databases, sorted."""
        ours = await self._ours()
        return sorted(decoded(name) for name in ours if not name.endswith((_BESIDE, _LOG)))

    async def erase(self) -> None:
        """Remove all databases of the home, and what stands beside them; may be asked again."""
        for name in await self._ours():
            await self._root.to(self._prefix + name).read("DELETE")

    async def _ours(self) -> list[str]:
        asked = {
            "startkey": encode(self._prefix).decode(),
            "endkey": encode(f"{self._prefix}\ufff0").decode(),
        }
        answer = await self._root.read("GET", "_all_dbs", parameters=asked)
        found = self._root.decode(answer, list[str])
        return [name.removeprefix(self._prefix) for name in found if name.startswith(self._prefix)]

    async def create(self, name: str, indexes: Sequence[FieldIndex] = ()) -> CouchDatabase:
        """Make a database. Raises DatabaseExists."""
        answer = await self._make(name)
        if answer.status == EXISTS:
            raise DatabaseExists(name)
        return await self._known(name, indexes)

    async def _make(self, name: str) -> Answer:
        self._require_open()
        link = self._root.to(self._prefix + encoded(name))
        answer = await link.once("PUT", parameters=_ONE_SHARD)
        if answer.status not in (*_MADE, EXISTS):
            raise StorageUnreachable(link.place, str(answer.status))
        return answer

    async def open(self, name: str) -> CouchDatabase:
        """Return a database. Raises DatabaseMissing."""
        return await self._known(name, ())

    async def ensure(self, name: str, indexes: Sequence[FieldIndex] = ()) -> CouchDatabase:
        """Return a database, made if there is none, with these indexes built."""
        if name not in self._databases:
            await self._make(name)
        return await self._known(name, indexes)

    async def _known(self, name: str, indexes: Sequence[FieldIndex]) -> CouchDatabase:
        """Return the one object of a database, so that all who wait on it share its feed."""
        self._require_open()
        database = self._databases.get(name)
        if database is None:
            link = self._root.to(self._prefix + encoded(name))
            epoch = await self._epoch(link, name)
            database = self._databases.get(name)  # another may have come first
            if database is None:
                beside = self._root.to(self._prefix + encoded(name) + _BESIDE)
                database = CouchDatabase(name, epoch, link, beside, self._log)
                self._databases[name] = database
        await database.declare(indexes)
        return database

    async def _epoch(self, link: CouchLink, name: str) -> str:
        """Return what names the life of a database: it is written into it when it is new."""
        if (await link.read("GET")).status == MISSING:
            raise DatabaseMissing(name)
        notes = CouchLocals(link, name)
        try:
            found = await notes.get_local(_LIFE)
        except DocumentMissing:
            await notes.put_local(_LIFE, encode(_Life(self._new_id()[:8])))
            found = await notes.get_local(_LIFE)
        return msgspec.json.decode(found.body, type=_Life).epoch

    async def write_together(self, edits: Mapping[str, Sequence[Edit]]) -> dict[str, list[Outcome]]:
        """Write edits of several databases, all or none, by the log."""
        targets = {name: (await self.open(name)).target for name in edits}
        return await self._log.write(targets, edits, together=True)

    async def delete(self, name: str) -> None:
        """Remove a database and all it holds. Raises DatabaseMissing."""
        self._require_open()
        database = self._databases.pop(name, None)
        if database is not None:
            await database.close()
        link = self._root.to(self._prefix + encoded(name))
        answer = await link.once("DELETE")
        if answer.status == MISSING:
            raise DatabaseMissing(name)
        await self._root.to(self._prefix + encoded(name) + _BESIDE).once("DELETE")

    async def close(self) -> None:
        """Let go of everything; idempotent."""
        self._closed = True
        for database in self._databases.values():
            await database.close()

    def _require_open(self) -> None:
        if self._closed:
            raise StoreClosed(self._root.place)


_: type[DocumentStore] = CouchDocumentStore
