"""207 Multi-Status bodies (RFC 4918 13), written as they are read, in pieces of 64 KiB."""

from collections.abc import AsyncIterator, Iterable, Mapping
from http import HTTPStatus

from webdav.message import XML_TYPE, DavResponse
from webdav.wire.xml import DECLARATION, escape

_CLOSE = "</D:multistatus>"
_PIECE = 1 << 16


def status_line(status: HTTPStatus) -> str:
    """Spell a status as the `status` element holds it."""
    return f"<D:status>HTTP/1.1 {status.value} {status.phrase}</D:status>"


_PROPSTAT_OPEN = "<D:propstat><D:prop>"
_PROPSTAT_OK = f"</D:prop>{status_line(HTTPStatus.OK)}</D:propstat>"
_PROPSTAT_MISSING = f"</D:prop>{status_line(HTTPStatus.NOT_FOUND)}</D:propstat>"


def property_row(href: str, found: str, missing: str) -> str:
    """Write one response element from the XML of the properties found, and of those not there.

    One with no property at all carries an empty propstat, since RFC 4918 14.24 wants one.
    """
    row = f"<D:response><D:href>{href}</D:href>"
    if found or not missing:
        row += f"{_PROPSTAT_OPEN}{found}{_PROPSTAT_OK}"
    if missing:
        row += f"{_PROPSTAT_OPEN}{missing}{_PROPSTAT_MISSING}"
    return f"{row}</D:response>"


def propstats_row(href: str, propstats: Iterable[tuple[HTTPStatus, str, str]]) -> str:
    """Write one response element from triples: status, properties, precondition."""
    return "".join(
        (
            f"<D:response><D:href>{href}</D:href>",
            *(_propstat(status, found, condition) for status, found, condition in propstats),
            "</D:response>",
        )
    )


def _propstat(status: HTTPStatus, found: str, condition: str) -> str:
    error = f"<D:error>{condition}</D:error>" if condition else ""
    return f"{_PROPSTAT_OPEN}{found}</D:prop>{status_line(status)}{error}</D:propstat>"


def status_row(href: str, status: HTTPStatus, condition: str = "") -> str:
    """Write a response element about a whole resource, with the precondition that failed."""
    error = f"<D:error>{condition}</D:error>" if condition else ""
    return f"<D:response><D:href>{href}</D:href>{status_line(status)}{error}</D:response>"


def described_row(href: str, status: HTTPStatus, why: str) -> str:
    """Write a response element about a whole resource, with a sentence for people."""
    said = f"<D:responsedescription>{escape(why)}</D:responsedescription>"
    return f"<D:response><D:href>{href}</D:href>{status_line(status)}{said}</D:response>"


def multistatus(
    rows: AsyncIterator[Iterable[str]],
    headers: Mapping[str, str] | None = None,
    prefixes: Mapping[str, str] | None = None,
    end: str = "",
) -> DavResponse:
    """Answer 207 with a body that is made while it is sent, from pages of response elements.

    `prefixes` are declared, by namespace, beside `D`; `end` is what comes after the last row.
    """
    sent = {"Content-Type": XML_TYPE, **(headers or {})}
    declared = "".join(
        f' xmlns:{prefix}="{escape(namespace)}"' for namespace, prefix in (prefixes or {}).items()
    )
    start = f'{DECLARATION}<D:multistatus xmlns:D="DAV:"{declared}>'
    return DavResponse(HTTPStatus.MULTI_STATUS, sent, _pieces(start, rows, f"{end}{_CLOSE}"))


async def _pieces(
    start: str, pages: AsyncIterator[Iterable[str]], end: str
) -> AsyncIterator[bytes]:
    waiting = [start]
    size = 0
    async for page in pages:
        for row in page:
            waiting.append(row)
            size += len(row)
            if size >= _PIECE:
                yield "".join(waiting).encode()
                waiting, size = [], 0
    waiting.append(end)
    yield "".join(waiting).encode()
