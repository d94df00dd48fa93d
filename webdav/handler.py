"""From a method's name to its answer, and from a refusal to its status and body."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from http import HTTPStatus

from webdav.exchange import Exchange
from webdav.message import TEXT_TYPE, XML_TYPE, BodyIncomplete, DavRequest, DavResponse, FileSlice
from webdav.methods.copy_move import copy, move
from webdav.methods.delete import delete
from webdav.methods.get import get
from webdav.methods.mkcol import mkcol
from webdav.methods.options import options
from webdav.methods.propfind import propfind
from webdav.methods.put import put
from webdav.model.backend import Backend
from webdav.model.errors import BadRequest, DavError, NotAllowed, NotImplementedMethod
from webdav.model.path import parse_path
from webdav.wire.gzip import accepts_gzip, compressed
from webdav.wire.xml import DECLARATION

Method = Callable[[Exchange], Awaitable[DavResponse]]

METHODS: Mapping[str, Method] = {
    "GET": get,
    "HEAD": get,
    "PUT": put,
    "DELETE": delete,
    "MKCOL": mkcol,
    "COPY": copy,
    "MOVE": move,
    "PROPFIND": propfind,
}

ALLOWED = ("OPTIONS", *METHODS)


class DavHandler:
    """Answers requests about one backend: one person's files, as one caller may see them."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    async def handle(self, request: DavRequest) -> DavResponse:
        """Answer a request; refusals are answers too.

        What is no refusal is raised: the server's own faults, from here or while a body is read
        that the answer streams.
        """
        try:
            response = await self._answer(request)
        except DavError as refusal:
            response = refused(refusal)
        except BodyIncomplete as cut_off:
            response = refused(BadRequest(f"the body is not whole: {cut_off}"))
        if request.method == "HEAD":
            return replace(response, body=b"")
        return _coded(request, response)

    async def _answer(self, request: DavRequest) -> DavResponse:
        if request.method == "OPTIONS":
            return options(ALLOWED)
        method = METHODS.get(request.method)
        if method is None:
            raise NotImplementedMethod
        path = parse_path(request.target, request.mount)
        return await method(Exchange(request, path, self._backend))


def _coded(request: DavRequest, response: DavResponse) -> DavResponse:
    if response.status is not HTTPStatus.MULTI_STATUS or isinstance(
        response.body, bytes | FileSlice
    ):
        return response
    headers = {**response.headers, "Vary": "Accept-Encoding"}
    if not accepts_gzip(request.headers):
        return replace(response, headers=headers)
    headers["Content-Encoding"] = "gzip"
    return replace(response, headers=headers, body=compressed(response.body))


def refused(refusal: DavError) -> DavResponse:
    """Render a refusal: its precondition element if there is one (RFC 4918 16), else a sentence."""
    headers = dict(refusal.headers)
    if isinstance(refusal, NotAllowed):
        headers.setdefault("Allow", ", ".join(ALLOWED))
    if refusal.condition:
        headers["Content-Type"] = XML_TYPE
        text = f'{DECLARATION}<D:error xmlns:D="DAV:">{refusal.condition}</D:error>'
    else:
        headers["Content-Type"] = TEXT_TYPE
        text = f"{refusal}\n"
    return DavResponse(HTTPStatus(refusal.status), headers, text.encode())
