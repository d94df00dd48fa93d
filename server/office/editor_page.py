"""The page that an editor opens in, and the question for a name before it, for guests."""

from urllib.parse import quote

import msgspec
from aiohttp import web
from yarl import URL

from doctypes.files.node import DOCTYPE
from doctypes.permissions.rule import Verb
from server import keys
from server.auth.principal import Kind
from server.office.office import OFFICE
from server.office.opened import Found, Opened, found_document, open_for
from server.office.participants import subject_of
from server.office.rights import EDIT
from server.office.words import WORDS, script_words
from server.pages.page import Sheet, page, page_language
from server.wopi.page import goes_to_wopi, show_wopi_editor

API = "/web-apps/apps/api/documents/api.js"
_CREDENTIAL = "bearer_token"


async def show_editor(request: web.Request) -> web.Response:
    """Answer the page with the editor; a guest who gave no name is asked for one.

    Where no editor is configured this leads to the preview.
    """
    found = await found_document(request)
    to_wopi = goes_to_wopi(request, found.file.name)
    if not to_wopi and request.app[OFFICE].settings is None:
        query = request.rel_url.raw_query_string
        raise web.HTTPSeeOther(f"/office/{found.file.id}/preview{query and f'?{query}'}")
    if request[keys.PRINCIPAL].kind is Kind.SHARE and not request.query.get("name", "").strip():
        return await _asked_for_name(request, found)
    if to_wopi:
        return await show_wopi_editor(request, found)
    opened = await open_for(request)
    values = {
        "id": opened.file.id,
        "name": opened.file.name,
        "alarm": opened.session.alarm,
        "held_by": opened.held_by,
        "becomes": opened.opened_as.becomes if opened.rights.takes_out else None,
        "takes_out": opened.rights.takes_out,
        "and_token": _and_token(request),
        "start": await _start(request, opened),
    }
    origin = str(URL(opened.server).origin())
    sheet = Sheet("office/editor.html", WORDS, values, scripts=True, embeds=(origin,))
    return page(request, sheet)


async def _asked_for_name(request: web.Request, found: Found) -> web.Response:
    values = {"name": found.file.name, "token": request.query.get(_CREDENTIAL, "")}
    return page(request, Sheet("office/guest.html", WORDS, values, forms=request.path))


async def _start(request: web.Request, opened: Opened) -> str:
    """Return what the page's script starts from, as JSON that a page can hold."""
    rights, permissions = opened.rights, request[keys.PRINCIPAL].permissions
    subject = await subject_of(request[keys.HOME].files, opened.file)
    told = {
        "id": opened.file.id,
        "api": f"{opened.server.rstrip('/')}{API}?shardkey={quote(opened.session.key)}",
        "config": {**opened.config, "token": opened.token},
        "token": request.query.get(_CREDENTIAL, ""),
        "name": opened.participant.name if opened.participant.is_guest else "",
        "back": "/",
        "words": script_words(page_language(request)),
        "may": {
            "history": rights.takes_out or rights.role == EDIT,
            "change": rights.role == EDIT and not opened.held_by,
            "take_out": rights.takes_out,
            "rename": permissions.allows(Verb.PATCH, DOCTYPE, subject),
        },
    }
    return msgspec.json.encode(told).decode().replace("<", "\\u003c")


def _and_token(request: web.Request) -> str:
    token = request.query.get(_CREDENTIAL, "")
    return f"&{_CREDENTIAL}={quote(token, safe='')}" if token else ""
