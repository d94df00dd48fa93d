"""The routes of a link's page; it works without scripts, on any phone."""

from http import HTTPStatus

from aiohttp import web

from doctypes.files.node import ROOT_ID, Directory, File, Node
from doctypes.permissions.errors import PermissionDenied
from doctypes.permissions.rule import Verb
from server import keys
from server.auth.errors import ConnectionReadable
from server.files.archives import send_archive
from server.files.asking import require
from server.home_settings.avatar_routes import public_name
from server.link_page.dropping import DroppedInPart, take_in
from server.link_page.listed import (
    Row,
    ShownFile,
    archive_address,
    drop_address,
    page_address,
    rows_of,
    shown_file,
)
from server.link_page.opened import LinkOver, Opened, node_of, opened
from server.link_page.words import WORDS
from server.office.previews import has_preview
from server.pages.forms import FIELD, check_form
from server.pages.look import look_of
from server.pages.page import Sheet, page, page_language, policy
from server.permissions.link_password import LINK_PASSWORDS, keep_proof
from server.permissions.permission import permissions_of

PATH = "/public"
DROP = "/public/drop"
ARCHIVE = "/public/archive"
_DIGITS = 6


async def show(request: web.Request) -> web.Response:
    """GET /public?sharecode=[&id=]: what a link opens, or a folder or file below it."""
    try:
        link = await opened(request)
        if link.locked:
            return _locked(request, link.code)
        if not link.shared:
            return await _taking(request, link, put=_number(request.query.get("put", "")))
        return await _shown(request, link, await node_of(request, link))
    except LinkOver:
        return _over(request)


async def drop(request: web.Request) -> web.Response:
    """POST /public/drop?sharecode=: files for a folder; the page then says how many arrived."""
    try:
        link = await opened(request)
    except LinkOver:
        return _over(request)
    if link.locked:
        return _locked(request, link.code)
    if link.takes is None:
        return _over(request)
    try:
        put = await take_in(request, link.takes)
    except DroppedInPart as part:
        return await _taking(request, link, put=part.put, wrong=part.key)
    where = f"{page_address(link.code)}&put={put}"
    return web.Response(status=303, headers={"Location": where})


async def unlock(request: web.Request) -> web.Response:
    """POST /public?sharecode=: the password of a link; a cookie stands for it afterwards."""
    if not request[keys.CALLER].private:
        raise ConnectionReadable
    form = await request.post()
    check_form(request, form.get(FIELD))
    try:
        link = await opened(request)
    except LinkOver:
        return _over(request)
    home, link_id = request[keys.INSTANCE], link.principal.credential
    kept = await permissions_of(home.store).get(link_id)
    password_hash = kept.value.password_hash if kept else ""
    right = password_hash and await request.app[LINK_PASSWORDS].is_right(
        str(form.get("password", "")), password_hash, request[keys.CALLER].address
    )
    if not right:
        return _locked(request, link.code, wrong=True)
    response = web.Response(status=303, headers={"Location": page_address(link.code)})
    keep_proof(request, response, link_id, password_hash)
    return response


async def archive(request: web.Request) -> web.StreamResponse:
    """GET /public/archive?sharecode=[&id=]: a folder, or all that is shared, as ZIP."""
    try:
        link = await opened(request)
        if link.locked:
            return _locked(request, link.code)
        node = await node_of(request, link)
    except LinkOver:
        return _over(request)
    nodes = [node] if node is not None else list(link.shared)
    name = node.name if node is not None else request.host
    return await send_archive(request, name, nodes)


def routes() -> list[web.AbstractRouteDef]:
    """Return the routes of the page."""
    return [
        web.get(PATH, show),
        web.post(PATH, unlock),
        web.post(DROP, drop),
        web.get(ARCHIVE, archive),
    ]


async def _taking(
    request: web.Request, link: Opened, *, put: int | None, wrong: str = ""
) -> web.Response:
    """Return the page of a link by which files are put; what is there is not shown."""
    values = {
        "drop": drop_address(link.code),
        "folder": link.takes.name if link.takes is not None else "",
        "owner": await public_name(request[keys.HOME]),
        "put": put,
        "wrong": wrong,
    }
    sheet = Sheet("link_page/drop.html", WORDS, values, forms=PATH)
    return page(request, sheet, status=HTTPStatus.CONFLICT if wrong else HTTPStatus.OK)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _DIGITS else None


def _file(request: web.Request, link: Opened, file: File, language: str) -> ShownFile:
    return shown_file(link.code, file, language, as_pdf=has_preview(request.app, file))


async def _shown(request: web.Request, link: Opened, node: Node | None) -> web.Response:
    language = page_language(request)
    values: dict[str, object] = {
        "title": node.name if node is not None and node.id != ROOT_ID else "",
        "file": _file(request, link, node, language) if isinstance(node, File) else None,
        "rows": [],
        "more": False,
        "archive": archive_address(link.code, node),
        "up": await _above(request, link, node),
        "drop": drop_address(link.code) if link.takes is not None else "",
        "put": _number(request.query.get("put", "")),
    }
    if not isinstance(node, File):
        directory = node if isinstance(node, Directory) else None
        tree = request[keys.HOME].files
        values["rows"], values["more"] = await rows_of(tree, link, directory, language)
    forms = PATH if link.takes is not None else ""
    sheet = Sheet("link_page/page.html", WORDS, values, forms=forms)
    shown_here = policy(sheet, look_of(request)) + "; media-src 'self'"
    return page(request, sheet, headers={"Content-Security-Policy": shown_here})


async def _above(request: web.Request, link: Opened, node: Node | None) -> Row | None:
    """Return the folder above, as far as the link reaches."""
    if node is None or node in link.shared:
        alone = len(link.shared) == 1 or node is None
        return None if alone else Row(request.host, page_address(link.code))
    above = await request[keys.HOME].files.get(node.dir_id)
    try:
        await require(request, Verb.GET, above)
    except PermissionDenied:
        return Row(request.host, page_address(link.code))
    return Row(above.name, page_address(link.code, above))


def _locked(request: web.Request, code: str, *, wrong: bool = False) -> web.Response:
    sheet = Sheet("link_page/locked.html", WORDS, {"code": code, "wrong": wrong}, forms=PATH)
    return page(request, sheet, status=HTTPStatus.FORBIDDEN if wrong else HTTPStatus.OK)


def _over(request: web.Request) -> web.Response:
    return page(request, Sheet("link_page/over.html", WORDS), status=HTTPStatus.NOT_FOUND)
