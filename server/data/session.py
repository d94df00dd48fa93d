"""`_session` at a home with one owner: for clients that ask who they are before anything else.

Whoever gets here has shown a credential with the request: the owner's password, an app password or
a token. Logging in gives no cookie: what was shown stays what opens the home.
"""

from aiohttp import web

from replication.wire.document_json import encode
from server import keys
from server.data.answers import json_answer
from server.data.dialect import COUCH


def _roles(request: web.Request) -> list[str]:
    return ["_admin"] if request[keys.PRINCIPAL].permissions.everything else []


async def show(request: web.Request) -> web.Response:
    """GET /couchdb/_session: the owner."""
    context = {"name": request[keys.PRINCIPAL].name, "roles": _roles(request)}
    info = {"authentication_handlers": ["default"], "authenticated": "default"}
    return json_answer(encode({"ok": True, "userCtx": context, "info": info}))


async def log_in(request: web.Request) -> web.Response:
    """POST /couchdb/_session: the owner, who is in already; whatever name the form has.

    Raises nothing for a body that cannot be read: it opens nothing here.
    """
    name = request[keys.PRINCIPAL].name
    return json_answer(encode({"ok": True, "name": name, "roles": _roles(request)}))


async def log_out(request: web.Request) -> web.Response:
    """DELETE /couchdb/_session: there is no session to end."""
    del request
    return json_answer(b'{"ok":true}')


def routes() -> list[web.RouteDef]:
    """Return the routes of a home's sessions."""
    path = COUCH.prefix + "/_session"
    return [web.get(path, show), web.post(path, log_in), web.delete(path, log_out)]
