"""DELETE: a resource and all below it, at once or not at all."""

from http import HTTPStatus

from webdav.exchange import Exchange
from webdav.message import DavResponse
from webdav.model.errors import BadRequest, Forbidden
from webdav.wire.conditional import Conditions
from webdav.wire.headers import Depth, parse_depth


async def delete(exchange: Exchange) -> DavResponse:
    """Answer DELETE (RFC 4918 9.6) with 204."""
    if not exchange.path:
        raise Forbidden("the root stays")
    conditions = Conditions.from_headers(exchange.request.headers)
    found = await exchange.require(exchange.path)
    if found.is_collection and parse_depth(exchange.request.headers) is not Depth.INFINITY:
        raise BadRequest("a collection is deleted with all below it (RFC 4918 9.6.1)")
    conditions.check(found)
    await exchange.backend.remove(exchange.path, conditions)
    return DavResponse(HTTPStatus.NO_CONTENT)
