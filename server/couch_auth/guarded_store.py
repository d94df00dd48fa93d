"""All databases as one user may use them: whoever opens one here is a member of it."""

from collections.abc import Mapping, Sequence
from typing import cast

from replication.core.document import Edit
from replication.store.protocol import Database, DocumentStore, FieldIndex, Outcome
from server.couch_auth.errors import NOT_SERVER_ADMIN, LoginNeeded, no_access
from server.couch_auth.guarded_database import MembersDatabase, SecuredDatabase
from server.couch_auth.security import parse_security
from server.couch_auth.user import User
from server.couch_auth.users_database import NAME, OwnUserDatabase, UsersDatabase


class GuardedStore:
    """The store of an instance, for one user; raises LoginNeeded and Forbidden beside the rest."""

    def __init__(self, store: DocumentStore, user: User) -> None:
        self._store = store
        self._user = user

    async def names(self) -> list[str]:
        """Return the names of all databases, sorted."""
        return await self._store.names()

    async def create(self, name: str, indexes: Sequence[FieldIndex] = ()) -> Database:
        """Make a database, which takes a server admin."""
        self._check_server_admin()
        return _secured(await self._store.create(name, indexes))

    async def open(self, name: str) -> Database:
        """Return a database to a member of it; `_users` is always there."""
        if name == NAME:
            return await self._users()
        database = await self._store.open(name)
        if self._user.is_server_admin:
            return _secured(database)
        security = parse_security(await SecuredDatabase(database).security())
        if not security.is_member(self._user):
            raise no_access(self._user)
        if security.is_admin(self._user):
            return _secured(database)
        return cast("Database", MembersDatabase(database, self._user))

    async def ensure(self, name: str, indexes: Sequence[FieldIndex] = ()) -> Database:
        """Return a database, made if there is none, which takes a server admin."""
        self._check_server_admin()
        return _secured(await self._store.ensure(name, indexes))

    async def write_together(self, edits: Mapping[str, Sequence[Edit]]) -> dict[str, list[Outcome]]:
        """Write edits of several databases, all or none, which takes a server admin."""
        self._check_server_admin()
        return await self._store.write_together(edits)

    async def delete(self, name: str) -> None:
        """Remove a database, which takes a server admin."""
        self._check_server_admin()
        await self._store.delete(name)

    async def close(self) -> None:
        """Close the store."""
        await self._store.close()

    async def _users(self) -> Database:
        database = await self._store.ensure(NAME)
        security = parse_security(await SecuredDatabase(database).security())
        if self._user.is_server_admin or security.is_admin(self._user):
            return cast("Database", UsersDatabase(database))
        may_sign_up = security.is_member(self._user)
        if self._user.name is None and not may_sign_up:
            raise no_access(self._user)
        return cast("Database", OwnUserDatabase(database, self._user, may_sign_up=may_sign_up))

    def _check_server_admin(self) -> None:
        if not self._user.is_server_admin:
            raise LoginNeeded(NOT_SERVER_ADMIN)


def _secured(database: Database) -> Database:
    return cast("Database", SecuredDatabase(database))


_: type[DocumentStore] = GuardedStore
