"""One line in the log for each request, written when its answer is through."""

import logging

from aiohttp.abc import AbstractAccessLogger
from aiohttp.web import BaseRequest, StreamResponse

from server import keys

REQUESTS = logging.getLogger("server.requests")

_SECRET_PARTS = ("token", "secret", "code")
"""Names of parts of a path that let somebody in; routes call them so, and they are not logged."""


class RequestLine(AbstractAccessLogger):
    """Writes method, path without its query, status, milliseconds, bytes, home and caller."""

    def log(self, request: BaseRequest, response: StreamResponse, time: float) -> None:
        """Write the line of one request."""
        context = request.get(keys.CONTEXT)
        facts = {
            "method": request.method,
            "path": logged_path(request.path, context.hidden if context else ()),
            "status": response.status,
            "ms": round(time * 1000, 1),
            "bytes": response.body_length,
        }
        if context is not None:
            facts["caller"] = context.caller
        self.logger.info("request", extra=facts)

    @property
    def enabled(self) -> bool:
        """Whether somebody reads along."""
        return self.logger.isEnabledFor(logging.INFO)


def secret_parts(match_info: dict[str, str]) -> tuple[str, ...]:
    """Return the parts of a matched path that must not be written down."""
    return tuple(match_info[name] for name in _SECRET_PARTS if match_info.get(name))


def logged_path(path: str, hidden: tuple[str, ...]) -> str:
    """Return the path as it may be written down."""
    for part in hidden:
        path = path.replace(part, "…")
    return path
