"""OPTIONS: what this server can do, told to anybody, on every path and on `*`.

Explorer asks the parents of a share before it asks for a login, Office opens read-only without
`MS-Author-Via`, and Finder takes a 204 for a refusal: so always 200, without a body.
"""

from collections.abc import Iterable
from http import HTTPStatus

from webdav.message import DavResponse

COMPLIANCE = "1, 3"


def options(methods: Iterable[str]) -> DavResponse:
    """Answer OPTIONS; nothing in it depends on who asks or for what."""
    return DavResponse(
        HTTPStatus.OK,
        {
            "DAV": COMPLIANCE,
            "MS-Author-Via": "DAV",
            "Allow": ", ".join(methods),
            "Accept-Ranges": "bytes",
        },
    )
