"""MKCOL: a new, empty collection."""

from http import HTTPStatus

from webdav.exchange import Exchange
from webdav.message import DavResponse
from webdav.model.errors import NotAllowed, UnsupportedMedia
from webdav.model.lock_manager import Touch


async def mkcol(exchange: Exchange) -> DavResponse:
    """Answer MKCOL (RFC 4918 9.3) with 201."""
    if not await exchange.is_body_empty():
        raise UnsupportedMedia("MKCOL takes no body here")
    demands = await exchange.demands()
    found = await exchange.backend.lookup(exchange.path)
    if found is not None:
        raise NotAllowed("something has this path")
    await exchange.require_parent(exchange.path)
    demands.check(found)
    async with exchange.writing(Touch(exchange.path, in_parent=True)):
        made = await exchange.backend.make_collection(exchange.path)
    return DavResponse(HTTPStatus.CREATED, {"OC-FileId": made.id})
