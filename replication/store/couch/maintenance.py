"""What a CouchDB forgets, how much it remembers, and the security object.

The security object is kept as a local document of ours: CouchDB's own stays as it was made, for
administrators alone. Its rules name people whom only we know, and an empty one would open the
database to everybody who can reach it.
"""

import asyncio
from collections.abc import Mapping, Sequence

from replication.core.errors import DatabaseMissing, DocumentMissing
from replication.core.revision import Revision
from replication.couch.couch_client import Answer
from replication.store.couch.answers import Opaque, Purged, PurgedInfos
from replication.store.couch.link import MISSING, CouchLink
from replication.store.couch.locals import OURS, CouchLocals
from replication.store.protocol import PurgeInfo
from replication.wire.document_json import encode

_SECURITY = f"{OURS}security"
_POLL = 0.1  # seconds between looks whether a compaction is over


class CouchMaintenance:
    """The verbs about one database as a whole."""

    def __init__(self, link: CouchLink, name: str) -> None:
        self._link = link
        self._name = name
        self._notes = CouchLocals(link, name)

    async def purge(
        self, revisions: Mapping[str, Sequence[Revision]]
    ) -> dict[str, tuple[Revision, ...]]:
        """Forget these leaves as if they had never been; return those that were there."""
        asked = {name: [str(one) for one in some] for name, some in revisions.items()}
        answer = await self._link.once("POST", "_purge", body=encode(asked))
        purged = self._link.decode(self._there(answer), Purged).purged
        return {
            name: tuple(Revision.parse(one) for one in purged.get(name, ())) for name in revisions
        }

    async def purged_infos(self) -> list[PurgeInfo]:
        """Return what was asked to be purged lately, the oldest first."""
        answer = await self._link.read("GET", "_purged_infos")
        return [
            PurgeInfo(info.id, tuple(Revision.parse(rev) for rev in info.revs))
            for info in self._link.decode(self._there(answer), PurgedInfos).purged_infos
        ]

    async def purged_infos_limit(self) -> int:
        """Return how many of these are kept."""
        return await self._number("_purged_infos_limit")

    async def set_purged_infos_limit(self, limit: int) -> None:
        """Keep so many of these; CouchDB forgets the others when it compacts."""
        await self._set("_purged_infos_limit", limit)

    async def compact(self) -> None:
        """Forget the bodies of superseded revisions, and wait until that is done."""
        self._there(await self._link.once("POST", "_compact", body=b"{}"))
        while True:
            answer = self._there(await self._link.read("GET"))
            if not self._link.decode(answer, Opaque).compact_running:
                return
            await asyncio.sleep(_POLL)

    async def revs_limit(self) -> int:
        """Return how many revisions of a branch are remembered."""
        return await self._number("_revs_limit")

    async def set_revs_limit(self, limit: int) -> None:
        """Remember this many revisions of a branch from the next write on."""
        await self._set("_revs_limit", limit)

    async def security(self) -> bytes:
        """Return the security object."""
        try:
            return (await self._notes.get_local(_SECURITY)).body
        except DocumentMissing:
            return b"{}"

    async def set_security(self, body: bytes) -> None:
        """Keep a security object."""
        await self._notes.put_local(_SECURITY, body)

    async def _number(self, what: str) -> int:
        return self._link.decode(self._there(await self._link.read("GET", what)), int)

    async def _set(self, what: str, value: int) -> None:
        self._there(await self._link.read("PUT", what, body=encode(value)))

    def _there(self, answer: Answer) -> Answer:
        if answer.status == MISSING:
            raise DatabaseMissing(self._name)
        return answer
