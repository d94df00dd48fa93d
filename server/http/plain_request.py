"""Requests for one document, or to one index, read from bytes where these are of the plainest kind.

What is read here is what HTTP/1.1 (RFC 9112) leaves no doubt about: one request line, header lines,
a body of a stated length. All else is None, and read by aiohttp; so nothing is refused here, and
nothing taken for two things.
"""

import re
from dataclasses import dataclass

LONGEST_BODY = 1 << 16
"""Bytes of a body that is read here; a longer one costs more than its way."""

_SEGMENT = rb"/[A-Za-z0-9%][A-Za-z0-9_$()+.~%-]*"
_NAME = rb"[A-Za-z0-9%][A-Za-z0-9._~%()+,-]*"
_WORD = rb"[A-Za-z0-9][A-Za-z0-9._~-]*"
_VIEW = rb"/_design/" + _WORD + rb"/_view/" + _WORD
_QUERY = rb"\?[A-Za-z0-9._~!$'()*+,;:@%/?=&-]*"  # RFC 3986, 3.4
_DOCUMENT = re.compile(rb"(GET|PUT) ((?:" + _SEGMENT + rb")+/)(" + _NAME + rb") HTTP/1\.1\r\n")
_QUESTION = re.compile(
    rb"(GET|POST) ((?:" + _SEGMENT + rb")+(?:" + _VIEW + rb"|/_find))"
    rb"((?:" + _QUERY + rb")?) HTTP/1\.1\r\n"
)
_LENGTH = re.compile(rb"\r\nContent-Length: ?(\d{1,5})(?=\r\n)", re.IGNORECASE)
_ANY_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,15})[ \t]*(?=\r\n|$)")
_END = b"\r\n\r\n"

_HEADERS = frozenset(
    {
        *(b"host", b"authorization", b"cookie", b"user-agent", b"connection", b"content-type"),
        *(b"accept", b"accept-encoding", b"accept-language", b"accept-charset", b"dnt"),
        *(b"cache-control", b"pragma", b"origin", b"referer", b"priority", b"sec-gpc"),
        *(b"sec-fetch-site", b"sec-fetch-mode", b"sec-fetch-dest", b"sec-fetch-user"),
        *(b"sec-ch-ua", b"sec-ch-ua-mobile", b"sec-ch-ua-platform"),
        *(b"x-forwarded-for", b"x-forwarded-proto", b"x-forwarded-host", b"x-real-ip"),
        *(b"forwarded", b"via", b"x-request-id"),
    }
)
"""Headers that say nothing about the document that is asked for."""


@dataclass(frozen=True, slots=True)
class PlainRequest:
    """A request for the document `name` in `folder`, which ends with a slash then.

    Of a question to a view, or to `_find`, the folder is all of its path, and the name its query
    with the mark in front, or nothing. Both are as they were sent, encoded. `head` are the header
    lines, without the length of the body, of which `missing` bytes are to come.
    """

    method: str
    folder: bytes
    name: str
    head: bytes
    body: bytes = b""
    missing: int = 0

    @property
    def names_document(self) -> bool:
        """Tell whether it is about a document: otherwise it is a question."""
        return self.folder.endswith(b"/")

    @property
    def is_repeatable(self) -> bool:
        """Tell whether other documents may be asked for by the same head."""
        lines = self.head.lower().split(b"\r\n")[1:]
        told = dict.fromkeys(line.partition(b":")[0] for line in lines)
        keeps = not any(
            line.startswith(b"connection:") and line[11:].strip() != b"keep-alive" for line in lines
        )
        return keeps and len(told) == len(lines) and told.keys() <= _HEADERS


def read_plain(data: bytes) -> PlainRequest | None:
    """Read a request that begins where these bytes do; None when it is not plain, or not alone."""
    line = _DOCUMENT.match(data) or _QUESTION.match(data)
    if line is None:
        return None
    end = data.find(_END, line.end() - 2)
    if end < 0:
        return None
    method, folder, name = line.groups()
    head, body = data[line.end() - 2 : end], data[end + 4 :]
    if method == b"GET":
        return None if body else PlainRequest("GET", folder, name.decode(), head)
    found = _LENGTH.search(head + b"\r\n")
    if found is None or (missing := int(found[1]) - len(body)) < 0:
        return None
    head = head[: found.start()] + head[found.end() :]
    return PlainRequest(method.decode(), folder, name.decode(), head, body, missing)


def body_to_come(data: bytes) -> int | None:
    """Return how many bytes of a request's body follow these, the first of the request.

    None when that cannot be told: the head has no end here, the body no length, or another request
    begins behind it.
    """
    end = data.find(_END)
    if end < 0:
        return None
    head = data[:end].lower()
    if any(word in head for word in (b"\r\ntransfer-encoding", b"\r\nupgrade", b"\r\nexpect")):
        return None
    lengths = _ANY_LENGTH.findall(head)
    if len(lengths) != head.count(b"\r\ncontent-length"):
        return None
    if len(set(lengths)) > 1:
        return None
    to_come = (int(lengths[0]) if lengths else 0) - (len(data) - end - len(_END))
    return to_come if to_come >= 0 else None
