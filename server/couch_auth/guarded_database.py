"""Databases as one user may use them: the port for documents, with refusals in front of it."""

from collections.abc import Sequence
from typing import Any

from replication.core.document import DESIGN_PREFIX, Edit
from replication.store.protocol import Database, Outcome
from server.couch_auth.errors import NOT_DATABASE_ADMIN, refusal
from server.couch_auth.security import ADMINS_ONLY
from server.couch_auth.user import User

UNSET, SET_EMPTY = b"{}", b"{ }"
"""What the engine gives for a security object that was never set, and what is kept for an empty
one that was: the first means admins only, the second everybody, and both are empty objects."""

_FOR_ADMINS = frozenset(
    {"set_security", "set_revs_limit", "set_purged_infos_limit", "purge", "compact"}
)


class SecuredDatabase:
    """A database whose security object is CouchDB's until somebody sets another.

    What is not said here is the database's own.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  # whatever the port has
        return getattr(self._database, name)

    async def security(self) -> bytes:
        """Return the security object that holds."""
        kept = await self._database.security()
        return ADMINS_ONLY if kept == UNSET else kept

    async def set_security(self, body: bytes) -> None:
        """Keep a security object."""
        await self._database.set_security(SET_EMPTY if body == UNSET else body)


class MembersDatabase(SecuredDatabase):
    """A database as its members may use it: all but design documents and what rules it."""

    def __init__(self, database: Database, user: User) -> None:
        super().__init__(database)
        self._user = user

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  # whatever the port has
        if name in _FOR_ADMINS:
            raise refusal(self._user, NOT_DATABASE_ADMIN)
        return super().__getattr__(name)

    async def set_security(self, body: bytes) -> None:
        """Refuse it."""
        del body
        raise refusal(self._user, NOT_DATABASE_ADMIN)

    async def write(self, edits: Sequence[Edit], *, together: bool = False) -> list[Outcome]:
        """Write edits; those of design documents are refused, the others not hindered by it."""
        refused = refusal(self._user, NOT_DATABASE_ADMIN)
        allowed = [edit for edit in edits if not edit.document_id.startswith(DESIGN_PREFIX)]
        if together and len(allowed) < len(edits):
            raise refused
        written = iter(await self._database.write(allowed, together=together) if allowed else [])
        return [
            refused if edit.document_id.startswith(DESIGN_PREFIX) else next(written)
            for edit in edits
        ]
