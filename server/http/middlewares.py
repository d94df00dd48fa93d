"""The chain that every request passes, in this order, and why in this order.

1. `identify`: an id and a context first, so that every line written later can name the request.
2. `measure`: outside of whatever may fail, so that refusals are counted too, with their status.
3. `answer_errors`: outside of all steps that refuse, so that each refusal has its door's spelling.
4. `enter_home`: the home before the caller, for a credential opens one home and is nothing at
   another; one that is blocked or moved says so to all; it stays open until the answer is through.
5. `admit`: the last, so that no handler runs for somebody unknown. What is public is listed in
   `server/auth/public.py`, and everything else needs a principal.
"""

from collections.abc import Callable

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from server import keys
from server.auth.caller import Caller, Connection, Network, caller_of
from server.auth.public import route_of
from server.http.entrance import enter_home
from server.http.error_boundary import answered
from server.observe.metrics import family_of
from server.observe.request_context import CONTEXT, RequestContext
from server.observe.request_line import secret_parts

_WAITING = ("/{database}/_changes", "/realtime/", "/realtime/events")
"""Ends of routes that wait for news, and are let go of when the server stops."""


def chain(
    *,
    trusted: tuple[Network, ...],
    new_request_id: Callable[[], str],
    clock: Callable[[], float],
    admit: Middleware,
) -> list[Middleware]:
    """Return the middlewares, outermost first; `clock` counts seconds and never goes back.

    `admit` is the house's own: that of a home, or that of a CouchDB with users.
    """
    return [
        _identify(trusted, new_request_id),
        _measure(clock),
        answer_errors,
        enter_home,
        admit,
    ]


def _identify(trusted: tuple[Network, ...], new_request_id: Callable[[], str]) -> Middleware:
    @web.middleware
    async def identify(request: web.Request, handler: Handler) -> web.StreamResponse:
        caller = _caller(request, trusted)
        context = RequestContext(new_request_id(), route_of(request), caller.address)
        context.hidden = secret_parts(request.match_info)
        request[keys.CONTEXT] = context
        request[keys.CALLER] = caller
        CONTEXT.set(context)
        if caller.https and request.scheme != "https":  # behind a proxy: links must say https
            request = request.clone(scheme="https")
        return await handler(request)

    return identify


def _caller(request: web.Request, trusted: tuple[Network, ...]) -> Caller:
    connection = Connection(request.remote or None, request.scheme == "https")
    return caller_of(connection, request.headers, trusted)


def _measure(clock: Callable[[], float]) -> Middleware:
    @web.middleware
    async def measure(request: web.Request, handler: Handler) -> web.StreamResponse:
        metrics, route = request.app[keys.METRICS], request[keys.CONTEXT].route
        begun, status = clock(), 499  # as proxies count those who left before they were answered
        in_flight = request.app[keys.IN_FLIGHT].entered(waits_for_news=route.endswith(_WAITING))
        with metrics.in_flight.track_inprogress(), in_flight:
            try:
                response = await handler(request)
                status = response.status
            finally:
                metrics.answered(family_of(route), request.method, status, clock() - begun)
        return response

    return measure


@web.middleware
async def answer_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Give each error the answer that its door has for it."""
    return await answered(request, handler)
