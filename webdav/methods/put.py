"""PUT: new content for a file, which is there whole or not at all.

What the client demands is checked before the first byte is read, so that a refusal costs nobody an
upload, and again in the commit, since others may have written while the bytes came in.
"""

from collections.abc import Mapping
from http import HTTPStatus

from webdav.exchange import Exchange
from webdav.message import DavResponse
from webdav.methods.resource_headers import placed_headers
from webdav.model.backend import Placed, UploadFacts
from webdav.model.errors import BadRequest, NotAllowed, UnsupportedMedia
from webdav.model.lock_manager import Touch
from webdav.wire.dates import parse_unix_seconds
from webdav.wire.headers import parse_length
from webdav.wire.integrity import matching, parse_checksums, whole

# Types that clients send when they know nothing better.
_SAYS_NOTHING = frozenset({"application/octet-stream", "application/x-www-form-urlencoded"})


async def put(exchange: Exchange) -> DavResponse:
    """Answer PUT (RFC 4918 9.7): 201 for a new file, 204 for new content of one that was there."""
    facts = _facts(exchange.request.headers)
    demands = await exchange.demands()
    found = await exchange.backend.lookup(exchange.path)
    if found is None:
        await exchange.require_parent(exchange.path)
    elif found.is_collection:
        raise NotAllowed("a collection takes no content")
    demands.check(found)
    touch = Touch(exchange.path, in_parent=found is None)
    await exchange.check_locks(touch)
    body = whole(exchange.request.body, facts.length)
    if facts.checksums:
        body = matching(body, facts.checksums)
    upload = await exchange.backend.stage(exchange.path, body, facts)
    try:
        async with exchange.writing(touch):
            placed = await upload.commit(demands)
    finally:
        await upload.discard()
    return _answer(exchange, placed, facts)


def _facts(headers: Mapping[str, str]) -> UploadFacts:
    if "content-range" in headers:
        # RFC 9110 14.5: taking the part for the whole would destroy the rest of the file.
        raise BadRequest("PUT of a part of a file is not supported")
    if headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise UnsupportedMedia("files are kept as they come, without a content coding")
    media = headers.get("content-type", "").strip()
    known = media and media.partition(";")[0].lower() not in _SAYS_NOTHING
    return UploadFacts(
        length=parse_length(headers),
        content_type=media if known else None,
        modified=parse_unix_seconds(headers.get("x-oc-mtime", "")),
        created=parse_unix_seconds(headers.get("x-oc-ctime", "")),
        checksums=parse_checksums(headers),
    )


def _answer(exchange: Exchange, placed: Placed, facts: UploadFacts) -> DavResponse:
    headers = placed_headers(exchange, placed)
    if facts.modified is not None and placed.resource.modified == facts.modified:
        headers["X-OC-MTime"] = "accepted"
    if facts.created is not None and placed.resource.created == facts.created:
        headers["X-OC-CTime"] = "accepted"
    return DavResponse(HTTPStatus.CREATED if placed.is_new else HTTPStatus.NO_CONTENT, headers)
