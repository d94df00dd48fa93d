"""What the short way needs of the house: figures, lines in the log, and to be waited for."""

import logging
import time
from collections.abc import Callable
from email.utils import formatdate
from urllib.parse import unquote

from aiohttp import web

from server import keys
from server.http.plain_request import PlainRequest
from server.http.short_way import Kind, ShortAnswer, Told
from server.observe.answered import ANSWERED, Answered
from server.observe.metrics import family_of
from server.observe.request_context import CONTEXT, RequestContext

_log = logging.getLogger(__name__)


class HouseDesk:
    """The desk of one application; `now` tells seconds since 1970."""

    def __init__(self, app: web.Application, now: Callable[[], float] = time.time) -> None:
        self._metrics = app[keys.METRICS]
        self._in_flight = app[keys.IN_FLIGHT]
        self._new_request_id = app[keys.NEW_REQUEST_ID]
        self._now = now
        self._date = (0, b"")

    def date(self) -> bytes:
        """Return the time as a header line, with its end."""
        second = int(self._now())
        if self._date[0] != second:
            self._date = second, f"Date: {formatdate(second, usegmt=True)}\r\n".encode()
        return self._date[1]

    def count(self, kind: Kind, asked: PlainRequest, told: Told) -> None:
        """Take note of a request that was answered from here."""
        context = kind.context
        self._metrics.answered(family_of(context.route), asked.method, told.status, told.seconds)
        ANSWERED.add(
            Answered(
                self._now(),
                self._new_request_id(),
                context.instance,
                asked.method,
                kind.folder + unquote(asked.name) if asked.names_document else kind.folder,
                told.status,
                told.seconds,
                told.size,
                context.caller,
            )
        )

    async def written(self, kind: Kind, asked: PlainRequest) -> ShortAnswer | None:
        """Write what is asked, while those who stop the server know of it. Raises nothing."""
        context = kind.context
        own = RequestContext(self._new_request_id(), context.route, context.caller)
        own.instance = context.instance
        CONTEXT.set(own)
        with self._in_flight.entered(waits_for_news=False):
            try:
                return await kind.repeatable.write(asked.name, asked.body)
            except Exception:  # noqa: BLE001  # it goes the whole way now, where errors are told
                _log.debug("short way given up", exc_info=True)
                return None
