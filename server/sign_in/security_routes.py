"""What the owner does on the page about who can get in, but for the factors themselves."""

from urllib.parse import urlencode

import msgspec
from aiohttp import web

from server import keys
from server.audit.trail import audited
from server.auth.errors import TooManyAttempts
from server.pages.forms import FIELD, check_form
from server.pages.page import Sheet, page
from server.sign_in.known_browser import forget_browsers
from server.sign_in.login_routes import check_passphrase
from server.sign_in.opening import end_session, end_sessions
from server.sign_in.passphrase import PassphraseUnfit, change, chosen_of
from server.sign_in.redirects import safe_target
from server.sign_in.room import SIGN_IN
from server.sign_in.security_page import PAGE, security_page
from server.sign_in.session import sessions_of
from server.sign_in.signed_in import lead_on, origin_of, refusal, text_of, wants_json
from server.sign_in.vault_keys import KEY, read_vault
from server.sign_in.words import WORDS


async def show(request: web.Request) -> web.Response:
    """GET /auth/security: the page."""
    said = request.query.get("done", "")
    return await security_page(request, said if f"done_{said}" in WORDS["en"] else "")


async def end_one(request: web.Request) -> web.Response:
    """POST /auth/security/sessions/<id>/end: end a session, with all it has open."""
    await _checked(request)
    await end_session(request, request.match_info["id"])
    await audited(request, "session.ended")
    return lead_on(request, f"{PAGE}?done=session_ended")


async def end_others(request: web.Request) -> web.Response:
    """POST /auth/security/sessions/end-others: end all but the one that asks."""
    await _checked(request)
    await end_sessions(request, but=request[keys.PRINCIPAL].credential)
    await audited(request, "sessions.ended")
    return lead_on(request, f"{PAGE}?done=others_ended")


async def forget(request: web.Request) -> web.Response:
    """POST /auth/security/browsers/forget: know no browser any more; sessions go on."""
    await _checked(request)
    await forget_browsers(request[keys.HOME])
    await audited(request, "browsers.forgotten")
    return lead_on(request, f"{PAGE}?done=forgotten")


async def ask_again(request: web.Request) -> web.Response:
    """GET /auth/security/confirm: asks for the passphrase once more."""
    return _confirm_page(request, request.query.get("redirect", ""), "")


async def confirm(request: web.Request) -> web.Response:
    """POST …/confirm: the session may change what signs in, for a quarter of an hour."""
    form = await _checked(request)
    target = text_of(form, "redirect")
    try:
        right = await check_passphrase(request, form)
    except TooManyAttempts:
        right, key = False, "too_many"
    else:
        key = "wrong_passphrase"
    if not right:
        return refusal(request, key) if wants_json(request) else _confirm_page(request, target, key)
    now = request.app[SIGN_IN].now().isoformat()
    await sessions_of(request[keys.HOME].store).update(
        request[keys.PRINCIPAL].credential,
        lambda session: msgspec.structs.replace(session, proved_at=now),
    )
    return lead_on(request, _safe(request, target))


async def show_passphrase(request: web.Request) -> web.Response:
    """GET /auth/security/passphrase: the form for another passphrase."""
    return await _passphrase_page(request, "")


async def change_passphrase(request: web.Request) -> web.Response:
    """POST /auth/security/passphrase: another passphrase, for whoever knows the current one."""
    form = await _checked(request)
    try:
        if not await check_passphrase(request, form, "current_passphrase"):
            return await _not_changed(request, "wrong_passphrase", 401)
        chosen = chosen_of(request, form, "passphrase")
        await change(request, chosen, request[keys.PRINCIPAL].credential)
    except TooManyAttempts:
        return await _not_changed(request, "too_many", 429)
    except PassphraseUnfit as unfit:
        return await _not_changed(request, f"unfit_{unfit.key}", 422)
    return lead_on(request, f"{PAGE}?done=passphrase")


def fresh_first(request: web.Request) -> web.Response:
    """Answer what needs the passphrase once more: where to show it."""
    query = urlencode({"redirect": PAGE})
    target = f"{PAGE}/confirm?{query}"
    if wants_json(request):
        return refusal(request, "confirm_first", 403, redirect=target)
    return web.Response(status=303, headers={"Location": target})


async def _checked(request: web.Request) -> dict[str, object]:
    form = await request.post()
    check_form(request, form.get(FIELD))
    return dict(form)


async def _not_changed(request: web.Request, key: str, status: int) -> web.Response:
    if wants_json(request):
        return refusal(request, key, status)
    return await _passphrase_page(request, key, status)


async def _passphrase_page(request: web.Request, error: str, status: int = 200) -> web.Response:
    home = request[keys.HOME]
    vault = await read_vault(home.store)
    values = {
        "kdf": home.owner.kdf,
        "iterations": request.app[SIGN_IN].kdf_iterations,
        "owner": home.owner.name,
        "vault_key": vault.get(KEY, ""),
        "error": error,
    }
    sheet = Sheet("sign_in/passphrase.html", WORDS, values, forms="/auth", scripts=True)
    return page(request, sheet, status=status)


def _confirm_page(request: web.Request, target: str, error: str) -> web.Response:
    home = request[keys.HOME]
    values = {
        "kdf": home.owner.kdf,
        "owner": home.owner.name,
        "redirect": _safe(request, target),
        "error": error,
    }
    sheet = Sheet("sign_in/confirm.html", WORDS, values, forms="/auth", scripts=True)
    return page(request, sheet, status=401 if error else 200)


def _safe(request: web.Request, target: str) -> str:
    return safe_target(target or PAGE, origin_of(request), request[keys.HOME].domain)


def routes() -> list[web.AbstractRouteDef]:
    """Return the routes of the page."""
    return [
        web.get(PAGE, show),
        web.post(PAGE + "/sessions/end-others", end_others),
        web.post(PAGE + "/sessions/{id}/end", end_one),
        web.post(PAGE + "/browsers/forget", forget),
        web.get(PAGE + "/confirm", ask_again),
        web.post(PAGE + "/confirm", confirm),
        web.get(PAGE + "/passphrase", show_passphrase),
        web.post(PAGE + "/passphrase", change_passphrase),
    ]
