"""Where errors end: each becomes an answer in the dialect of its path, or a connection cut off."""

import logging

from aiohttp import web
from aiohttp.typedefs import Handler

from server import keys
from server.http.dialects import SHOWN_AS_PAGES, dialect_of
from server.http.errors import fault_of
from server.http.fault import Fault, word_for
from server.pages.error_page import error_page, wants_page

_log = logging.getLogger(__name__)


async def answered(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Return the handler's answer, or the one that its error has.

    What nobody foresaw is 500 with the request's id, and told in full to the log alone. Where the
    answer had begun, the client learns of it by a body that ends too early. A client who has left
    is nobody's error: feeds are left all the time.
    """
    try:
        return await handler(request)
    except web.HTTPException as error:
        if error.status < 400:  # noqa: PLR2004  # a redirect is an answer
            raise
        return _spelt(request, error)
    except ConnectionError as error:
        return _left() if _has_left(request) else _spelt(request, error)
    except Exception as error:  # noqa: BLE001  # the one place where all errors end
        return _spelt(request, error)


def _spelt(request: web.Request, error: Exception) -> web.Response:
    fault = fault_of(error) or _unforeseen(request, error)
    if request.writer.output_size > 0:
        _log.warning("answer cut off", extra={"error": type(error).__name__})
        _cut_off(request)
        return _left()
    dialect = dialect_of(request.path, request.app[keys.DIALECTS])
    if dialect in SHOWN_AS_PAGES and wants_page(request):
        return error_page(request, fault)
    return dialect.response(fault)


def _unforeseen(request: web.Request, error: Exception) -> Fault:
    _log.error("request failed", exc_info=error)
    reason = f"Something went wrong here; the log has it as {request[keys.CONTEXT].request_id}."
    return Fault(500, word_for(500), reason)


def _cut_off(request: web.Request) -> None:
    if request.transport is not None:
        request.transport.abort()


def _has_left(request: web.Request) -> bool:
    return request.transport is None or request.transport.is_closing()


def _left() -> web.Response:
    """Return what stands for an answer that nobody is there to read, as proxies count it."""
    return web.Response(status=499)
