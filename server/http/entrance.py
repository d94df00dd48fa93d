"""Which home a request is for, and whether it answers: from the Host header to the instance."""

from datetime import UTC, datetime

from aiohttp import web
from aiohttp.typedefs import Handler

from server import keys
from server.auth.public import WITHOUT_HOME
from server.instances.directory import Addressed, AppMissing
from server.instances.standing import check_standing


@web.middleware
async def enter_home(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Find the home that the Host header names, and keep it open meanwhile.

    One that has moved, or is called otherwise now, sends on with 308, which keeps method and body
    (cozy.md 0). An application's own host name opens none of the home's doors: what is served
    there is the application's, and would otherwise share an origin with the owner's data.
    """
    context = request[keys.CONTEXT]
    if context.route in WITHOUT_HOME:
        return await handler(request)
    homes = request.app[keys.INSTANCES]
    found = homes.find(request.host)
    context.instance = found.record.domain
    context.app = found.slug
    onward = _onward(request, found)
    if onward:
        raise web.HTTPPermanentRedirect(onward)
    of_home = request.app[keys.CONTEXTS].of(found.record.context)
    check_standing(found.record, of_home, request.path, datetime.now(UTC).date())
    door = request.app.get(keys.APP_DOOR)
    if found.slug and door is None:
        raise AppMissing(found.slug)
    async with homes.borrow(request.host) as instance:
        request[keys.INSTANCE] = instance
        if found.slug and door is not None:
            return await door(request, instance, found.slug)
        return await handler(request)


def _onward(request: web.Request, found: Addressed) -> str:
    """Return the address to go to instead; empty to stay."""
    moved_to, way = found.record.moved_to, request.rel_url.raw_path_qs
    app = f"{found.slug}." if found.slug else ""
    if moved_to:
        scheme, mark, host = moved_to.rpartition("://")
        return f"{scheme or 'https'}{mark or '://'}{app}{host.rstrip('/')}{way}"
    if not found.former:
        return ""
    _, colon, port = request.host.rpartition(":")
    port = f":{port}" if colon and port.isdigit() else ""
    return f"{request.scheme}://{app}{found.record.domain}{port}{way}"
