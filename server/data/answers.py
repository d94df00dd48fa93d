"""Answers: JSON with CouchDB's line end and caching, and outcomes that are errors raised."""

from collections.abc import Mapping, Sequence
from urllib.parse import quote

from aiohttp import web

from replication.core.document import Written
from replication.core.errors import ReplicationError
from replication.core.revision import Revision
from replication.store.protocol import Outcome
from server.data.dialect import DataDialect

HEADERS = {"Content-Type": "application/json", "Cache-Control": "must-revalidate"}


def json_answer(
    body: bytes, *, status: int = 200, headers: Mapping[str, str] | None = None
) -> web.Response:
    """Return a JSON answer."""
    return web.Response(body=body + b"\n", status=status, headers={**HEADERS, **(headers or {})})


def tagged(revision: Revision) -> dict[str, str]:
    """Return the header that names a revision; none for a digest that no header can carry.

    Replicas may bring any digest there is.
    """
    text = str(revision)
    return {"ETag": f'"{text}"'} if text.isprintable() else {}


def location(request: web.Request, dialect: DataDialect, *names: str) -> str:
    """Return the address of a database, or of a document in it, for a Location header."""
    path = "".join("/" + quote(name, safe="") for name in names)
    return f"{request.scheme}://{request.host}{dialect.prefix}{path}"


def sole_outcome(outcomes: Sequence[Outcome]) -> Written:
    """Return what became of the one edit of a write. Raises the error that it is."""
    (outcome,) = outcomes
    if isinstance(outcome, ReplicationError):
        raise outcome
    return outcome
