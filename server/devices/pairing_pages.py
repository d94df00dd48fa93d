"""The page where an owner lets a device in: by a code they type, or by a link it opened.

Who asks was typed by nobody here, and the page says so: it shows the code to compare, what is asked
for in words, when and from where, before there is a button to press.
"""

import re

from aiohttp import web

from server import keys
from server.audit.trail import audited
from server.devices.app_passwords import legal_name
from server.devices.errors import DeviceIllegal
from server.devices.page_words import WORDS
from server.devices.pairing import Answer, Pairing
from server.devices.pairing_routes import VERIFICATION
from server.devices.proving import proof_first
from server.devices.room import DEVICES
from server.devices.spoken import moment, rights_of
from server.devices.user_code import read_user_code, shown_user_code
from server.pages.forms import FIELD, check_form
from server.pages.page import Sheet, page, page_language

_LINK = re.compile(r"[0-9a-f]{48}\Z")


async def show(request: web.Request) -> web.Response:
    """GET /auth/device[?user_code|?flow]: a field for the code, or who asks and for what."""
    code = _code_of(request.query.get("user_code", ""), request.query.get("flow", ""))
    if not code:
        return _ask_for_code(request, typed=request.query.get("user_code", ""))
    kept = await request.app[DEVICES].pairings(request[keys.HOME]).look(code)
    if kept is None:
        return _ask_for_code(request, typed=request.query.get("user_code", "-"))
    return await proof_first(request, request.path_qs) or _consent(request, kept.value, code)


async def decide(request: web.Request) -> web.Response:
    """POST /auth/device `code, do=allow|deny, name`: what the owner said."""
    form = await request.post()
    check_form(request, form.get(FIELD))
    typed = str(form.get("code", ""))
    code, allow = _code_of(typed, typed), form.get("do") == "allow"
    pairings = request.app[DEVICES].pairings(request[keys.HOME])
    kept = await pairings.look(code)
    if kept is None:
        return _ask_for_code(request, typed="-")
    proof = await proof_first(request, _page_of(code)) if allow else None
    if proof is not None:
        return proof
    name = _name(form.get("name"), kept.value.name)

    def answered(pairing: Pairing) -> None:
        pairing.answer = Answer.ALLOWED if allow else Answer.DENIED
        pairing.name = name

    if not await pairings.decide(code, answered):
        return _ask_for_code(request, typed="-")
    event = "device.allowed" if allow else "device.refused"
    await audited(request, event, name, kind=kept.value.kind or "oauth")
    values = {"answer": "allowed" if allow else "denied", "name": name}
    return page(request, Sheet("devices/decided.html", WORDS, values))


def routes() -> list[web.AbstractRouteDef]:
    """Return the routes of the page."""
    return [web.get(VERIFICATION, show), web.post(VERIFICATION, decide)]


def _code_of(typed: str, link: str) -> str:
    return link if _LINK.match(link) else read_user_code(typed)


def _page_of(code: str) -> str:
    return f"{VERIFICATION}?{'flow' if _LINK.match(code) else 'user_code'}={code}"


def _name(said: object, before: str) -> str:
    try:
        return legal_name(said)
    except DeviceIllegal:
        return before


def _ask_for_code(request: web.Request, *, typed: str) -> web.Response:
    values = {"wrong": bool(typed), "typed": typed if typed != "-" else ""}
    sheet = Sheet("devices/code.html", WORDS, values, forms=VERIFICATION)
    return page(request, sheet, status=404 if typed else 200)


def _consent(request: web.Request, pairing: Pairing, code: str) -> web.Response:
    language, now = page_language(request), request.app[DEVICES].passwords.now()
    values = {
        "name": pairing.name,
        "code": code,
        "shown_code": "" if pairing.by_link else shown_user_code(code),
        "rights": rights_of(pairing.kind, pairing.scope, language),
        "when": moment(pairing.begun_at, now, language),
        "address": pairing.address,
        "may_rename": not pairing.client_id,
    }
    return page(request, Sheet("devices/consent.html", WORDS, values, forms=VERIFICATION))
