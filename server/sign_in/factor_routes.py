"""Adding factors, and taking them away: each change asks for a fresh proof of who asks."""

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from aiohttp import web

from server import keys
from server.audit.trail import audited
from server.auth.sealing import unseal
from server.home_settings.profile import mail_address
from server.pages.forms import FIELD, check_form
from server.pages.look import look_of
from server.pages.page import Sheet, page
from server.sign_in import totp
from server.sign_in.errors import PasskeyRefused
from server.sign_in.factors import Change, Factors, change_factors, read_factors
from server.sign_in.passkeys import (
    HANDLE_LENGTH,
    MOST_PASSKEYS,
    Ceremony,
    handle_bytes,
    new_handle,
)
from server.sign_in.qr import qr_path
from server.sign_in.room import SIGN_IN
from server.sign_in.second_step import recovery_codes, sealed_totp
from server.sign_in.security_page import PAGE, ProofNeeded, require_fresh, security_page
from server.sign_in.security_routes import fresh_first
from server.sign_in.signed_in import lead_on, refusal, text_of
from server.sign_in.words import WORDS

_SEED = "totp offered"
_REGISTER = "register"

Form = dict[str, Any]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def _fresh(handle: Callable[[web.Request, Form], Awaitable[web.Response]]) -> Handler:
    """Return a handler that runs for a form of ours, by an owner who just showed who they are."""

    async def handler(request: web.Request) -> web.Response:
        form = dict(await request.post())
        check_form(request, form.get(FIELD))
        try:
            await require_fresh(request)
        except ProofNeeded:
            return fresh_first(request)
        return await handle(request, form)

    return handler


async def offer_totp(request: web.Request, form: Form) -> web.Response:
    """POST …/totp: a fresh seed for an authenticator application, as a QR code and as text."""
    del form
    secret = request.app[SIGN_IN].random(totp.SECRET_LENGTH)
    return _totp_page(request, secret, "")


async def confirm_totp(request: web.Request, form: Form) -> web.Response:
    """POST …/totp/confirm: a code shows that the application has the seed; it is asked from now."""
    secret = unseal(request[keys.HOME].secret, _SEED, text_of(form, "seed"))
    if secret is None:
        return await security_page(request, error="step_over")
    code = "".join(text_of(form, "code").split())
    step = totp.matching_step(secret, code, request.app[SIGN_IN].now().timestamp(), 0)
    if step is None:
        return _totp_page(request, secret, "wrong_code")
    sealed = sealed_totp(request, secret)
    return await _added(request, "totp", lambda now: _with(now, totp=sealed, totp_used=step))


async def remove_totp(request: web.Request, form: Form) -> web.Response:
    """POST …/totp/remove: ask for no codes of an application any more."""
    del form
    return await _changed(request, "totp_removed", lambda now: _with(now, totp="", totp_used=0))


async def turn_mail(request: web.Request, form: Form) -> web.Response:
    """POST …/mail: codes by mail, on or off; on where there is a mail server and an address."""
    if form.get("on") != "1":
        return await _changed(request, "mail_off", lambda now: _with(now, mail=False))
    if not request.app[SIGN_IN].mailer.works or not await mail_address(request[keys.HOME]):
        return await security_page(request, error="no_mail")
    return await _added(request, "mail", lambda now: _with(now, mail=True))


async def offer_passkey(request: web.Request, form: Form) -> web.Response:
    """POST …/passkey/options: what the browser is to ask a new passkey."""
    del form
    store, room = request[keys.HOME].store, request.app[SIGN_IN]
    handle = new_handle(room.random(HANDLE_LENGTH))
    factors = await change_factors(
        store, lambda now: None if now.user_handle else _with(now, user_handle=handle)
    )
    factors = factors or await read_factors(store)
    ceremony = Ceremony(request, _REGISTER)
    asked = ceremony.begin_registration(factors, handle_bytes(factors.user_handle))
    return web.json_response(asked)


