"""Choosing a passphrase on a page: by the set-up link, or by one that was mailed."""

from datetime import datetime, timedelta
from hmac import compare_digest
from http import HTTPStatus

import msgspec
from aiohttp import web

from server import keys
from server.audit.trail import audited
from server.auth.errors import TooManyAttempts
from server.auth.kdf import Kdf, salt_of
from server.devices.device import hashed
from server.instances.collection import Collection
from server.instances.instance import Instance
from server.mail.mailer import MailUnsent
from server.pages.forms import FIELD, check_form
from server.pages.page import Sheet, page
from server.sign_in.factors import DATABASE
from server.sign_in.letters import send
from server.sign_in.opening import end_sessions
from server.sign_in.passphrase import PassphraseUnfit, choose, chosen_of
from server.sign_in.room import SIGN_IN
from server.sign_in.signed_in import (
    lead_on,
    origin_of,
    refusal,
    require_private,
    text_of,
    wants_json,
)
from server.sign_in.vault_keys import HINT, KEY, read_vault
from server.sign_in.words import WORDS

RESET_ID = "reset"
RESET_FOR = timedelta(minutes=30)
_MOST_LINKS = 8


class Reset(msgspec.Struct, kw_only=True):
    """The links to a new passphrase that were mailed: the SHA-256 of each token, and its end."""

    links: dict[str, str]


async def first(request: web.Request) -> web.Response:
    """GET /auth/passphrase?registerToken=: choose the first passphrase of a home."""
    require_private(request)
    token, owner = request.query.get("registerToken", ""), request[keys.INSTANCE].owner
    if not owner.setup_hash or not compare_digest(owner.setup_hash, hashed(token)):
        return page(request, Sheet("sign_in/link_over.html", WORDS), status=400)
    return choosing_page(request, "register_token", token)


async def forgotten(request: web.Request) -> web.Response:
    """GET /auth/passphrase_reset: what can be done without the passphrase."""
    require_private(request)
    return _forgotten_page(request, "")


async def reset(request: web.Request) -> web.Response:
    """POST /auth/passphrase_reset: mail a link to a new one; the answer is the same to anybody."""
    require_private(request)
    check_form(request, (await request.post()).get(FIELD))
    room, home = request.app[SIGN_IN], request[keys.INSTANCE]
    token = room.random(32).hex()
    until = (room.now() + RESET_FOR).isoformat()
    link = f"{origin_of(request)}/auth/passphrase_renew?token={token}"
    answered = await _mailed(request, "reset", link=link)
    if answered.status == HTTPStatus.OK:
        await _keep_reset(home, hashed(token), until)
    return answered


async def mail_hint(request: web.Request) -> web.Response:
    """POST /auth/hint: mail the hint to the owner; the answer is the same to anybody."""
    require_private(request)
    check_form(request, (await request.post()).get(FIELD))
    hint = (await read_vault(request[keys.INSTANCE].store)).get(HINT)
    return await _mailed(request, "hint", hint=str(hint)) if hint else _sent_page(request)


async def renew(request: web.Request) -> web.Response:
    """GET /auth/passphrase_renew?token=: choose a new passphrase by a link that was mailed."""
    require_private(request)
    token = request.query.get("token", "")
    if not await _is_reset(request, token):
        return page(request, Sheet("sign_in/link_over.html", WORDS), status=400)
    vault = await read_vault(request[keys.INSTANCE].store)
    return choosing_page(request, "token", token, vault=bool(vault.get(KEY)))


async def renewed(request: web.Request) -> web.Response:
    """POST /auth/passphrase_renew: the new passphrase; all sessions end, and one signs in anew."""
    require_private(request)
    form = await request.post()
    check_form(request, form.get(FIELD))
    token, home = text_of(form, "token"), request[keys.INSTANCE]
    if not await _is_reset(request, token):
        if wants_json(request):
            return refusal(request, "link_over", 400)
        return page(request, Sheet("sign_in/link_over.html", WORDS), status=400)
    vault = bool((await read_vault(home.store)).get(KEY))
    try:
        await choose(request, chosen_of(request, {**form, "force": "1"}, "passphrase"))
    except PassphraseUnfit as unfit:
        if wants_json(request):
            return refusal(request, f"unfit_{unfit.key}", 422)
        return choosing_page(request, "token", token, unfit.key, vault=vault)
    await _resets(home).delete(RESET_ID)
    await end_sessions(request)
    await audited(request, "passphrase.renewed")
    return lead_on(request, "/auth/login")


def choosing_page(
    request: web.Request, field: str, token: str, error: str = "", *, vault: bool = False
) -> web.Response:
    """Return the page where a passphrase is chosen; `vault` warns that one is given up."""
    home, room = request[keys.INSTANCE], request.app[SIGN_IN]
    salt = home.owner.kdf.salt or salt_of(home.domain)
    values = {
        "field": field,
        "token": token,
        "kdf": Kdf(room.kdf_iterations, salt),
        "owner": home.owner.name,
        "error": error,
        "vault": vault,
        "action": "/settings/passphrase" if field == "register_token" else "/auth/passphrase_renew",
    }
    sheet = Sheet("sign_in/choose.html", WORDS, values, forms="/auth", scripts=True)
    return page(request, sheet, status=422 if error else 200)


async def _mailed(request: web.Request, key: str, **facts: str) -> web.Response:
    if not request.app[SIGN_IN].mailer.works:
        return _forgotten_page(request, "no_mail", 503)
    try:
        await send(request, key, **facts)
    except TooManyAttempts:
        return _forgotten_page(request, "too_many", 429)
    except MailUnsent:  # no address, or no luck: whoever asks is to learn neither
        return _sent_page(request)
    return _sent_page(request)


def _sent_page(request: web.Request) -> web.Response:
    return page(request, Sheet("sign_in/letter_sent.html", WORDS))


def _forgotten_page(request: web.Request, error: str, status: int = 200) -> web.Response:
    values = {"error": error, "mail": request.app[SIGN_IN].mailer.works}
    return page(
        request, Sheet("sign_in/forgotten.html", WORDS, values, forms="/auth"), status=status
    )


async def _is_reset(request: web.Request, token: str) -> bool:
    kept = await _resets(request[keys.INSTANCE]).get(RESET_ID)
    until = kept.value.links.get(hashed(token)) if kept else None
    return until is not None and request.app[SIGN_IN].now() < datetime.fromisoformat(until)


async def _keep_reset(home: Instance, token_hash: str, until: str) -> None:
    """Keep a link beside the last few, so that asking again makes none of them void."""

    def grown(reset: Reset) -> Reset:
        last = list(reset.links.items())[1 - _MOST_LINKS :]
        return Reset(links={**dict(last), token_hash: until})

    resets = _resets(home)
    if await resets.update(RESET_ID, grown) is None:
        await resets.add(RESET_ID, Reset(links={token_hash: until}))


def _resets(home: Instance) -> Collection[Reset]:
    return Collection(home.store, DATABASE, Reset)


def routes() -> list[web.AbstractRouteDef]:
    """Return the routes for choosing a passphrase without the old one."""
    return [
        web.get("/auth/passphrase", first),
        web.get("/auth/passphrase_reset", forgotten),
        web.post("/auth/passphrase_reset", reset),
        web.post("/auth/hint", mail_hint),
        web.get("/auth/passphrase_renew", renew),
        web.post("/auth/passphrase_renew", renewed),
    ]
