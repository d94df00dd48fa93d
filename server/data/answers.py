"""Answers in JSON, with the line end and the caching that CouchDB gives them."""

from collections.abc import Mapping

from aiohttp import web

HEADERS = {"Content-Type": "application/json", "Cache-Control": "must-revalidate"}


def json_answer(
    body: bytes, *, status: int = 200, headers: Mapping[str, str] | None = None
) -> web.Response:
    """Return a JSON answer."""
    return web.Response(body=body + b"\n", status=status, headers={**HEADERS, **(headers or {})})
