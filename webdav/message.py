"""What a server hands to this library, and what it gets back."""

from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

from webdav.model.kept import MadeOf

XML_TYPE = "application/xml; charset=utf-8"
TEXT_TYPE = "text/plain; charset=utf-8"


class BodyIncomplete(Exception):
    """The connection ended, or broke the framing, before the body was whole.

    A server's body iterator raises it; nothing of such a body is ever kept.
    """


def fold_headers(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Lower the names, and join values of one name with commas (RFC 9110 5.2)."""
    folded: dict[str, str] = {}
    for name, value in pairs:
        key = name.lower()
        folded[key] = f"{folded[key]}, {value}" if key in folded else value
    return folded


@dataclass(frozen=True, slots=True)
class DavRequest:
    """One request.

    `target` is the path as it was sent, still encoded ("*" for OPTIONS). `mount` is where the
    files begin, such as "/dav/files"; `aliases` are other mounts of the same files, which
    `Destination`, `If` and the scopes of a SEARCH may name as well. `origin` is scheme and host as
    the client sees them ("https://home.example"), or "" where nobody knows. `headers` have
    lower-case names. `body` yields pieces of any size and raises BodyIncomplete if it is cut off.
    """

    method: str
    target: str
    headers: Mapping[str, str]
    body: AsyncIterator[bytes]
    mount: str = ""
    aliases: tuple[str, ...] = ()
    origin: str = ""


@dataclass(frozen=True, slots=True)
class FileSlice:
    """Bytes from `start` to before `stop` of a local file, which a server can send by itself."""

    path: str
    start: int
    stop: int


Body = bytes | FileSlice | AsyncIterator[bytes]


@dataclass(frozen=True, slots=True)
class DavResponse:
    """One answer. A body of bytes gets its Content-Length from the server, others carry one here.

    The answer to HEAD has the headers of the GET, and no body. `made_of` tells of a body that it
    may be kept.
    """

    status: HTTPStatus
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Body = b""
    made_of: MadeOf | None = None
