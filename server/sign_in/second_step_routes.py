"""The second step as pages and as JSON (cozy.md B3): a code, a passkey, or a recovery code."""

import logging
from contextlib import suppress
from typing import Any

import msgspec
from aiohttp import web

from server import keys
from server.auth.errors import TooManyAttempts
from server.mail.mailer import MailUnsent
from server.pages.forms import FIELD, check_form
from server.pages.page import Sheet, page
from server.sign_in.errors import PasskeyRefused, SignInRefused, StepOver
from server.sign_in.factors import Factors, Passkey, change_factors, read_factors
from server.sign_in.known_browser import COOKIE, known_browser
from server.sign_in.letters import mail_code
from server.sign_in.passkeys import Ceremony
from server.sign_in.second_step import CodeCheck, Step, end_step, read_step
from server.sign_in.signed_in import (
    Sent,
    lead_on,
    refusal,
    require_private,
    sign_in_as_owner,
    text_of,
    wants_json,
    wish_of,
)
from server.sign_in.words import WORDS

_log = logging.getLogger(__name__)

TOKEN = ("two-factor-token", "two_factor_token")
CODE = ("two-factor-passcode", "two_factor_passcode")
TRUST = "two-factor-generate-trusted-device-token"
PURPOSE = "second step"


async def show(request: web.Request) -> web.Response:
    """GET /auth/twofactor: asks for the second factor; back to the first when it took too long."""
    require_private(request)
    try:
        read_step(request, text_of(request.query, *TOKEN))
    except StepOver:
        return lead_on(request, f"/auth/login?{wish_of(request, request.query).query()}")
    return await _step_page(request, request.query)


async def finish(request: web.Request) -> web.Response:
    """POST /auth/twofactor: a session for a right code or passkey; 401 for a wrong one."""
    require_private(request)
    form = await request.post()
    check_form(request, form.get(FIELD))
    try:
        step = read_step(request, text_of(form, *TOKEN))
        way = await prove(request, form, step)
        end_step(request, step)
    except (SignInRefused, TooManyAttempts) as refused:
        key = refused.key if isinstance(refused, SignInRefused) else "too_many"
        _log.warning("second step refused", extra={"why": key})
        if wants_json(request):
            return refusal(request, key, 429 if key == "too_many" else 401)
        return await _step_page(request, form, key)
    trusted = str(form.get(TRUST) or "").lower() in ("1", "true", "on")
    return await sign_in_as_owner(request, wish_of(request, form), way=way, trusted=trusted)


async def prove(request: web.Request, sent: Sent, step: Step) -> str:
    """Tell by what the second factor was shown. Raises SignInRefused, TooManyAttempts."""
    home = request[keys.INSTANCE]
    factors = await read_factors(home.store)
    answer = text_of(sent, "passkey")
    if answer:
        await used_passkey(request, answer, factors, PURPOSE)
        return "passphrase, passkey"
    browser = await known_browser(home, (request.cookies.get(COOKIE, ""),))
    check = CodeCheck(request, step, browser.id if browser else "")
    return f"passphrase, {await check.check(text_of(sent, *CODE), factors)}"


async def mail(request: web.Request) -> web.Response:
    """POST /auth/twofactor/mail: send a code, and say whether it left."""
    require_private(request)
    form = await request.post()
    check_form(request, form.get(FIELD))
    try:
        step = read_step(request, text_of(form, *TOKEN))
    except StepOver:
        return lead_on(request, f"/auth/login?{wish_of(request, form).query()}")
    factors, sent = await read_factors(request[keys.INSTANCE].store), "no"
    if factors.mail:
        with suppress(MailUnsent, TooManyAttempts):
            await mail_code(request, step)
            sent = "yes"
    return await _step_page(request, {**form, "sent": sent})


async def ask_passkey(request: web.Request) -> web.Response:
    """POST /auth/twofactor/passkey: what the browser is to ask a passkey of the owner's."""
    require_private(request)
    form = await request.post()
    check_form(request, form.get(FIELD))
    try:
        read_step(request, text_of(form, *TOKEN))
    except StepOver as over:
        return refusal(request, over.key)
    factors = await read_factors(request[keys.INSTANCE].store)
    asked = Ceremony(request, PURPOSE).begin_assertion(factors.passkeys, alone=False)
    return web.json_response(asked)


async def used_passkey(
    request: web.Request, answer: str, factors: Factors, purpose: str
) -> Passkey:
    """Return the passkey that gave an answer, and note that it did. Raises PasskeyRefused."""
    try:
        told: dict[str, Any] = msgspec.json.decode(answer, type=dict[str, Any])
    except msgspec.DecodeError as error:
        raise PasskeyRefused from error
    sealed = str(told.pop("state", ""))
    used = Ceremony(request, purpose).end_assertion(sealed, told, factors.passkeys)

    def noted(now: Factors) -> Factors | None:
        if all(key.id != used.id for key in now.passkeys):
            return None  # taken away meanwhile
        passkeys = [used if key.id == used.id else key for key in now.passkeys]
        return msgspec.structs.replace(now, passkeys=passkeys)

    if await change_factors(request[keys.INSTANCE].store, noted) is None:
        raise PasskeyRefused
    return used


async def _step_page(request: web.Request, sent: Sent, error: str = "") -> web.Response:
    factors = await read_factors(request[keys.INSTANCE].store)
    wish = wish_of(request, sent)
    values = {
        "token": text_of(sent, *TOKEN),
        "redirect": wish.redirect,
        "run": wish.run,
        "factors": factors,
        "sent": text_of(sent, "sent"),
        "error": error,
    }
    sheet = Sheet("sign_in/second_step.html", WORDS, values, forms="/auth", scripts=True)
    status = {"": 200, "too_many": 429}.get(error, 401)
    return page(request, sheet, status=status)


def routes() -> list[web.AbstractRouteDef]:
    """Return the routes of the second step."""
    return [
        web.get("/auth/twofactor", show),
        web.post("/auth/twofactor", finish),
        web.post("/auth/twofactor/mail", mail),
        web.post("/auth/twofactor/passkey", ask_passkey),
    ]
