"""A CouchDB, or whatever speaks its protocol, as a peer of a replication."""

from collections.abc import AsyncIterator, Mapping, Sequence
from uuid import uuid4

import msgspec
from aiohttp import ClientSession

from replication.core.document import LocalDocument
from replication.core.errors import Conflict, DatabaseMissing
from replication.core.revision import Revision
from replication.couch.address import Address
from replication.couch.couch_client import Answer, CouchClient, document_path
from replication.couch.couch_json import render_travelling
from replication.couch.document_source import DocumentSource
from replication.couch.related import RelatedBody
from replication.replicator.peer import FeedPage, FeedQuery, Refusal, Travelling
from replication.wire.document_json import encode, parse_members

_FOR_GOOD = frozenset(
    {
        *("forbidden", "unauthorized", "doc_validation", "bad_request", "illegal_docid"),
        *("document_too_large", "attachment_too_large", "request_entity_too_large", "too_large"),
        "missing_stub",
    }
)
INSIDE = 1024 * 1024
"""Bytes of attachments that are sent inside the JSON, as base64."""

_NOT_THIS_TYPE = 415
_REFUSALS = {401: "unauthorized", 403: "forbidden", 412: "missing_stub", 413: "too_large"}
_MISSING, _CONFLICT, _TOO_LARGE = 404, 409, 413


class _Leaf(msgspec.Struct):
    rev: str


class _Row(msgspec.Struct):
    id: str
    changes: list[_Leaf]


class _Feed(msgspec.Struct):
    results: list[_Row]
    last_seq: str | int | list[object]
    pending: int | None = None


class _Missing(msgspec.Struct):
    missing: list[str] = []


class _Outcome(msgspec.Struct):
    id: str = ""
    error: str | None = None
    reason: str | None = None


class _Local(msgspec.Struct):
    rev: str


