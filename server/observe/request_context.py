"""What is known about the request under way, for the lines in the log that it causes."""

from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(slots=True)
class RequestContext:
    """Grows as the request passes the middlewares.

    `instance` is a domain, `app` the application whose own host name was asked.
    """

    request_id: str
    route: str
    caller: str = ""
    instance: str = ""
    hidden: tuple[str, ...] = ()
    app: str = ""


CONTEXT: ContextVar[RequestContext | None] = ContextVar("request", default=None)
"""The request that the running task serves; None outside of requests."""
