"""Clients that may do everything: certified once by the owner with a code, then let in at once.

Cozy's stores vouch for its mobile application; here the owner does, with a code that is mailed or
that their authenticator application shows (cozy.md A, B3).
"""

from urllib.parse import urlsplit

import msgspec
from aiohttp import web

from doctypes.permissions.scope import WHOLE, render_scope
from server import keys
from server.audit.trail import audited
from server.auth.errors import TooManyAttempts
from server.auth.tokens import Audience, keys_of
from server.devices.device import Device, devices_of
from server.instances.collection import Kept
from server.mail.mailer import MailUnsent
from server.oauth.granting import Granting
from server.oauth.linked import KONNECTORS, manifest_rules
from server.oauth.oauth import OAUTH
from server.oauth.words import WORDS
from server.pages.forms import FIELD, check_form
from server.pages.page import Sheet, page
from server.sign_in.errors import SignInRefused
from server.sign_in.factors import read_factors
from server.sign_in.known_browser import COOKIE, known_browser
from server.sign_in.letters import mail_code
from server.sign_in.login_routes import check_passphrase, second_step_needed
from server.sign_in.second_step import CodeCheck, begin_step, end_step, read_step
from server.sign_in.second_step_routes import TOKEN, prove
from server.sign_in.session_routes import new_session_code
from server.sign_in.signed_in import NO_STORE, refusal, require_private, sent_in, text_of

_AUTHORIZE = "/auth/authorize"


async def log_in(request: web.Request) -> web.Response:
    """POST /auth/login/flagship: tokens for everything, for a client that was certified.

    202 with a code for a session for one that was not: in it, the owner can certify it. 401 with a
    token where a second factor is missing.
    """
    require_private(request)
    sent, oauth = await sent_in(request), request.app[OAUTH]
    granting = Granting(request[keys.INSTANCE], oauth.clock())
    client_id = text_of(sent, "client_id")
    client = await granting.proven(client_id, text_of(sent, "client_secret"))
    if not await check_passphrase(request, sent):
        return refusal(request, "wrong_passphrase", 401)
    factors, token = await read_factors(request[keys.INSTANCE].store), text_of(sent, *TOKEN)
    if await second_step_needed(request, factors, sent):
        if not token:
            return refusal(request, "second_needed", 401, two_factor_token=begin_step(request))
        try:
            step = read_step(request, token)
            await prove(request, sent, step)
            end_step(request, step)
        except SignInRefused as refused:
            return refusal(request, refused.key, 401)
    if not client.value.flagship:
        code = await new_session_code(request)
        return web.json_response({"session_code": code}, status=202, headers=NO_STORE)
    tokens = await granting.of_scope(client.id, WHOLE)
    return web.json_response(tokens.told(), headers=NO_STORE)


async def konnector_token(request: web.Request) -> web.Response:
    """POST /auth/tokens/konnectors/{slug}: a token for a konnector that a flagship runs itself."""
    instance, slug = request[keys.HOME], request.match_info["slug"]
    rules = await manifest_rules(slug, instance.store, KONNECTORS)
    if rules is None:
        raise web.HTTPNotFound(text="No konnector of this name is installed.")
    token = keys_of(instance).token(
        Audience.KONNECTOR, slug, request.app[OAUTH].clock().timestamp(), render_scope(rules)
    )
    return web.json_response(token, status=201, headers=NO_STORE)


async def certify_page(
    request: web.Request, client: Kept[Device], back: str, error: str = ""
) -> web.Response:
    """Return the page that asks for a code, which is mailed if it can be."""
    factors, token = await read_factors(request[keys.INSTANCE].store), begin_step(request)
    mailed = False
    if not error or not factors.totp:
        mailed = await _mailed(request, token)
    values = {
        "client": client.value,
        "action": f"/auth/clients/{client.id}/flagship",
        "token": token,
        "back": back,
        "mailed": mailed,
        "totp": bool(factors.totp),
        "error": error,
        "command": f"foyer instance certify-client {request[keys.INSTANCE].domain} {client.id}",
    }
    sheet = Sheet("oauth/certify.html", WORDS, values, forms="/auth")
    return page(request, sheet, status=401 if error else 200)


async def certify(request: web.Request) -> web.Response:
    """POST /auth/clients/{client_id}/flagship: the owner's code makes a client a flagship."""
    form = await request.post()
    check_form(request, form.get(FIELD))
    devices = devices_of(request[keys.HOME].store)
    client = await devices.get(request.match_info["client_id"])
    if client is None or not client.value.secret_hash:
        raise web.HTTPNotFound(text="No client has this id.")
    back = _safe(text_of(form, "back"))
    try:
        await _check_code(request, text_of(form, "token"), text_of(form, "code"))
    except SignInRefused:
        return await certify_page(request, client, back, "certify_wrong")
    await devices.update(client.id, _flagship)
    await audited(request, "client.certified", client.value.client_name)
    return web.Response(status=303, headers={"Location": back, **NO_STORE})


async def _check_code(request: web.Request, token: str, code: str) -> None:
    """Raise SignInRefused unless it is the code that was mailed, or that is shown now."""
    home = request[keys.HOME]
    step, factors = read_step(request, token), await read_factors(home.store)
    browser = await known_browser(home, (request.cookies.get(COOKIE, ""),))
    check = CodeCheck(request, step, browser.id if browser else "")
    # Also where signing in takes no mailed code: it was mailed for this.
    await check.check(code, msgspec.structs.replace(factors, mail=True))
    end_step(request, step)


async def _mailed(request: web.Request, token: str) -> bool:
    try:
        await mail_code(request, read_step(request, token))
    except (MailUnsent, TooManyAttempts):
        return False
    return True


def _flagship(device: Device) -> Device:
    device.flagship = True
    return device


def _safe(back: str) -> str:
    parts = urlsplit(back)
    ours = not parts.scheme and not parts.netloc and parts.path == _AUTHORIZE
    return back if ours else "/"
