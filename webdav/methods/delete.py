"""DELETE: a resource and all below it, at once or not at all."""

from http import HTTPStatus

from webdav.exchange import Exchange
from webdav.message import DavResponse
from webdav.methods.left_behind import left_behind
from webdav.model.errors import BadRequest, Forbidden
from webdav.model.lock_manager import Touch
from webdav.wire.headers import Depth, parse_depth


async def delete(exchange: Exchange) -> DavResponse:
    """Answer DELETE (RFC 4918 9.6) with 204, or 207 where a part that is not seen stays."""
    if not exchange.path:
        raise Forbidden("the root stays")
    demands = await exchange.demands()
    found = await exchange.require(exchange.path)
    if found.is_collection and parse_depth(exchange.request.headers) is not Depth.INFINITY:
        raise BadRequest("a collection is deleted with all below it (RFC 4918 9.6.1)")
    demands.check(found)
    async with exchange.writing(Touch(exchange.path, is_deep=True, in_parent=True)):
        is_whole = await exchange.backend.remove(exchange.path, demands) is not False
        await exchange.forget_locks(exchange.path)
    return DavResponse(HTTPStatus.NO_CONTENT) if is_whole else left_behind(exchange)
