"""All databases of a home as one credential may use them."""

from collections.abc import Mapping, Sequence
from typing import cast

from doctypes.files.device_changes import DeviceChanges
from doctypes.files.node import DOCTYPE as FILES
from doctypes.permissions.errors import PermissionDenied
from doctypes.permissions.permission_set import PermissionSet
from doctypes.permissions.reserved import UNREADABLE, require_readable, require_writable
from doctypes.permissions.rule import ALL_VERBS, Verb
from replication.core.document import Edit
from replication.store.protocol import Database, DocumentStore, FieldIndex, Outcome
from server.permissions.device_files import DeviceFiles
from server.permissions.guarded_database import GuardedDatabase


class GuardedStore:
    """The store of an instance, for one credential; raises PermissionDenied and DoctypeReserved.

    With `whole`, whoever opens a database must be allowed to read all of it. `files` are those that
    a device sees, where it is one that asks.
    """

    def __init__(
        self,
        store: DocumentStore,
        permissions: PermissionSet,
        *,
        whole: bool,
        files: DeviceChanges | None = None,
    ) -> None:
        self._store = store
        self._permissions = permissions
        self._whole = whole
        self._files = files

    async def hides_some(self, name: str) -> bool:
        """Tell whether a database may have documents that are left out of what it shows."""
        return name == FILES and self._files is not None and await self._files.hides_anything()

    async def names(self) -> list[str]:
        """Return the names of the databases that may be read, sorted."""
        found = await self._store.names()
        allows = self._permissions.allows_type
        return [name for name in found if name not in UNREADABLE and allows(Verb.GET, name)]

    async def create(self, name: str, indexes: Sequence[FieldIndex] = ()) -> Database:
        """Make a database, which takes POST on the type."""
        require_writable(name)
        self._require_owner_of(name)
        self._permissions.require_type(Verb.POST, name)
        return self._guarded(await self._store.create(name, indexes))

    async def open(self, name: str) -> Database:
        """Return a database to who may read some of it, or all of it where that is asked."""
        require_readable(name)
        self._require_owner_of(name)
        if self._whole or not any(self._permissions.may_allow(verb, name) for verb in ALL_VERBS):
            self._permissions.require_type(Verb.GET, name)
        return self._guarded(await self._store.open(name))

    async def ensure(self, name: str, indexes: Sequence[FieldIndex] = ()) -> Database:
        """Return a database, made if there is none, which takes the right to put something in."""
        require_writable(name)
        self._require_owner_of(name)
        if not self._permissions.may_allow(Verb.POST, name):
            self._permissions.require_type(Verb.POST, name)
        return self._guarded(await self._store.ensure(name, indexes))

    async def write_together(self, edits: Mapping[str, Sequence[Edit]]) -> dict[str, list[Outcome]]:
        """Write edits of several databases, which takes what the owner may."""
        if not self._permissions.everything:
            raise PermissionDenied(Verb.POST, ", ".join(edits))
        return await self._store.write_together(edits)

    async def delete(self, name: str) -> None:
        """Remove a database, which takes DELETE on the type."""
        require_writable(name)
        self._require_owner_of(name)
        self._permissions.require_type(Verb.DELETE, name)
        await self._store.delete(name)

    async def close(self) -> None:
        """Close the store."""
        await self._store.close()

    def _require_owner_of(self, name: str) -> None:
        """Let no rule speak of what is no type: replications are jobs that may do everything."""
        if name.startswith("_") and not self._permissions.everything:
            raise PermissionDenied(Verb.GET, name)

    def _guarded(self, database: Database) -> Database:
        if self._files is not None and database.name == FILES:
            database = cast("Database", DeviceFiles(database, self._files))
        if self._permissions.everything:
            return database
        return cast("Database", GuardedDatabase(database, self._permissions))


_: type[DocumentStore] = GuardedStore
