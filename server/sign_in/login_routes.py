"""The page for signing in, and what it sends (cozy.md B3, C7)."""

from math import ceil

from aiohttp import web

from server import keys
from server.auth.credentials import Attempt
from server.auth.errors import NotForThisCredential, TooManyAttempts
from server.auth.principal import Kind
from server.mail.mailer import MailUnsent
from server.oauth.oidc.providers import PROVIDERS, start_address
from server.pages.forms import FIELD, check_form
from server.pages.page import Sheet, page
from server.sign_in.errors import SignInRefused, WrongPassphrase
from server.sign_in.factors import Factors, read_factors
from server.sign_in.known_browser import COOKIE, is_trusted, known_browser
from server.sign_in.letters import mail_code
from server.sign_in.opening import drop_session, end_session, end_sessions
from server.sign_in.room import SIGN_IN
from server.sign_in.second_step import begin_step, read_step
from server.sign_in.signed_in import (
    Sent,
    Wish,
    lead_on,
    owner_in_session,
    refusal,
    require_private,
    sign_in_as_owner,
    text_of,
    wants_json,
    wish_of,
)
from server.sign_in.words import WORDS

TRUSTED = "trusted-device-token"
"""The field in which a program shows that its owner trusts it, as browsers do with a cookie."""


async def show(request: web.Request) -> web.Response:
    """GET /auth/login: the form; who is in already is led on."""
    require_private(request)
    wish = wish_of(request, request.query)
    if await owner_in_session(request) is not None:
        return web.Response(status=303, headers={"Location": wish.redirect})
    home = request[keys.INSTANCE]
    if not home.owner.password_hash:
        return page(request, Sheet("sign_in/not_yet.html", WORDS))
    return await _login_page(request, wish)


async def sign_in(request: web.Request) -> web.Response:
    """POST /auth/login: on to the home or to the second step; 401 for a wrong passphrase.

    `passphrase` is the login hash, unless the field `plain` says that it is the passphrase.
    """
    require_private(request)
    await _require_room(request)
    form = await request.post()
    check_form(request, form.get(FIELD))
    wish = wish_of(request, form)
    try:
        return await _signed_in(request, form, wish)
    except (SignInRefused, TooManyAttempts) as refused:
        if wants_json(request):
            return _refused(request, refused)
        return await _login_page(request, wish, refused)


async def _require_room(request: web.Request) -> None:
    """Refuse, before the form is looked at, what a crowd leaves no room for.

    Who may be known, by a cookie or by what the form has, is never among those. Raises
    TooManyAttempts.
    """
    if COOKIE in request.cookies or TRUSTED.encode() in await request.read():
        return
    credentials, home = request.app[keys.CREDENTIALS], request[keys.INSTANCE]
    credentials.check_room(home.domain, request[keys.CALLER].address)


async def sign_out(request: web.Request) -> web.Response:
    """DELETE /auth/login: end the session of the cookie, or of an application's token. 204."""
    _require_in_session(request)
    await end_session(request, request[keys.PRINCIPAL].credential)
    response = web.Response(status=204)
    drop_session(response)
    return response


async def sign_out_others(request: web.Request) -> web.Response:
    """DELETE /auth/login/others: end all sessions but this one. 204."""
    _require_in_session(request)
    await end_sessions(request, but=request[keys.PRINCIPAL].credential)
    return web.Response(status=204)


def _require_in_session(request: web.Request) -> None:
    """Raise NotForThisCredential unless it is the owner who asks, or an application for them.

    Whoever else may do something here, with a link or for a device, signs nobody out.
    """
    if request[keys.PRINCIPAL].kind not in (Kind.OWNER, Kind.SESSION, Kind.APP):
        raise NotForThisCredential


async def leave(request: web.Request) -> web.Response:
    """POST /auth/logout: the same as a form, and back to the page for signing in."""
    check_form(request, (await request.post()).get(FIELD))
    principal = await owner_in_session(request)
    if principal is not None:
        await end_session(request, principal.credential)
    response = web.Response(status=303, headers={"Location": "/auth/login"})
    drop_session(response)
    return response


