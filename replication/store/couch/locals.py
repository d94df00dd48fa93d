"""The `_local/` documents of a database; those that begin with our mark are our own."""

import msgspec

from replication.core.document import LocalDocument
from replication.core.errors import DatabaseMissing, DocumentMissing
from replication.core.revision import Revision
from replication.couch.couch_client import Answer
from replication.store.couch.answers import Listing, Rev
from replication.store.couch.documents import body_of, spliced
from replication.store.couch.link import CONFLICT, MISSING, CouchLink
from replication.store.protocol import IdRange
from replication.wire.document_json import encode

OURS = "_local/foyer-"
_PREFIX = "_local/"


class _Local(msgspec.Struct):
    rev: str = msgspec.field(name="_rev")


class CouchLocals:
    """Kept apart from documents: they are not replicated, and have no history."""

    def __init__(self, link: CouchLink, name: str) -> None:
        self._link = link
        self._name = name

    async def get_local(self, document_id: str) -> LocalDocument:
        """Read a `_local/` document."""
        answer = await self._link.read("GET", *_path(document_id))
        if answer.status == MISSING:
            raise DocumentMissing(document_id)
        return _read(document_id, answer.body)

    async def put_local(
        self, document_id: str, body: bytes, base: Revision | None = None
    ) -> LocalDocument:
        """Write a `_local/` document; asked twice, it says the same twice."""
        answer = await self._put(document_id, body, base)
        if answer.status == CONFLICT:  # not CouchDB, but others look at the revision
            answer = await self._put(
                document_id, body, (await self.get_local(document_id)).revision
            )
        if answer.status == MISSING:
            raise DocumentMissing(document_id)
        revision = Revision.parse(self._link.decode(answer, Rev).rev)
        return LocalDocument(document_id, revision, body)

    async def _put(self, document_id: str, body: bytes, base: Revision | None) -> Answer:
        head: dict[str, object] = {"_rev": str(base)} if base else {}
        return await self._link.read("PUT", *_path(document_id), body=spliced(head, body))

    async def delete_local(self, document_id: str) -> None:
        """Forget a `_local/` document."""
        found = await self.get_local(document_id)
        rev = {"rev": str(found.revision)}
        answer = await self._link.once("DELETE", *_path(document_id), parameters=rev)
        if answer.status == MISSING:
            raise DocumentMissing(document_id)

    async def local_documents(self, ids: IdRange) -> list[LocalDocument]:
        """List `_local/` documents in id order."""
        asked = {**span(ids), "include_docs": "true"}
        answer = await self._link.read("GET", "_local_docs", parameters=asked)
        if answer.status == MISSING:
            raise DatabaseMissing(self._name)
        found = [
            _read(row.id, bytes(row.doc))
            for row in self._link.decode(answer, Listing).rows
            if bytes(row.doc) and not row.id.startswith(OURS)
        ]
        end = None if ids.limit is None else ids.skip + ids.limit
        return found[ids.skip : end]


def span(ids: IdRange) -> dict[str, str]:
    """Return the bounds and the direction of a range as CouchDB takes them."""
    asked = {"descending": "true"} if ids.descending else {}
    if ids.start is not None:
        asked["startkey"] = encode(ids.start).decode()
    if ids.end is not None:
        asked["endkey"] = encode(ids.end).decode()
        asked["inclusive_end"] = str(ids.inclusive_end).lower()
    return asked


def _path(document_id: str) -> tuple[str, str]:
    return "_local", document_id.removeprefix(_PREFIX)


def _read(document_id: str, text: bytes) -> LocalDocument:
    rev = msgspec.json.decode(text, type=_Local).rev
    return LocalDocument(document_id, Revision.parse(rev), body_of(text))
