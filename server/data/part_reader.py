"""Parts of a multipart body that end where the boundary says, whatever length they claim.

CouchDB looks at no Content-Length of a part. nano counts characters there, not bytes, so that a
document with one accent would be cut off.
"""

import sys

from aiohttp import BodyPartReader, MultipartReader, StreamReader, hdrs, web
from multidict import CIMultiDict, CIMultiDictProxy


class PartToBoundary(BodyPartReader):
    """One part; its headers keep all but the length."""

    def __init__(
        self,
        boundary: bytes,
        headers: CIMultiDictProxy[str],
        content: StreamReader,
        *,
        subtype: str = "mixed",
        default_charset: str | None = None,
        client_max_size: int = sys.maxsize,
        max_size_error_cls: type[Exception] = ValueError,
    ) -> None:
        kept = CIMultiDict(headers)
        kept.popall(hdrs.CONTENT_LENGTH, None)
        super().__init__(
            boundary,
            CIMultiDictProxy(kept),
            content,
            subtype=subtype,
            default_charset=default_charset,
            client_max_size=client_max_size,
            max_size_error_cls=max_size_error_cls,
        )


class PartsToBoundary(MultipartReader):
    """The parts of one body, one after the other."""

    part_reader_cls = PartToBoundary  # type: ignore[assignment]  # a kind of it


def parts_of(request: web.Request) -> PartsToBoundary:
    """Return the reader of a request's parts.

    Raises ValueError where the request has no boundary.
    """
    kind = request.headers.get(hdrs.CONTENT_TYPE, "")
    if not kind.lower().startswith("multipart/"):
        raise ValueError("the content type is not multipart")
    return PartsToBoundary(request.headers, request.content)