async def check_passphrase(request: web.Request, sent: Sent, *names: str) -> bool:
    """Tell whether what was sent is the owner's passphrase. Raises TooManyAttempts."""
    home = request[keys.INSTANCE]
    tokens = (request.cookies.get(COOKIE, ""), text_of(sent, TRUSTED))
    browser = await known_browser(home, tokens)
    attempt = Attempt(
        text_of(sent, *(names or ("passphrase",))),
        request[keys.CALLER].address,
        derived=not sent.get("plain"),
        known=browser.id if browser else "",
    )
    return await request.app[keys.CREDENTIALS].is_owners(attempt, home)


async def second_step_needed(request: web.Request, factors: Factors, sent: Sent) -> bool:
    """Tell whether a right passphrase is not enough for who asks."""
    if not factors.second_needed:
        return False
    tokens = (request.cookies.get(COOKIE, ""), text_of(sent, TRUSTED))
    browser = await known_browser(request[keys.INSTANCE], tokens)
    return not is_trusted(browser, request.app[SIGN_IN].now())


async def _signed_in(request: web.Request, form: Sent, wish: Wish) -> web.Response:
    if not await check_passphrase(request, form):
        raise WrongPassphrase
    factors = await read_factors(request[keys.INSTANCE].store)
    if not await second_step_needed(request, factors, form):
        return await sign_in_as_owner(request, wish, way="passphrase")
    token = begin_step(request)
    more = {"two_factor_token": token}
    if factors.mail and not factors.totp and not factors.passkeys:
        more["sent"] = await _mailed(request, token)
    return lead_on(request, f"/auth/twofactor?{wish.query(**more)}")


async def _mailed(request: web.Request, token: str) -> str:
    try:
        await mail_code(request, read_step(request, token))
    except (MailUnsent, TooManyAttempts):
        return "no"
    return "yes"


async def _login_page(
    request: web.Request, wish: Wish, refused: Exception | None = None
) -> web.Response:
    home = request[keys.INSTANCE]
    factors = await read_factors(home.store)
    values = {
        "kdf": home.owner.kdf,
        "owner": home.owner.name,
        "redirect": wish.redirect,
        "long_run": wish.run == "1",
        "passkeys": bool(factors.passkeys),
        "error": _key_of(refused),
        **_outside(request, wish),
    }
    sheet = Sheet("sign_in/login.html", WORDS, values, forms="/auth", scripts=True)
    headers = _later(refused)
    return page(request, sheet, status=_status_of(refused), headers=headers)


def _outside(request: web.Request, wish: Wish) -> dict[str, str]:
    """Return what the page says of the provider at which the owner may sign in too."""
    provider = request.app[PROVIDERS].of(request[keys.INSTANCE])
    return {
        "provider": provider.settings.title if provider else "",
        "provider_address": start_address(wish.redirect),
    }


def _refused(request: web.Request, refused: Exception) -> web.Response:
    response = refusal(request, _key_of(refused), _status_of(refused))
    response.headers.update(_later(refused))
    return response


def _key_of(refused: Exception | None) -> str:
    if isinstance(refused, SignInRefused):
        return refused.key
    return "too_many" if refused else ""


def _status_of(refused: Exception | None) -> int:
    if refused is None:
        return 200
    return 429 if isinstance(refused, TooManyAttempts) else 401


def _later(refused: Exception | None) -> dict[str, str]:
    if not isinstance(refused, TooManyAttempts):
        return {}
    return {"Retry-After": str(ceil(refused.retry_after))}


def routes() -> list[web.AbstractRouteDef]:
    """Return the routes for signing in with a passphrase, and out."""
    return [
        web.get("/auth/login", show),
        web.post("/auth/login", sign_in),
        web.delete("/auth/login", sign_out),
        web.delete("/auth/login/others", sign_out_others),
        web.post("/auth/logout", leave),
    ]