class HttpPeer:
    """A database at an address; requests go by a session of the caller."""

    def __init__(self, session: ClientSession, address: Address) -> None:
        self._client = CouchClient(session, address)
        self._documents = DocumentSource(self._client)
        self._address = address
        self._takes_related = True

    @property
    def name(self) -> str:
        """The URL, without login."""
        return self._address.url

    async def exists(self) -> bool:
        """Tell whether the database is there."""
        return (await self._client.ask("GET")).status != _MISSING

    async def create(self) -> None:
        """Make the database, if there is none."""
        answer = await self._client.ask("PUT")
        if answer.status in (_MISSING, _CONFLICT, _TOO_LARGE):
            raise self._client.unreachable(f"the database was not made: {answer.status}")

    async def changes(self, query: FeedQuery) -> FeedPage:
        """Read a page of the feed; with patience, by a longpoll."""
        parameters = {
            "style": "all_docs",
            "since": str(query.since),
            "limit": str(query.limit),
            "seq_interval": str(query.limit),
            **_waiting(query.patience),
            **_filter_parameters(query),
        }
        body = _filter_body(query)
        answer = await self._client.ask(
            "GET" if body is None else "POST",
            "_changes",
            parameters=parameters,
            body=body,
            patience=query.patience,
        )
        feed = self._client.decode(self._there(answer), _Feed)
        rows = {
            row.id: tuple(Revision.parse(leaf.rev) for leaf in row.changes) for row in feed.results
        }
        last = feed.last_seq
        return FeedPage(
            rows, encode(last).decode() if isinstance(last, list) else last, feed.pending
        )

    async def revs_diff(
        self, revisions: Mapping[str, Sequence[Revision]]
    ) -> dict[str, tuple[Revision, ...]]:
        """Return those revisions that are unknown there."""
        asked = {name: [str(leaf) for leaf in leaves] for name, leaves in revisions.items()}
        answer = await self._client.ask("POST", "_revs_diff", body=encode(asked))
        lacking = self._client.decode(self._there(answer), dict[str, _Missing])
        return {
            name: tuple(Revision.parse(revision) for revision in found.missing)
            for name, found in lacking.items()
            if found.missing
        }

    def documents(
        self, wanted: Mapping[str, Sequence[Revision]]
    ) -> AsyncIterator[Travelling | Refusal]:
        """Read revisions, or the leaves they have grown into."""
        return self._documents.read(wanted)

    async def write(self, documents: Sequence[Travelling]) -> list[Refusal]:
        """Store revisions as they are; a load that is too large there is sent in halves.

        Documents with large attachments go by themselves, streamed.
        """
        refused: list[Refusal] = []
        together: list[Travelling] = []
        for document in documents:
            attached = sum(found.length for found in document.attachments.values())
            if attached <= INSIDE or not self._takes_related:
                together.append(document)
            else:
                refused += await self._put(document)
        if together:
            rendered = [await render_travelling(document) for document in together]
            refused += await self._write([found.document_id for found in together], rendered)
        return refused

    async def _put(self, document: Travelling) -> list[Refusal]:
        answer = await self._client.ask(
            "PUT",
            *document_path(document.document_id),
            parameters={"new_edits": "false"},
            body=RelatedBody(document, uuid4().hex),
            also=frozenset({*_REFUSALS, _NOT_THIS_TYPE}),
        )
        if answer.status == _NOT_THIS_TYPE:
            self._takes_related = False
            return await self.write([document])
        word = _REFUSALS.get(answer.status)
        if word is not None:
            return [Refusal(document.document_id, word, "refused by the target")]
        if self._there(answer).status == _CONFLICT:  # which a revision with its history never is
            raise self._client.unreachable("a revision was taken for an edit")
        return []

    async def _write(self, names: Sequence[str], rendered: Sequence[bytes]) -> list[Refusal]:
        body = b'{"new_edits":false,"docs":[' + b",".join(rendered) + b"]}"
        answer = await self._client.ask("POST", "_bulk_docs", body=body)
        if answer.status == _TOO_LARGE and len(names) > 1:
            half = len(names) // 2
            first = await self._write(names[:half], rendered[:half])
            return first + await self._write(names[half:], rendered[half:])
        if answer.status == _TOO_LARGE:
            return [Refusal(names[0], "too_large", "The document is too large for the target.")]
        outcomes = self._client.decode(self._there(answer), list[_Outcome])
        return [self._refusal(outcome) for outcome in outcomes if outcome.error is not None]

    def _refusal(self, outcome: _Outcome) -> Refusal:
        word, reason = outcome.error or "", outcome.reason or ""
        if word not in _FOR_GOOD:
            raise self._client.unreachable(f"{word}: {reason}")
        return Refusal(outcome.id, word, reason)

    async def get_local(self, name: str) -> LocalDocument | None:
        """Read a `_local/` document."""
        answer = await self._client.ask("GET", "_local", name)
        if answer.status == _MISSING:
            if not await self.exists():
                raise DatabaseMissing(self._address.database)
            return None
        revision = self._client.decode(answer, dict[str, object]).get("_rev")
        members = parse_members(answer.body)
        kept = {key: value for key, value in members.items() if not key.startswith("_")}
        return LocalDocument(f"_local/{name}", Revision.parse(revision), encode(kept))

    async def put_local(self, name: str, body: bytes, base: Revision | None) -> Revision:
        """Write a `_local/` document. Raises Conflict when another revision is there."""
        members = parse_members(body)
        if base is not None:
            members["_rev"] = msgspec.Raw(encode(str(base)))
        answer = await self._client.ask("PUT", "_local", name, body=encode(members))
        if answer.status == _CONFLICT:
            raise Conflict(f"_local/{name}", base)
        return Revision.parse(self._client.decode(self._there(answer), _Local).rev)

    def _there(self, answer: Answer) -> Answer:
        if answer.status == _MISSING:
            raise DatabaseMissing(self._address.database)
        return answer


def _waiting(patience: float) -> dict[str, str]:
    if patience <= 0:
        return {"feed": "normal"}
    return {"feed": "longpoll", "timeout": str(max(1, int(patience * 1000)))}


def _filter_parameters(query: FeedQuery) -> dict[str, str]:
    if query.kept.document_ids is not None:
        return {"filter": "_doc_ids"}
    if query.kept.selector is not None:
        return {"filter": "_selector"}
    return {"filter": query.kept.name, **query.kept.parameters} if query.kept.name else {}


def _filter_body(query: FeedQuery) -> bytes | None:
    if query.kept.document_ids is not None:
        return encode({"doc_ids": sorted(query.kept.document_ids)})
    if query.kept.selector is not None:
        return encode({"selector": query.kept.selector})
    return None
