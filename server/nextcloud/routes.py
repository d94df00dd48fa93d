"""The routes of the dialect."""

from aiohttp import web

from server.nextcloud import (
    bulk,
    chunked_upload,
    mount,
    previews,
    shares,
    status,
    trashbin,
    unified_search,
    versions,
)

_ROOMS = (status, bulk, chunked_upload, mount, trashbin, versions, previews, unified_search, shares)


def routes() -> list[web.AbstractRouteDef]:
    """Return them all."""
    return [route for room in _ROOMS for route in room.routes()]
