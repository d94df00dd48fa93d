"""The routes of news: the websocket, server-sent events, and telling those who listen."""

import msgspec
from aiohttp import web

from doctypes.permissions.reserved import require_readable
from doctypes.permissions.rule import Subject, Verb
from server import keys
from server.auth.access import IN_HANDLER, Access, Need
from server.realtime import event_stream, socket
from server.realtime.events import notice
from server.realtime.notices import NOTICES

_SOCKET, _EVENTS, _NOTICE = "/realtime/", "/realtime/events", "/realtime/{doctype}/{id}"


def realtime_access(method: str, route: str) -> Access | None:
    """Return what a route takes; the websocket says who it is once it is open."""
    del method
    if route == _EVENTS:
        return Access(Need.CREDENTIAL, cookie=True)
    return IN_HANDLER if route == _NOTICE else None


async def tell(request: web.Request) -> web.Response:
    """POST /realtime/{doctype}/{id} `{data}`: pass it to all who listen; 204 (cozy.md B8)."""
    doctype, document_id = request.match_info["doctype"], request.match_info["id"]
    require_readable(doctype)
    subject = Subject(document_id, {})
    request[keys.PRINCIPAL].permissions.require(Verb.POST, doctype, subject)
    try:
        told = msgspec.json.decode(await request.read(), type=dict[str, msgspec.Raw])
    except msgspec.DecodeError as error:
        raise web.HTTPBadRequest(text="The body must be a JSON object with data.") from error
    data = bytes(told.get("data", msgspec.Raw(b"null")))
    domain = request[keys.HOME].domain
    request.app[NOTICES].tell(domain, notice(doctype, document_id, data))
    return web.Response(status=204)


def routes() -> list[web.RouteDef]:
    """Return the routes of news."""
    return [
        web.get(_SOCKET, socket.handle),
        web.get(_EVENTS, event_stream.handle),
        web.post(_NOTICE, tell),
    ]
