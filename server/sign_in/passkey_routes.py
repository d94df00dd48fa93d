"""Signing in with a passkey alone: it knows its owner by a finger, a face or a PIN."""

import logging

from aiohttp import web

from server import keys
from server.pages.forms import FIELD, check_form
from server.sign_in.errors import PasskeyRefused
from server.sign_in.factors import read_factors
from server.sign_in.passkeys import Ceremony
from server.sign_in.second_step_routes import used_passkey
from server.sign_in.signed_in import (
    refusal,
    require_private,
    sent_in,
    sign_in_as_owner,
    text_of,
    wish_of,
)

_log = logging.getLogger(__name__)

PURPOSE = "sign in"


async def ask(request: web.Request) -> web.Response:
    """POST /auth/passkey/options: what the browser is to ask any passkey for this home."""
    require_private(request)
    return web.json_response(Ceremony(request, PURPOSE).begin_assertion((), alone=True))


async def sign_in(request: web.Request) -> web.Response:
    """POST /auth/passkey: a session for what a passkey signed; 401 for anything else."""
    require_private(request)
    sent = await sent_in(request)
    check_form(request, sent.get(FIELD))
    factors = await read_factors(request[keys.INSTANCE].store)
    try:
        await used_passkey(request, text_of(sent, "passkey"), factors, PURPOSE)
    except PasskeyRefused as refused:
        _log.warning("passkey refused")
        return refusal(request, refused.key)
    return await sign_in_as_owner(request, wish_of(request, sent), way="passkey")


def routes() -> list[web.AbstractRouteDef]:
    """Return the routes for signing in with a passkey."""
    return [web.post("/auth/passkey/options", ask), web.post("/auth/passkey", sign_in)]
