"""Requests to a CouchDB, asked again where that is harmless, and what its refusals are called.

Reads, and writes of revisions as they stand, may be repeated. An edit on top of a revision may not:
when its answer is lost nobody knows whether it came to be, and asked again it is a conflict.
"""

import asyncio
from collections.abc import Mapping
from typing import TypeVar

from aiohttp import ClientSession

from replication.core.errors import Invalid, ReplicationError, StorageUnreachable, StoreClosed
from replication.couch.address import Address
from replication.couch.couch_client import Answer, CouchClient
from replication.replicator.peer import PeerRefused, PeerUnreachable

T = TypeVar("T")

MISSING, CONFLICT, EXISTS = 404, 409, 412
_BAD_REQUEST = 400
_PAUSES = (0.1, 0.5)  # seconds before the second attempt and the third


class CouchLink:
    """Asks one database, or (a link to the root) the server; all calls raise StorageUnreachable.

    The session holds the connections, and so how many requests are made at once.
    """

    def __init__(self, session: ClientSession, address: Address) -> None:
        self._session = session
        self._client = CouchClient(session, address)
        self._ended = False

    @property
    def place(self) -> str:
        """Return the address, without login."""
        return self._client.address.url

    def end(self) -> None:
        """Ask nothing more: all calls raise StoreClosed from now on."""
        self._ended = True

    def to(self, database: str) -> "CouchLink":
        """Return the link to a database, from that to the root."""
        address = self._client.address
        below = Address(address.path(database), address.user, address.headers)
        return CouchLink(self._session, below)

    async def read(
        self,
        method: str,
        *path: str,
        parameters: Mapping[str, str] | None = None,
        body: bytes | None = None,
        patience: float = 0.0,
    ) -> Answer:
        """Ask for what changes nothing, or nothing more when asked again."""
        for pause in _PAUSES:
            try:
                return await self._ask(method, path, parameters, body, patience)
            except StorageUnreachable:
                await asyncio.sleep(pause)
        return await self._ask(method, path, parameters, body, patience)

    async def once(
        self,
        method: str,
        *path: str,
        parameters: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> Answer:
        """Ask for what must not be asked twice."""
        return await self._ask(method, path, parameters, body, 0.0)

    async def _ask(
        self,
        method: str,
        path: tuple[str, ...],
        parameters: Mapping[str, str] | None,
        body: bytes | None,
        patience: float,
    ) -> Answer:
        if self._ended:
            raise StoreClosed(self.place)
        try:
            return await self._client.ask(
                method, *path, parameters=parameters, body=body, patience=patience
            )
        except (PeerUnreachable, PeerRefused) as error:
            raise _in_our_words(error) from None

    def decode(self, answer: Answer, kind: type[T]) -> T:
        """Read an answer. Raises StorageUnreachable for what no CouchDB would answer."""
        try:
            return self._client.decode(answer, kind)
        except PeerUnreachable as error:
            raise _in_our_words(error) from None


def _in_our_words(error: PeerUnreachable | PeerRefused) -> ReplicationError:
    if isinstance(error, PeerUnreachable):
        return StorageUnreachable(error.peer, error.why)
    if error.status == _BAD_REQUEST:
        return Invalid(error.word, error.reason)
    return StorageUnreachable(error.peer, f"{error.status} {error.word}")
