"""The owner is asked whether a client may come in, and their answer goes to it (RFC 6749 4.1)."""

from dataclasses import replace
from urllib.parse import urlencode, urlsplit

from aiohttp import web

from doctypes.permissions.permission_set import EVERYTHING, NOTHING, PermissionSet
from doctypes.permissions.scope import WHOLE, parse_scope
from server import keys
from server.audit.trail import audited
from server.devices.device import Device, devices_of
from server.devices.entering import LOGIN
from server.instances.collection import Kept
from server.oauth.authorization import (
    NO_CLIENT,
    Asked,
    RequestRefused,
    RequestSenseless,
    asked_scope,
    check_address,
    read_asked,
)
from server.oauth.consent import lines_of, only_reads, sends_mail
from server.oauth.flagship import certify_page
from server.oauth.linked import manifest_rules, slug_of
from server.oauth.oauth import OAUTH
from server.oauth.one_time_code import Codes, OneTimeCode, Opens
from server.oauth.redirect_uri import answered_at, form_target
from server.oauth.registering import check_private
from server.oauth.words import WORDS
from server.pages.forms import FIELD, check_form
from server.pages.page import Sheet, page, page_language
from server.sign_in.browser import system_of
from server.sign_in.redirects import LOGIN_PAGE
from server.sign_in.signed_in import owner_in_session

_JSON = "application/json"


async def ask(request: web.Request) -> web.Response:
    """GET /auth/authorize: the page that says what a client asks for."""
    check_private(request)
    if await owner_in_session(request) is None:
        back = urlencode({"redirect": request.path_qs})
        return web.Response(status=303, headers={"Location": f"{LOGIN_PAGE}?{back}"})
    try:
        asked, kept = await _who_asks(request, read_asked(request.query))
        client = kept.value
    except RequestSenseless as error:
        return _senseless(request, error)
    try:
        scope = asked_scope(asked, client)
    except RequestRefused as refused:
        return _sent(request, asked, {"error": refused.error, **_described(refused)})
    if scope == WHOLE and not client.flagship:
        return await certify_page(request, kept, request.path_qs)
    return await _consent_page(request, replace(asked, scope=scope), client)


async def answer(request: web.Request) -> web.Response:
    """POST /auth/authorize: the owner allows it; the client gets a code at its address."""
    form = await request.post()
    try:
        asked, kept = await _who_asks(request, read_asked(form))
        client = kept.value
    except RequestSenseless as error:
        return _senseless(request, error)
    check_form(request, form.get(FIELD))
    try:
        scope = asked_scope(asked, client)
    except RequestRefused as refused:
        return _sent(request, asked, {"error": refused.error, **_described(refused)})
    if scope == WHOLE and not client.flagship:
        told = {"error": "access_denied", "error_description": "the client is not certified"}
        return _sent(request, asked, told)
    code = await _new_code(request, asked, scope)
    await audited(request, "client.allowed", client.client_name, scope=scope)
    # Clients of Cozy read access_code, all others code (cozy.md B4).
    return _sent(request, asked, {"access_code": code, "code": code})


async def _who_asks(request: web.Request, asked: Asked) -> tuple[Asked, Kept[Device]]:
    """Return a request with its client. Raises RequestSenseless."""
    kept = await devices_of(request[keys.INSTANCE].store).get(asked.client_id)
    if kept is None:
        raise RequestSenseless(NO_CLIENT)
    check_address(asked, kept.value)
    return asked, kept


async def _new_code(request: web.Request, asked: Asked, scope: str) -> str:
    oauth, store = request.app[OAUTH], request[keys.HOME].store
    system = system_of(request.headers.get("User-Agent", ""))
    await devices_of(store).update(asked.client_id, lambda device: _on_system(device, system))
    code = oauth.new_code()
    made = OneTimeCode(
        opens=Opens.ACCESS,
        issued_at=oauth.clock().isoformat(),
        client_id=asked.client_id,
        scope=scope,
        challenge=asked.code_challenge,
        redirect_uri=asked.redirect_uri,
    )
    await Codes(store).add(code, made)
    return code


def _on_system(device: Device, system: str) -> Device | None:
    if not system or device.client_os == system:
        return None
    device.client_os = system
    return device


async def _consent_page(request: web.Request, asked: Asked, client: Device) -> web.Response:
    slug = slug_of(asked.scope)
    permissions = await _permissions(asked.scope, slug, request)
    sheet = Sheet(
        "oauth/authorize.html",
        WORDS,
        {
            "client": client,
            "site": _site(client.client_uri),
            "policy_uri": client.policy_uri if _site(client.policy_uri) else "",
            "slug": slug,
            "everything": permissions.everything,
            "login": asked.scope == LOGIN,
            "lines": lines_of(permissions, page_language(request)),
            "mail": sends_mail(permissions),
            "reads": only_reads(permissions),
            "where": _site(asked.redirect_uri),
            "fields": asked.fields,
            "refusal": answered_at(asked.redirect_uri, _refusal(asked)),
        },
        forms="/auth",
        form_to=(form_target(asked.redirect_uri),),
    )
    return page(request, sheet)


async def _permissions(scope: str, slug: str, request: web.Request) -> PermissionSet:
    if slug:
        return await manifest_rules(slug, request[keys.INSTANCE].store) or NOTHING
    if scope == LOGIN:
        return NOTHING
    return EVERYTHING if scope == WHOLE else parse_scope(scope)


def _site(uri: str) -> str:
    """Return the host of a web address; empty for what is none."""
    parts = urlsplit(uri)
    return parts.netloc if parts.scheme in ("http", "https") else ""


def _refusal(asked: Asked) -> dict[str, str]:
    return {"error": "access_denied", "state": asked.state}


def _described(refused: RequestRefused) -> dict[str, str]:
    return {"error_description": refused.description}


def _sent(request: web.Request, asked: Asked, told: dict[str, str]) -> web.Response:
    """Return what leads a browser to the client; the address itself, to who asks for JSON."""
    address = answered_at(asked.redirect_uri, {**told, "state": asked.state})
    headers = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
    if _wants_json(request):
        return web.json_response({"deeplink": address}, headers=headers)
    return web.Response(status=302, headers={**headers, "Location": address})


def _wants_json(request: web.Request) -> bool:
    return request.headers.get("Accept", "").split(",")[0].strip() == _JSON


def _senseless(request: web.Request, error: RequestSenseless) -> web.Response:
    if _wants_json(request):
        return web.json_response({"error": str(error)}, status=400)
    sheet = Sheet("oauth/senseless.html", WORDS, {"reason": str(error)})
    return page(request, sheet, status=400)
