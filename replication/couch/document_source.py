"""Reading many revisions from a CouchDB: in bulk where it can, one document at a time elsewhere.

Documents come first without their attachments. Small attachments are then asked for many at a
time, inside the JSON; large ones are streamed one by one when the target takes them.
"""

from collections.abc import AsyncIterator, Mapping, Sequence

import msgspec

from replication.core.errors import DatabaseMissing, Invalid
from replication.core.revision import Revision
from replication.couch.couch_client import Answer, CouchClient, document_path
from replication.couch.couch_json import Reader, parse_travelling
from replication.replicator.peer import Refusal, Travelling
from replication.wire.document_json import encode

SMALL = 512 * 1024
"""Bytes of attachments that a document may carry inside its JSON."""

AT_ONCE = 8 * 1024 * 1024
"""Bytes of attachments asked for in one request."""

_MISSING = 404
_NO_BULK_GET = frozenset({400, 404, 405, 501})
_FOR_GOOD = frozenset({"forbidden", "unauthorized"})

Wanted = Mapping[str, Sequence[Revision]]


class _Found(msgspec.Struct):
    ok: msgspec.Raw = msgspec.Raw()
    missing: str | None = None
    error: dict[str, object] | None = None


class _Row(msgspec.Struct):
    id: str
    docs: list[_Found]


class _BulkGet(msgspec.Struct):
    results: list[_Row]


class DocumentSource:
    """Reads from one database; finds out once whether it knows `_bulk_get`."""

    def __init__(self, client: CouchClient) -> None:
        self._client = client
        self._knows_bulk_get = True

    async def read(self, wanted: Wanted) -> AsyncIterator[Travelling | Refusal]:
        """Give revisions, or the leaves they have grown into; what is missing is left out.

        Raises PeerUnreachable, PeerRefused.
        """
        small: dict[str, list[Revision]] = {}
        waiting = 0
        for name, found in await self._fetch(wanted, attachments=False):
            document = self._parsed(name, found)
            attached = _attached(document)
            if not isinstance(document, Travelling) or not 0 < attached <= SMALL:
                yield document
                continue
            small.setdefault(name, []).append(document.history[0])
            waiting += attached
            if waiting >= AT_ONCE:
                async for complete in self._complete(small):
                    yield complete
                small, waiting = {}, 0
        async for complete in self._complete(small):
            yield complete

    async def _complete(self, wanted: Wanted) -> AsyncIterator[Travelling | Refusal]:
        if wanted:
            for name, found in await self._fetch(wanted, attachments=True):
                yield self._parsed(name, found)

    def _parsed(self, name: str, found: msgspec.Raw | Refusal) -> Travelling | Refusal:
        if isinstance(found, Refusal):
            return found
        try:
            return parse_travelling(bytes(found), self._reader_of)
        except Invalid as error:
            return Refusal(name, error.word, error.reason)

    def _reader_of(self, document_id: str, revision: Revision) -> Reader:
        path = document_path(document_id)

        def read(name: str) -> AsyncIterator[bytes]:
            return self._client.stream(*path, name, parameters={"rev": str(revision)})

        return read

    async def _fetch(
        self, wanted: Wanted, *, attachments: bool
    ) -> list[tuple[str, msgspec.Raw | Refusal]]:
        flag = "true" if attachments else "false"
        parameters = {"revs": "true", "latest": "true", "attachments": flag}
        if self._knows_bulk_get:
            answer = await self._bulk_get(wanted, parameters)
            if answer.status not in _NO_BULK_GET:
                rows = self._client.decode(answer, _BulkGet).results
                return [kept for row in rows for kept in self._kept(row.id, row.docs)]
            self._knows_bulk_get = False
        return [
            kept
            for name, revisions in wanted.items()
            for kept in self._kept(name, await self._open_revs(name, revisions, parameters))
        ]

    async def _bulk_get(self, wanted: Wanted, parameters: Mapping[str, str]) -> Answer:
        docs = [
            {"id": name, "rev": str(revision)}
            for name, revisions in wanted.items()
            for revision in revisions
        ]
        body = encode({"docs": docs})
        return await self._client.ask(
            "POST", "_bulk_get", parameters=parameters, body=body, also=_NO_BULK_GET
        )

    async def _open_revs(
        self, name: str, revisions: Sequence[Revision], parameters: Mapping[str, str]
    ) -> list[_Found]:
        asked = encode([str(revision) for revision in revisions]).decode()
        answer = await self._client.ask(
            "GET", *document_path(name), parameters={**parameters, "open_revs": asked}
        )
        if answer.status != _MISSING:
            return self._client.decode(answer, list[_Found])
        if (await self._client.ask("GET")).status == _MISSING:
            raise DatabaseMissing(self._client.address.database)
        return []

    def _kept(self, name: str, found: Sequence[_Found]) -> list[tuple[str, msgspec.Raw | Refusal]]:
        kept: list[tuple[str, msgspec.Raw | Refusal]] = []
        for one in found:
            if bytes(one.ok):
                kept.append((name, one.ok))
            elif one.error is not None and one.error.get("error") != "not_found":
                kept.append((name, self._refusal(name, one.error)))
        return kept

    def _refusal(self, name: str, error: Mapping[str, object]) -> Refusal:
        word, reason = str(error.get("error")), str(error.get("reason"))
        if word not in _FOR_GOOD:
            raise self._client.unreachable(f"{word}: {reason}")
        return Refusal(name, word, reason)


def _attached(document: Travelling | Refusal) -> int:
    if isinstance(document, Refusal):
        return 0
    return sum(attachment.length or 1 for attachment in document.attachments.values())
