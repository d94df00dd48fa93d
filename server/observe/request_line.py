"""What is put aside about each request once its answer is through: one line in the log."""

import time as clock

from aiohttp.abc import AbstractAccessLogger
from aiohttp.web import BaseRequest, StreamResponse

from server import keys
from server.http.short_way import short_way_of
from server.observe.answered import ANSWERED, REQUESTS, Answered

__all__ = ["REQUESTS", "RequestLine", "secret_parts"]

_SECRET_PARTS = ("token", "secret", "code")
"""Names of parts of a path that let somebody in; routes call them so, and they are not logged."""


class RequestLine(AbstractAccessLogger):
    """Tells method, path without its query, status, milliseconds, bytes, home and caller."""

    def log(self, request: BaseRequest, response: StreamResponse, time: float) -> None:
        """Put aside what there is to say of one request."""
        context = request.get(keys.CONTEXT)
        short_way = short_way_of(request)
        if short_way is not None:
            short_way.answered(request, response)
        ANSWERED.add(
            Answered(
                clock.time(),
                context.request_id if context else "",
                context.instance if context else "",
                request.method,
                request.path,
                response.status,
                time,
                response.body_length,
                context.caller if context else "",
                context.hidden if context else (),
            )
        )


def secret_parts(match_info: dict[str, str]) -> tuple[str, ...]:
    """Return the parts of a matched path that must not be written down."""
    return tuple(match_info[name] for name in _SECRET_PARTS if match_info.get(name))