async def add_passkey(request: web.Request, form: Form) -> web.Response:
    """POST …/passkey: keep a passkey that the browser made, under a name. JSON."""
    try:
        told: Form = msgspec.json.decode(text_of(form, "passkey"), type=Form)
        made = Ceremony(request, _REGISTER).end_registration(str(told.pop("state", "")), told)
    except (PasskeyRefused, msgspec.DecodeError):
        return refusal(request, "wrong_passkey", 400)
    name = text_of(form, "name").strip()[:60] or "Passkey"
    made = msgspec.structs.replace(made, name=name)

    def grown(now: Factors) -> Factors | None:
        others = [key for key in now.passkeys if key.id != made.id]
        return _with(now, passkeys=[*others, made]) if len(others) < MOST_PASSKEYS else None

    return await _added(request, "passkey", grown)


async def remove_passkey(request: web.Request, form: Form) -> web.Response:
    """POST …/passkey/<id>/remove: that passkey opens nothing any more."""
    del form
    gone = request.match_info["id"]

    def shrunk(now: Factors) -> Factors:
        left = [key for key in now.passkeys if key.id != gone]
        return _with(now, passkeys=left, passkeys_after=now.passkeys_after and bool(left))

    return await _changed(request, "passkey_removed", shrunk)


async def passkeys_after(request: web.Request, form: Form) -> web.Response:
    """POST …/passkeys-after: whether a passkey is asked for after the passphrase."""
    wanted = form.get("on") == "1"
    change: Change = lambda now: _with(now, passkeys_after=wanted and bool(now.passkeys))  # noqa: E731
    if wanted:
        return await _added(request, "passkeys_after", change)
    return await _changed(request, "passkeys_alone", change)


async def renew_recovery(request: web.Request, form: Form) -> web.Response:
    """POST …/recovery: fresh recovery codes, shown once; those of before open nothing any more."""
    del form
    return await _recovery_page(request, "")


async def _added(request: web.Request, what: str, change: Change) -> web.Response:
    """Add a factor, and show recovery codes where there are none."""
    response = await _changed(request, what, change)
    factors = await read_factors(request[keys.HOME].store)
    if factors.second_needed and not factors.recovery:
        if response.status == 200:  # noqa: PLR2004  # a script asked, and leads on itself
            return lead_on(request, f"{PAGE}?done={what}#recovery")
        return await _recovery_page(request, what)
    return response


async def _changed(request: web.Request, what: str, change: Change) -> web.Response:
    if await change_factors(request[keys.HOME].store, change) is None:
        return await security_page(request, error="too_many_passkeys")
    await audited(request, f"factors.{what}")
    return lead_on(request, f"{PAGE}?done={what}")


async def _recovery_page(request: web.Request, said: str) -> web.Response:
    codes, kept = recovery_codes(request)
    await change_factors(request[keys.HOME].store, lambda now: _with(now, recovery=kept))
    await audited(request, "factors.recovery")
    sheet = Sheet("sign_in/recovery.html", WORDS, {"codes": codes, "said": said})
    return page(request, sheet)


def _totp_page(request: web.Request, secret: bytes, error: str) -> web.Response:
    home, room = request[keys.HOME], request.app[SIGN_IN]
    where = totp.address(secret, f"{look_of(request).name} {request.host}", home.owner.name)
    path, size = qr_path(where)
    values = {
        "qr": path,
        "size": size,
        "address": where,
        "spelt": totp.spelt(secret),
        "seed": room.sealed(home, _SEED, secret),
        "error": error,
    }
    sheet = Sheet("sign_in/totp.html", WORDS, values, forms="/auth")
    return page(request, sheet, status=401 if error else 200)


def _with(factors: Factors, **changes: object) -> Factors:
    return msgspec.structs.replace(factors, **changes)


def routes() -> list[web.AbstractRouteDef]:
    """Return the routes of the factors."""
    return [
        web.post(PAGE + "/totp", _fresh(offer_totp)),
        web.post(PAGE + "/totp/confirm", _fresh(confirm_totp)),
        web.post(PAGE + "/totp/remove", _fresh(remove_totp)),
        web.post(PAGE + "/mail", _fresh(turn_mail)),
        web.post(PAGE + "/passkey/options", _fresh(offer_passkey)),
        web.post(PAGE + "/passkey", _fresh(add_passkey)),
        web.post(PAGE + "/passkey/{id}/remove", _fresh(remove_passkey)),
        web.post(PAGE + "/passkeys-after", _fresh(passkeys_after)),
        web.post(PAGE + "/recovery", _fresh(renew_recovery)),
    ]
