"""Headers that tell of a resource, in answers to what has just read or placed it."""

from webdav.exchange import Exchange
from webdav.model.backend import Placed
from webdav.wire.dates import http_date


def placed_headers(exchange: Exchange, placed: Placed) -> dict[str, str]:
    """Return what clients want to know of a file that they have just put somewhere.

    `OC-ETag` and `OC-FileId` spare the ownCloud family a second request.
    """
    resource = placed.resource
    headers = {"Last-Modified": http_date(resource.modified), "OC-FileId": resource.id}
    if resource.etag:
        headers |= {"ETag": resource.etag, "OC-ETag": resource.etag}
    headers.update(exchange.extensions.headers(resource))
    return headers
