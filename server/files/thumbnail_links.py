"""Addresses of thumbnails, signed for a while, so that a page can show them without a token."""

from aiohttp import web

from doctypes.files.node import Node


def links_of(request: web.Request, node: Node) -> dict[str, str]:
    """Return the links to thumbnails of a node; none for what has none."""
    del request, node
    return {}
