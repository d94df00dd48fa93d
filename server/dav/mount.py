"""aiohttp requests to DavRequests, DavResponses to aiohttp answers, and nothing else."""

import re
from collections.abc import Mapping
from functools import partial

from aiohttp import web
from aiohttp.typedefs import Handler

from server.dav.homes import SightOf, home_files
from server.dav.repeating import HandlerOf, offer
from server.dav.sights import device_sight, own_sight, preset_sight, whole_sight
from server.http.receiving import body_of, no_continue_yet
from server.http.sending import send_file, send_stream
from webdav.handler import ALLOWED, DavHandler, refused
from webdav.message import DavRequest, DavResponse, FileSlice, fold_headers
from webdav.methods.options import options
from webdav.model.errors import DavError

MOUNT = "/dav/files"

_PART = re.compile(r"\{(\w+):[^}]+\}")

_MOUNTS: Mapping[str, SightOf] = {
    MOUNT: own_sight,
    "/dav/all": whole_sight,
    "/dav/devices/{device:[A-Za-z0-9._-]+}": device_sight,
    "/dav/profiles/{profile:[a-z0-9-]+}": preset_sight,
}


def routes() -> list[web.AbstractRouteDef]:
    """Return the routes that every home serves: its files, as different views show them."""
    return [
        route
        for mount, sight_of in _MOUNTS.items()
        for route in routes_under(mount, partial(home_files, sight_of=sight_of))
    ]


def routes_under(mount: str, handler_of: HandlerOf) -> list[web.AbstractRouteDef]:
    """Return the routes of one mount, for all methods; they answer OPTIONS to anybody.

    `handler_of` finds the files that the request is about, for the one who asks; what it refuses
    is a DavError.
    """
    serve = _entry(handler_of, mount)
    return [
        web.route("*", path, serve, expect_handler=no_continue_yet)
        for path in (mount, f"{mount}/{{path:(?s:.*)}}")  # a line feed is a refusal of ours too
    ]


def answer_options() -> web.Response:
    """Answer OPTIONS outside of any mount: on `*`, and on the parents of a share."""
    response = options(ALLOWED)
    return web.Response(status=response.status, headers=response.headers)


def _entry(handler_of: HandlerOf, mount: str) -> Handler:
    async def serve(request: web.Request) -> web.StreamResponse:
        try:
            handler = await handler_of(request)
        except DavError as refusal:
            return await send(request, refused(refusal))
        asked = asked_of(request, _filled(mount, request.match_info))
        response = await handler.handle(asked)
        offer(request, handler_of, asked, response)
        return await send(request, response)

    return serve


async def answered_by(handler: DavHandler, request: web.Request, mount: str) -> web.StreamResponse:
    """Send what a handler answers to a request below a mount."""
    return await send(request, await handler.handle(asked_of(request, mount)))


def asked_of(request: web.Request, mount: str) -> DavRequest:
    """Return a request below a mount as the library takes it."""
    return DavRequest(
        method=request.method,
        target=path_as_sent(request),
        headers=fold_headers(request.headers.items()),
        body=body_of(request),
        mount=mount,
        origin=f"{request.scheme}://{request.host}",
    )


def _filled(mount: str, parts: Mapping[str, str]) -> str:
    """Return a mount with the parts of its pattern, which are such as URLs need no code for."""
    return _PART.sub(lambda part: parts[part[1]], mount)


def path_as_sent(request: web.Request) -> str:
    """Return the path of a request, with its query, still encoded."""
    target = request.raw_path
    if target.startswith("/"):
        return target
    return request.rel_url.raw_path  # the absolute form, from a proxy (RFC 9112 3.2.2)


async def send(request: web.Request, response: DavResponse) -> web.StreamResponse:
    """Send an answer of the library."""
    body = response.body
    if isinstance(body, FileSlice):
        return await send_file(request, response, body)
    if isinstance(body, bytes):
        return web.Response(status=response.status, headers=response.headers, body=body)
    return await send_stream(request, response, body)
