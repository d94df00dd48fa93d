"""LOCK: take a write lock, or let the time of one begin anew."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from http import HTTPStatus
from xml.etree.ElementTree import Element

from webdav.exchange import Exchange
from webdav.message import XML_TYPE, DavResponse
from webdav.model.backend import UploadFacts
from webdav.model.errors import BadRequest, PreconditionFailed
from webdav.model.lock import Lock, Scope
from webdav.model.lock_manager import LockManager, LockWish, Touch
from webdav.wire.conditional import Conditions
from webdav.wire.headers import Depth, parse_depth, parse_timeout
from webdav.wire.lock_xml import lockdiscovery
from webdav.wire.xml import DAV, DECLARATION, expect_root, inner_xml, read_xml

_ABSENT = Conditions.from_headers({"if-none-match": "*"})


async def lock(exchange: Exchange) -> DavResponse:
    """Answer LOCK (RFC 4918 9.10): 201 if it made the file that it locks, else 200."""
    locks = exchange.require_locks()
    root = await read_xml(exchange.request.body)
    found = await exchange.backend.lookup(exchange.path)
    (await exchange.demands()).check(found)
    if root is None:
        return await _refresh(exchange, locks)
    wish = _wish(exchange, expect_root(root, f"{DAV}lockinfo"))
    if found is not None:
        granted = await locks.acquire(wish, exchange.principal)
        return _answer(exchange, locks, granted, HTTPStatus.OK)
    return await _lock_unmapped(exchange, locks, wish)


async def _refresh(exchange: Exchange, locks: LockManager) -> DavResponse:
    if not exchange.tokens:
        raise BadRequest("LOCK without a body refreshes the lock that an If header names")
    seconds = parse_timeout(exchange.request.headers)
    granted = await locks.refresh(exchange.path, exchange.tokens, seconds, exchange.principal)
    return _answer(exchange, locks, granted, HTTPStatus.OK)


async def _lock_unmapped(exchange: Exchange, locks: LockManager, wish: LockWish) -> DavResponse:
    """Lock a path where nothing is, and make an empty file there (RFC 4918 7.3)."""
    await exchange.require_parent(exchange.path)
    await exchange.check_locks(Touch(exchange.path[:-1]))
    async with AsyncExitStack() as undo:
        granted = await locks.acquire(wish, exchange.principal)
        undo.push_async_callback(locks.release, wish.root, granted.token, exchange.principal)
        is_new = await _make_empty(exchange)
        undo.pop_all()
    return _answer(exchange, locks, granted, HTTPStatus.CREATED if is_new else HTTPStatus.OK)


async def _make_empty(exchange: Exchange) -> bool:
    upload = await exchange.backend.stage(exchange.path, _nothing(), UploadFacts(length=0))
    try:
        await upload.commit(_ABSENT)
    except PreconditionFailed:
        return False  # another made it meanwhile: it is locked all the same
    finally:
        await upload.discard()
    return True


async def _nothing() -> AsyncIterator[bytes]:
    yield b""


def _wish(exchange: Exchange, info: Element) -> LockWish:
    depth = parse_depth(exchange.request.headers)
    if depth is Depth.ONE:
        raise BadRequest("LOCK has Depth 0 or infinity (RFC 4918 9.10.3)")
    if info.find(f"{DAV}locktype/{DAV}write") is None:
        raise BadRequest("the locktype is write (RFC 4918 14.15)")
    owner = info.find(f"{DAV}owner")
    return LockWish(
        root=exchange.path,
        is_deep=depth is Depth.INFINITY,
        scope=_scope(info),
        owner="" if owner is None else inner_xml(owner),
        seconds=parse_timeout(exchange.request.headers),
    )


def _scope(info: Element) -> Scope:
    for scope in Scope:
        if info.find(f"{DAV}lockscope/{DAV}{scope.value}") is not None:
            return scope
    raise BadRequest("the lockscope is exclusive or shared (RFC 4918 14.13)")


def _answer(
    exchange: Exchange, locks: LockManager, granted: Lock, status: HTTPStatus
) -> DavResponse:
    shown = lockdiscovery([granted], exchange.request.mount, locks.now())
    body = f'{DECLARATION}<D:prop xmlns:D="DAV:">{shown}</D:prop>'
    headers = {"Content-Type": XML_TYPE, "Lock-Token": f"<{granted.token}>"}
    return DavResponse(status, headers, body.encode())
