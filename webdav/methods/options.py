"""OPTIONS: what this server can do, told to anybody, on every path and on `*`.

Explorer asks the parents of a share before it asks for a login, Office opens read-only without
`MS-Author-Via`, and Finder takes a 204 for a refusal: so always 200, without a body.
"""

from collections.abc import Iterable
from http import HTTPStatus

from webdav.message import DavResponse
from webdav.methods.patch import PARTIAL_UPDATE


def options(methods: Iterable[str], compliance: Iterable[str] = ()) -> DavResponse:
    """Answer OPTIONS; nothing in it depends on who asks or for what.

    DASL (RFC 5323 3.2) is claimed where SEARCH is among the methods, and class 2 (RFC 4918 18.2)
    where LOCK is: Finder and davfs mount anything less read-only. `compliance` goes into `DAV` too.
    """
    allowed = tuple(methods)
    classes = ("1", "2", "3") if "LOCK" in allowed else ("1", "3")
    headers = {
        "DAV": ", ".join([*classes, "extended-mkcol", "sabredav-partialupdate", *compliance]),
        "Accept-Patch": PARTIAL_UPDATE,
        "MS-Author-Via": "DAV",
        "Allow": ", ".join(allowed),
        "Accept-Ranges": "bytes",
    }
    if "SEARCH" in allowed:
        headers["DASL"] = "<DAV:basicsearch>"
    return DavResponse(HTTPStatus.OK, headers)
