"""Sessions as Cozy's applications list them, and codes that open one (cozy.md B3, B9)."""

from aiohttp import web

from doctypes.permissions.rule import Verb
from server import keys
from server.auth.errors import NotForThisCredential
from server.auth.principal import Kind
from server.auth.shown import read_shown
from server.http.jsonapi import Resource, answer_many, answer_one
from server.oauth.one_time_code import CODE_LENGTH, Codes, OneTimeCode, Opens
from server.sign_in.errors import SignInRefused
from server.sign_in.factors import read_factors
from server.sign_in.login_routes import check_passphrase, second_step_needed
from server.sign_in.opening import end_session, keep_session, open_session
from server.sign_in.room import SIGN_IN
from server.sign_in.second_step import begin_step, end_step, read_step
from server.sign_in.second_step_routes import TOKEN, prove
from server.sign_in.session import DOCTYPE, Session, sessions_of
from server.sign_in.signed_in import (
    NO_STORE,
    refusal,
    require_private,
    sent_in,
    text_of,
)

CODE = "session_code"


async def listed(request: web.Request) -> web.Response:
    """GET /settings/sessions: the owner's sessions that have not ended."""
    _require(request, Verb.GET)
    now = request.app[SIGN_IN].now().timestamp()
    found = [
        _resource(kept.id, kept.value)
        async for kept in sessions_of(request[keys.HOME].store).all()
        if now < kept.value.ends_at
    ]
    return answer_many(found)


async def current(request: web.Request) -> web.Response:
    """GET /settings/sessions/current: the one that asks, or in which an application runs."""
    kept = await sessions_of(request[keys.HOME].store).get(request[keys.PRINCIPAL].credential)
    if kept is None:
        raise web.HTTPNotFound(text="This is no session.")
    return answer_one(_resource(kept.id, kept.value))


async def revoke(request: web.Request) -> web.Response:
    """DELETE /settings/sessions/<id>: end it. 204; 404 where there is none."""
    _require(request, Verb.DELETE)
    if not await end_session(request, request.match_info["id"]):
        raise web.HTTPNotFound(text="There is no such session.")
    return web.Response(status=204)


async def new_code(request: web.Request) -> web.Response:
    """POST /auth/session_code: a code that opens one session, for a token with scope `*`."""
    if not request[keys.PRINCIPAL].permissions.everything:
        raise NotForThisCredential
    return await _code(request)


async def new_code_by_passphrase(request: web.Request) -> web.Response:
    """POST /auth/session_code with a passphrase: the same; 403 while a second factor is missing."""
    require_private(request)
    sent = await sent_in(request)
    if not await check_passphrase(request, sent):
        return refusal(request, "wrong_passphrase", 401)
    factors, token = await read_factors(request[keys.INSTANCE].store), text_of(sent, *TOKEN)
    if await second_step_needed(request, factors, sent):
        if not token:
            return refusal(request, "second_needed", 403, two_factor_token=begin_step(request))
        try:
            step = read_step(request, token)
            await prove(request, sent, step)
            end_step(request, step)
        except SignInRefused as refused:
            return refusal(request, refused.key, 403)
    return await _code(request)


async def redeemed(request: web.Request) -> web.Response | None:
    """Open a session for the code in a page's address, once, and lead to the page without it.

    None where there is no code; a code that is none is left out all the same.
    """
    code = request.query.get(CODE)
    if code is None or request.method != "GET" or not request[keys.CALLER].private:
        return None
    left = request.rel_url.without_query_params(CODE)
    response = web.Response(status=303, headers={"Location": str(left), **NO_STORE})
    codes, now = Codes(request[keys.INSTANCE].store), request.app[SIGN_IN].now()
    kept = await codes.look(code, Opens.SESSION, now)
    if kept is not None and await codes.take(kept):
        cookie = await open_session(request, way="session code", proved=False)
        keep_session(request, response, cookie, long_run=False)
    return response


async def new_session_code(request: web.Request) -> str:
    """Make a code that opens one session."""
    room = request.app[SIGN_IN]
    code = room.random(CODE_LENGTH).hex()
    value = OneTimeCode(opens=Opens.SESSION, issued_at=room.now().isoformat())
    await Codes(request[keys.INSTANCE].store).add(code, value)
    return code


async def _code(request: web.Request) -> web.Response:
    told = {"session_code": await new_session_code(request)}
    return web.json_response(told, status=201, headers=NO_STORE)


async def session_code(request: web.Request) -> web.Response:
    """POST /auth/session_code: by a token, or by the passphrase where none is shown."""
    if "Authorization" not in request.headers:
        return await new_code_by_passphrase(request)
    principal = await request.app[keys.AUTHENTICATOR].principal(
        read_shown(request.headers, {}, {}), request[keys.INSTANCE], request[keys.CALLER].address
    )
    require_private(request)
    request[keys.PRINCIPAL] = principal
    return await new_code(request)


def _resource(session_id: str, session: Session) -> Resource:
    told = {
        "created_at": session.created_at,
        "last_seen": session.last_seen,
        "long_run": session.long_run,
        "ip": session.ip,
        "user_agent": session.user_agent,
        "way": session.way,
    }
    return Resource(DOCTYPE, session_id, told)


def _require(request: web.Request, verb: Verb) -> None:
    principal = request[keys.PRINCIPAL]
    if principal.kind is Kind.SESSION:
        return
    if not principal.permissions.allows_type(verb, DOCTYPE):
        raise NotForThisCredential


def routes() -> list[web.AbstractRouteDef]:
    """Return the routes of sessions."""
    return [
        web.get("/settings/sessions", listed),
        web.get("/settings/sessions/current", current),
        web.delete("/settings/sessions/{id}", revoke),
        web.post("/auth/session_code", session_code),
    ]
