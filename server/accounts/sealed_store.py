"""The store of a home that keeps the credentials of accounts sealed, by whatever door they come."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

from doctypes.accounts.credentials import DOCTYPE, opened, sealed
from replication.core.document import Edit
from replication.store.protocol import Database, DocumentStore, FieldIndex, Outcome
from server.auth.sealing import NONCE_LENGTH, seal, unseal

_PURPOSE = "account"


class SealedAccounts:
    """The database of accounts; what is not said here is its own."""

    def __init__(self, database: Database, change: Callable[[Edit], Edit]) -> None:
        self._database = database
        self._change = change

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  # whatever the port has
        return getattr(self._database, name)

    async def write(self, edits: Sequence[Edit], *, together: bool = False) -> list[Outcome]:
        """Write edits, their credentials sealed."""
        return await self._database.write([self._change(edit) for edit in edits], together=together)


class SealedStore:
    """All databases of a home; `secret` is the home's own, `random` returns so many bytes."""

    def __init__(self, store: DocumentStore, secret: bytes, random: Callable[[int], bytes]) -> None:
        self._store = store
        self._secret = secret
        self._random = random

    async def names(self) -> list[str]:
        """Return the names of all databases, sorted."""
        return await self._store.names()

    async def create(self, name: str, indexes: Sequence[FieldIndex] = ()) -> Database:
        """Make a database. Raises DatabaseExists."""
        return self._sealing(await self._store.create(name, indexes))

    async def open(self, name: str) -> Database:
        """Return a database. Raises DatabaseMissing."""
        return self._sealing(await self._store.open(name))

    async def ensure(self, name: str, indexes: Sequence[FieldIndex] = ()) -> Database:
        """Return a database, made if there is none."""
        return self._sealing(await self._store.ensure(name, indexes))

    async def write_together(self, edits: Mapping[str, Sequence[Edit]]) -> dict[str, list[Outcome]]:
        """Write edits of several databases in one transaction. Raises as the store's own."""
        accounts = {DOCTYPE: [self._sealed(edit) for edit in edits.get(DOCTYPE, ())]}
        return await self._store.write_together({**edits, **(accounts if DOCTYPE in edits else {})})

    async def delete(self, name: str) -> None:
        """Remove a database. Raises DatabaseMissing."""
        await self._store.delete(name)

    async def close(self) -> None:
        """Finish the writes under way; idempotent."""
        await self._store.close()

    def _sealing(self, database: Database) -> Database:
        if database.name != DOCTYPE:
            return database
        return cast("Database", SealedAccounts(database, self._sealed))

    def _sealed(self, edit: Edit) -> Edit:
        def text(plain: bytes) -> str:
            return seal(self._secret, _PURPOSE, plain, self._random(NONCE_LENGTH))

        return edit._replace(body=sealed(edit.body, text))


def in_the_clear(body: bytes, secret: bytes) -> bytes:
    """Return an account with the credentials that the home of this secret sealed."""
    return opened(body, lambda text: unseal(secret, _PURPOSE, text))


_: type[DocumentStore] = SealedStore
