"""Reading and writing single documents the short way: what a request leaves for others like it."""

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from aiohttp import hdrs, web

from replication.core.document import Written
from replication.store.protocol import Database
from replication.wire.document_json import encode, parse_document, parse_members
from server import keys
from server.auth.standing import Standing
from server.data.dialect import COUCH, DataDialect
from server.data.size_limits import LIMITS, SizeLimits
from server.http.at_once import at_once
from server.http.short_way import OF_DOCUMENT, REPEATABLE, ShortAnswer


@dataclass(frozen=True, slots=True)
class RepeatedDocuments:
    """Documents of one database for one caller, as long as what let them in stands.

    `place` is the address of a document up to its name.
    """

    standing: Standing
    database: Database
    place: str
    dialect: DataDialect
    limits: Callable[[], SizeLimits]

    @property
    def own(self) -> frozenset[str]:
        """What is said of one document."""
        return OF_DOCUMENT

    def holds(self) -> bool:
        """Tell whether the caller may still do what they did."""
        return self.standing.holds()

    def read(self, name: str, body: bytes) -> ShortAnswer | None:
        """Read a document without attachments."""
        del body  # a GET has none
        found = at_once(self.database.document_text(name)) if _is_plain(name) else None
        if found is None:
            return None
        tag = _tag(found.revision)
        return None if tag is None else ShortAnswer(tag, found.text + b"\n")

    async def write(self, name: str, body: bytes) -> ShortAnswer | None:
        """Write a document without attachments, and not the end of one."""
        limits = self.limits()
        if len(body) > min(limits.document, limits.request) or not _is_plain(name):
            return None
        parsed = parse_document(parse_members(body), document_id=name)
        if parsed.edit.deleted or parsed.inline or parsed.edit.attachments:
            return None
        (outcome,) = await self.database.write([parsed.edit])
        if not isinstance(outcome, Written):
            return None
        tag = _tag(str(outcome.revision))
        told = self.dialect.written(self.database.name, outcome, parsed.edit.body)
        place = f"Location: {self.place}{name}\r\n".encode()
        return ShortAnswer((tag or b"") + place, encode(told) + b"\n", HTTPStatus.CREATED)


def offer(
    request: web.Request, database: Database, dialect: DataDialect = COUCH, place: str = ""
) -> None:
    """Leave word how requests like this one, which was answered, are answered for other documents.

    `database` is what reads or writes for this caller; what it reads is all theirs to see.
    """
    standing = request.get(keys.STANDING)
    if standing is not None and not request.query_string and _says_nothing_more(request):
        request[REPEATABLE] = RepeatedDocuments(
            standing, database, place, dialect, request.app[LIMITS]
        )


def _says_nothing_more(request: web.Request) -> bool:
    return request.method != hdrs.METH_PUT or not request.content_type.startswith("multipart/")


def _is_plain(name: str) -> bool:
    return "%" not in name


def _tag(revision: str) -> bytes | None:
    if not (revision.isascii() and revision.isprintable()):
        return None
    return f'ETag: "{revision}"\r\n'.encode()
