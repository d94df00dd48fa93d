"""RFC 4709: a small file by which a browser hands a collection to a program that mounts it."""

from http import HTTPStatus

from webdav.exchange import Exchange
from webdav.message import DavResponse
from webdav.wire.xml import DECLARATION, escape

MEDIA_TYPE = "application/davmount+xml"


def is_asked_for(exchange: Exchange) -> bool:
    """Tell whether a GET of a collection asks for it: by `?davmount`, or by what it accepts."""
    request = exchange.request
    asked = request.target.partition("?")[2] == "davmount"
    return bool(request.origin) and (asked or MEDIA_TYPE in request.headers.get("accept", ""))


def davmount(exchange: Exchange) -> DavResponse:
    """Answer with the address of the files, and the collection to open in them."""
    request = exchange.request
    root = exchange.href((), is_collection=True)
    opened = exchange.href(exchange.path, is_collection=True).removeprefix(root)
    body = (
        f'{DECLARATION}<dm:mount xmlns:dm="http://purl.org/NET/webdav/mount">'
        f"<dm:url>{escape(request.origin + root)}</dm:url>"
        f"<dm:open>{escape(opened)}</dm:open></dm:mount>"
    )
    headers = {
        "Content-Type": MEDIA_TYPE,
        "Content-Disposition": 'attachment; filename="files.davmount"',
        "Cache-Control": "private, no-cache",
    }
    return DavResponse(HTTPStatus.OK, headers, body.encode())
