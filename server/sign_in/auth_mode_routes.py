"""Codes by mail on or off, as Cozy's settings application asks it (cozy.md B9, `auth_mode`)."""

import hmac
from datetime import timedelta

from aiohttp import web

from doctypes.permissions.rule import Verb
from server import keys
from server.audit.trail import audited
from server.auth.errors import NotForThisCredential, TooManyAttempts
from server.home_settings.rights import require_setting
from server.instances.instance import Instance
from server.mail.mailer import MailUnsent
from server.sign_in.factors import change_factors, read_factors
from server.sign_in.letters import send
from server.sign_in.room import SIGN_IN
from server.sign_in.signed_in import refusal, sent_in, text_of

BASIC, BY_MAIL = "basic", "two_factor_mail"
_WINDOW = timedelta(minutes=10).total_seconds()


async def put(request: web.Request) -> web.Response:
    """PUT /settings/instance/auth_mode: `{auth_mode, two_factor_activation_code?}`, 204.

    Codes by mail are turned on in two steps: the first mails a code, the second brings it back.
    They are turned off by the owner in person alone.
    """
    require_setting(request, Verb.PUT, "io.cozy.settings.instance")
    sent, home = await sent_in(request), request[keys.HOME]
    mode, code = text_of(sent, "auth_mode"), text_of(sent, "two_factor_activation_code")
    if mode not in (BASIC, BY_MAIL):
        raise web.HTTPUnprocessableEntity(text=f"auth_mode: {BASIC} or {BY_MAIL}.")
    if mode == BY_MAIL and not code:
        return await _mail_code(request)
    if mode == BY_MAIL and not _is_code(request, home, code):
        return refusal(request, "wrong_code", 422)
    on = mode == BY_MAIL
    if not on and not request[keys.PRINCIPAL].is_owner:
        raise NotForThisCredential  # what acts for the owner takes no lock off their door
    if (await read_factors(home.store)).mail != on:
        await change_factors(home.store, lambda now: now.with_mail(on))
        await audited(request, "factors.mail" if on else "factors.mail_off")
    return web.Response(status=204)


async def _mail_code(request: web.Request) -> web.Response:
    home, now = request[keys.HOME], request.app[SIGN_IN].now().timestamp()
    try:
        await send(request, "activation", code=_code(home, int(now // _WINDOW)))
    except MailUnsent:
        return refusal(request, "no_mail", 503)
    return web.Response(status=204)


def _is_code(request: web.Request, home: Instance, code: str) -> bool:
    """Tell whether this is the code of now or of a moment ago. Raises TooManyAttempts."""
    room = request.app[SIGN_IN]
    wait = room.second_steps.wait(f"{home.domain} activation", alone=True)
    if wait > 0:
        raise TooManyAttempts(wait)
    room.second_steps.attempted(f"{home.domain} activation")
    window = int(room.now().timestamp() // _WINDOW)
    codes = (_code(home, window), _code(home, window - 1))
    return any(hmac.compare_digest(one.encode(), code.encode()) for one in codes)


def _code(home: Instance, window: int) -> str:
    digest = hmac.digest(home.secret, f"activation {window}".encode(), "sha256")
    return f"{int.from_bytes(digest[:8], 'big') % 1_000_000:06}"


def routes() -> list[web.AbstractRouteDef]:
    """Return the route of the way to sign in."""
    return [web.put("/settings/instance/auth_mode", put)]
