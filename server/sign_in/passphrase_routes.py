"""The passphrase as programs change it (cozy.md B9), and the hint to it."""

from hmac import compare_digest

import msgspec
from aiohttp import web

from doctypes.permissions.rule import Verb
from server import keys
from server.auth.errors import NotForThisCredential
from server.auth.principal import Kind
from server.devices.device import hashed
from server.home_settings.rights import require_setting
from server.http.jsonapi import Resource, answer_one
from server.sign_in.errors import SignInRefused
from server.sign_in.factors import read_factors
from server.sign_in.login_routes import check_passphrase, second_step_needed
from server.sign_in.passphrase import PassphraseUnfit, change, choose, chosen_of
from server.sign_in.second_step import begin_step, end_step, read_step
from server.sign_in.second_step_routes import TOKEN, prove
from server.sign_in.set_up_routes import choosing_page
from server.sign_in.signed_in import (
    NO_STORE,
    Sent,
    refusal,
    require_private,
    sent_in,
    sign_in_as_owner,
    text_of,
    wants_json,
    wish_of,
)
from server.sign_in.vault_keys import HINT, KEY, change_vault, read_vault, sent_keys

_SETTING = "io.cozy.settings.passphrase"
_HINT_SETTING = "io.cozy.settings.hint"


async def show(request: web.Request) -> web.Response:
    """GET /settings/passphrase: how clients derive the login hash."""
    require_setting(request, Verb.GET, _SETTING)
    kdf = request[keys.HOME].owner.kdf
    told = {"salt": kdf.salt, "kdf": 0, "iterations": kdf.iterations}
    return answer_one(Resource("io.cozy.settings", _SETTING, told, path="/settings/passphrase"))


async def set_up(request: web.Request) -> web.Response:
    """POST /settings/passphrase: the first one, by the token of the set-up link.

    204 to what sends JSON, 303 to a form, both with a session; 400 for a token that is none.
    """
    require_private(request)
    sent = await sent_in(request)
    owner, token = request[keys.INSTANCE].owner, text_of(sent, "register_token")
    as_form = request.content_type != "application/json"
    if not owner.setup_hash or not compare_digest(owner.setup_hash, hashed(token)):
        raise web.HTTPBadRequest(text="This link was used, or never was one.")
    try:
        await choose(request, chosen_of(request, sent, "passphrase"))
    except PassphraseUnfit as unfit:
        if wants_json(request) and as_form:
            return refusal(request, f"unfit_{unfit.key}", 422)
        if as_form:
            return choosing_page(request, "register_token", token, unfit.key)
        return _unfit(request, unfit)
    signed_in = await sign_in_as_owner(request, wish_of(request, sent), way="set-up link")
    if not as_form:
        answered = web.Response(status=204)
        for cookie in signed_in.cookies.values():
            answered.cookies[cookie.key] = cookie
        return answered
    return signed_in


async def put(request: web.Request) -> web.Response:
    """PUT /settings/passphrase: change it, for whoever knows the current one, in their session.

    204; 200 with a `two_factor_token` where a second factor is to be shown too; 401 for a wrong
    passphrase or code, 422 for a new one that cannot be.
    """
    sent = await sent_in(request)
    try:
        if not await check_passphrase(request, sent, "current_passphrase"):
            return refusal(request, "wrong_passphrase")
        token = await _proved_twice(request, sent)
        if token:
            return web.json_response({"two_factor_token": token}, headers=NO_STORE)
        chosen = chosen_of(request, sent, "new_passphrase")
        await change(request, chosen, request[keys.PRINCIPAL].credential)
    except SignInRefused as refused:
        return refusal(request, refused.key)
    except PassphraseUnfit as unfit:
        return _unfit(request, unfit)
    return web.Response(status=204)


async def check(request: web.Request) -> web.Response:
    """POST /settings/passphrase/check: 204 if this is the passphrase, 403 if it is not."""
    if request[keys.PRINCIPAL].kind is Kind.SHARE:
        raise NotForThisCredential
    right = await check_passphrase(request, await sent_in(request))
    return web.Response(status=204) if right else refusal(request, "wrong_passphrase", 403)


async def hint(request: web.Request) -> web.Response:
    """GET /settings/hint: 204 if there is one, 404 if not; what it says is mailed alone."""
    require_setting(request, Verb.GET, _HINT_SETTING)
    if not (await read_vault(request[keys.HOME].store)).get(HINT):
        raise web.HTTPNotFound(text="There is no hint.")
    return web.Response(status=204)


async def put_hint(request: web.Request) -> web.Response:
    """PUT /settings/hint: another hint; empty for none."""
    require_setting(request, Verb.PUT, _HINT_SETTING)
    text = text_of(await sent_in(request), "hint")
    await change_vault(request[keys.HOME].store, {HINT: text[:200] or None})
    return web.Response(status=204)


async def make_vault(request: web.Request) -> web.Response:
    """POST /settings/vault: keys for a vault where there are none; 409 where there are."""
    sent = await sent_in(request)
    found = sent_keys(sent)
    if (await read_vault(request[keys.HOME].store)).get(KEY):
        raise web.HTTPConflict(text="There is a vault already.")
    if KEY not in found:
        raise web.HTTPUnprocessableEntity(text="key: is needed.")
    await change_vault(request[keys.HOME].store, found)
    return web.Response(status=204)


async def _proved_twice(request: web.Request, sent: Sent) -> str:
    """Return a token for the second step if it is still to be done; empty where all is shown."""
    factors = await read_factors(request[keys.INSTANCE].store)
    if not await second_step_needed(request, factors, sent):
        return ""
    token = text_of(sent, *TOKEN)
    if not token:
        return begin_step(request)
    step = read_step(request, token)
    await prove(request, sent, step)
    end_step(request, step)
    return ""


def _unfit(request: web.Request, unfit: PassphraseUnfit) -> web.Response:
    del request
    body = {"error": unfit.key, "reason": f"The passphrase cannot be kept: {unfit.key}."}
    return web.Response(status=422, body=msgspec.json.encode(body), content_type="application/json")


def routes() -> list[web.AbstractRouteDef]:
    """Return the routes of the passphrase and the hint."""
    return [
        web.get("/settings/passphrase", show),
        web.post("/settings/passphrase", set_up),
        web.put("/settings/passphrase", put),
        web.post("/settings/passphrase/check", check),
        web.get("/settings/hint", hint),
        web.put("/settings/hint", put_hint),
        web.post("/settings/vault", make_vault),
    ]
