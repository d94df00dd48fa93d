"""What DELETE and MOVE answer where a part of a collection stays that the caller does not see."""

from collections.abc import AsyncIterator, Iterable
from http import HTTPStatus

from webdav.exchange import Exchange
from webdav.message import DavResponse
from webdav.wire.multistatus import described_row, multistatus

WHY = "it holds what this device leaves out: that stays here, and the rest is done"


def left_behind(exchange: Exchange) -> DavResponse:
    """Answer 207 with the collection as locked (RFC 4918 9.6.1): its hidden part is left alone.

    What that is, is not told.
    """
    link = exchange.href(exchange.path, is_collection=True)
    return multistatus(_one(described_row(link, HTTPStatus.LOCKED, WHY)))


async def _one(row: str) -> AsyncIterator[Iterable[str]]:
    yield [row]
