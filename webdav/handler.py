"""From a method's name to its answer, and from a refusal to its status and body."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from http import HTTPStatus

from webdav.exchange import Exchange
from webdav.message import TEXT_TYPE, XML_TYPE, BodyIncomplete, DavRequest, DavResponse, FileSlice
from webdav.methods.copy_move import copy, move
from webdav.methods.delete import delete
from webdav.methods.get import get
from webdav.methods.lock import lock
from webdav.methods.mkcol import mkcol
from webdav.methods.options import options
from webdav.methods.patch import patch
from webdav.methods.propfind import propfind
from webdav.methods.proppatch import proppatch
from webdav.methods.put import put
from webdav.methods.report import report
from webdav.methods.search import search
from webdav.methods.unlock import unlock
from webdav.model.backend import Backend
from webdav.model.errors import BadRequest, DavError, Locked, NotAllowed, NotImplementedMethod
from webdav.model.extension import Extensions
from webdav.model.kept import keeping
from webdav.model.lock_manager import LockManager
from webdav.model.path import href, parse_path
from webdav.wire.gzip import accepts_gzip, compressed
from webdav.wire.xml import DECLARATION

Method = Callable[[Exchange], Awaitable[DavResponse]]

METHODS: Mapping[str, Method] = {
    "GET": get,
    "HEAD": get,
    "PUT": put,
    "PATCH": patch,
    "DELETE": delete,
    "MKCOL": mkcol,
    "COPY": copy,
    "MOVE": move,
    "PROPFIND": propfind,
    "PROPPATCH": proppatch,
    "LOCK": lock,
    "UNLOCK": unlock,
    "REPORT": report,
    "SEARCH": search,
}

ALLOWED = ("OPTIONS", *METHODS)


def allowed_methods(*, can_lock: bool, extensions: Extensions) -> tuple[str, ...]:
    """Return what is worth asking of such a handler."""
    missing: set[str] = set()
    if not can_lock:
        missing |= {"LOCK", "UNLOCK"}
    if extensions.search is None:
        missing.add("SEARCH")
    if not extensions.report_names:
        missing.add("REPORT")
    return tuple(name for name in ALLOWED if name not in missing)


_PLAIN = Extensions()


class DavHandler:
    """Answers requests about one backend: one person's files, as one caller may see them.

    Without `locks` nothing can be locked. `principal` is whose locks the caller's are.
    `extensions` is what there is beyond RFC 4918.
    """

    def __init__(
        self,
        backend: Backend,
        locks: LockManager | None = None,
        principal: str = "",
        extensions: Extensions = _PLAIN,
    ) -> None:
        self._backend = backend
        self._locks = locks
        self._principal = principal
        self._extensions = extensions
        self._allowed = allowed_methods(can_lock=locks is not None, extensions=extensions)

    async def handle(self, request: DavRequest) -> DavResponse:
        """Answer a request; refusals are answers too.

        What is no refusal is raised: the server's own faults, from here or while a body is read
        that the answer streams.
        """
        try:
            response = await self._answer(request)
        except DavError as refusal:
            response = refused(refusal, request.mount, self._allowed)
        except BodyIncomplete as cut_off:
            not_whole = BadRequest(f"the body is not whole: {cut_off}")
            response = refused(not_whole, request.mount)
        if request.method == "HEAD":
            return replace(response, body=b"")
        return self._coded(request, response)

    def _coded(self, request: DavRequest, response: DavResponse) -> DavResponse:
        """Pack a listing where the client takes that; one that is kept is given once more."""
        body = response.body
        if response.status is not HTTPStatus.MULTI_STATUS or isinstance(body, bytes | FileSlice):
            return response
        headers = {**response.headers, "Vary": "Accept-Encoding"}
        coding = "gzip" if accepts_gzip(request.headers) else ""
        if coding:
            headers["Content-Encoding"] = coding
            body = compressed(body)
        made_of, kept = response.made_of, self._extensions.kept
        if made_of is None or kept is None:
            return replace(response, headers=headers, body=body)
        whole = made_of._replace(asked=(made_of.asked, coding))
        known = kept.find(*whole)
        body = keeping(body, whole, kept) if known is None else known
        return replace(response, headers=headers, body=body)

    async def _answer(self, request: DavRequest) -> DavResponse:
        if request.method == "OPTIONS":
            return options(self._allowed, self._extensions.compliance)
        method = METHODS.get(request.method)
        if method is None:
            raise NotImplementedMethod
        path = parse_path(request.target, request.mount)
        await self._extensions.check(request, path)
        return await method(
            Exchange(request, path, self._backend, self._locks, self._principal, self._extensions)
        )


def refused(refusal: DavError, mount: str = "", allowed: Sequence[str] = ALLOWED) -> DavResponse:
    """Render a refusal: its precondition element if it has one (RFC 4918 16), or a sentence."""
    headers = dict(refusal.headers)
    if isinstance(refusal, NotAllowed):
        headers.setdefault("Allow", ", ".join(allowed))
    condition = _condition(refusal, mount)
    if condition:
        headers["Content-Type"] = XML_TYPE
        text = f'{DECLARATION}<D:error xmlns:D="DAV:">{condition}</D:error>'
    else:
        headers["Content-Type"] = TEXT_TYPE
        text = f"{refusal}\n"
    return DavResponse(HTTPStatus(refusal.status), headers, text.encode())


def _condition(refusal: DavError, mount: str) -> str:
    if not isinstance(refusal, Locked):
        return refusal.condition
    roots = (href(mount, root, is_collection=not root) for root in refusal.roots)
    hrefs = "".join(f"<D:href>{root}</D:href>" for root in roots)
    return f"<D:{refusal.element}>{hrefs}</D:{refusal.element}>"
