"""How these routes answer: JSON:API to people's applications, `{"error": n}` to the server."""

from collections.abc import Mapping, Sequence

import msgspec
from aiohttp import web

_JSON_API = "application/vnd.api+json"


def resource(data: Mapping[str, object]) -> web.Response:
    """Answer one JSON:API resource object."""
    return _json({"data": data}, 200, _JSON_API)


def resources(data: Sequence[Mapping[str, object]]) -> web.Response:
    """Answer several JSON:API resource objects."""
    return _json({"data": data, "meta": {"count": len(data)}}, 200, _JSON_API)


def not_found(detail: str) -> web.Response:
    """Answer 404 as JSON:API does, with a sentence for whoever reads it."""
    error = {"status": "404", "title": "Not Found", "detail": detail}
    return _json({"errors": [error]}, 404, _JSON_API)


def plain(value: object) -> web.Response:
    """Answer a page's script with what it hands to the editor as it is."""
    return _json(value, 200, "application/json")


def told(error: int, *, status: int = 200) -> web.Response:
    """Answer a Document Server; `error` 0 lets it forget what it sent, so it is never a default."""
    return _json({"error": error}, status, "application/json")


def _json(value: object, status: int, content_type: str) -> web.Response:
    return web.Response(body=msgspec.json.encode(value), status=status, content_type=content_type)
