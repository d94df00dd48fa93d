"""The routes of the dialect."""

from aiohttp import web

from server.nextcloud import bulk, chunked_upload, mount, status


def routes() -> list[web.AbstractRouteDef]:
    """Return them all."""
    return [*status.routes(), *bulk.routes(), *chunked_upload.routes(), *mount.routes()]
