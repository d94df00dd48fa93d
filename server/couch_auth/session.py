"""`_session`: logging in for a cookie, asking who one is, logging out."""

from collections.abc import Mapping

import msgspec
from aiohttp import web

from replication.core.errors import Invalid
from replication.wire.document_json import encode
from server import keys
from server.auth.basic import BasicLogin
from server.auth.errors import Unauthenticated
from server.couch_auth.errors import LoginNeeded
from server.couch_auth.keys import AUTHENTICATOR, UNGUARDED
from server.couch_auth.session_cookie import give_cookie, take_cookie_back
from server.couch_auth.user import User
from server.data.answers import json_answer

WRONG = b'{"error":"unauthorized","reason":"Name or password is incorrect."}'
HANDLERS = ("cookie", "default", "jwt")


async def log_in(request: web.Request) -> web.StreamResponse:
    """POST /_session: a form or JSON with name and password, for a cookie."""
    login = await read_login(request)
    address = request[keys.CALLER].address
    try:
        account = await request.app[AUTHENTICATOR].account(login, request[UNGUARDED], address)
    except Unauthenticated:  # without a challenge: a browser would ask over the page's own form
        answer = json_answer(WRONG, status=401)
        take_cookie_back(answer)
        return answer
    told = {"ok": True, "name": account.name, "roles": account.roles}
    answer = json_answer(encode(told))
    give_cookie(request, answer, account)
    return answer


async def show(request: web.Request) -> web.Response:
    """GET /_session: who asks, as far as is known."""
    user = request[keys.USER]
    if user.name is None and request.query.get("basic") == "true":
        raise LoginNeeded("Please login.")
    return json_answer(encode(session_of(user, HANDLERS)))


async def log_out(request: web.Request) -> web.StreamResponse:
    """DELETE /_session."""
    del request
    answer = json_answer(b'{"ok":true}')
    take_cookie_back(answer)
    return answer


def session_of(user: User, handlers: tuple[str, ...]) -> dict[str, object]:
    """Return what CouchDB tells of a session."""
    info: dict[str, object] = {"authentication_handlers": handlers, "authentication_db": "_users"}
    if user.handler is not None:
        info["authenticated"] = user.handler
    return {"ok": True, "userCtx": {"name": user.name, "roles": user.roles}, "info": info}


async def read_login(request: web.Request) -> BasicLogin:
    """Read name and password from a form or JSON. Raises Invalid, and 415 for anything else."""
    if request.content_type == "application/json":
        told = _json_fields(await request.read())
    elif request.content_type == "application/x-www-form-urlencoded":
        form = await request.post()
        told = {name: value for name, value in form.items() if isinstance(value, str)}
    else:
        raise web.HTTPUnsupportedMediaType(
            text="Content-Type must be 'application/x-www-form-urlencoded' or 'application/json'"
        )
    name = told.get("username", told.get("name"))
    if name is None:
        raise Invalid("bad_request", "request body must contain a username")
    if told.get("name", name) != name:
        raise Invalid("bad_request", "request body contains different usernames")
    return BasicLogin(name, told.get("password", ""))


def _json_fields(body: bytes) -> Mapping[str, str]:
    try:
        told = msgspec.json.decode(body, type=dict[str, object])
    except msgspec.DecodeError as error:
        raise Invalid("bad_request", "invalid UTF-8 JSON") from error
    return {name: value for name, value in told.items() if isinstance(value, str)}


def routes() -> list[web.RouteDef]:
    """Return the routes of sessions."""
    return [
        web.post("/_session", log_in),
        web.get("/_session", show),
        web.delete("/_session", log_out),
    ]
