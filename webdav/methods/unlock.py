"""UNLOCK: let go of a write lock."""

from http import HTTPStatus

from webdav.exchange import Exchange
from webdav.message import DavResponse
from webdav.wire.headers import parse_lock_token


async def unlock(exchange: Exchange) -> DavResponse:
    """Answer UNLOCK (RFC 4918 9.11) with 204, of any path that the lock covers."""
    token = parse_lock_token(exchange.request.headers)
    locks = exchange.require_locks()
    await locks.release(
        exchange.path,
        token,
        exchange.principal,
        may_break=exchange.extensions.may_break_locks,
    )
    return DavResponse(HTTPStatus.NO_CONTENT)
