"""What clients ask before anything else: is there a server, which one, and whose account is it."""

from aiohttp import web

from server import keys
from server.home.white_label import LOGO
from server.home_settings.avatar_routes import public_name, show
from server.nextcloud.capabilities import Theme, capabilities, takes_bulk
from server.nextcloud.identity import VERSION, VERSION_STRING
from server.nextcloud.ocs import OcsError, answered, refused

UNLIMITED = -3


async def status(request: web.Request) -> web.Response:
    """GET /status.php: the server, before anybody signs in."""
    context = request.app[keys.CONTEXTS].of(request[keys.INSTANCE].record.context)
    told = {
        "installed": True,
        "maintenance": False,
        "needsDbUpgrade": False,
        "version": ".".join(map(str, VERSION)),
        "versionstring": VERSION_STRING,
        "edition": "",
        "productname": context.title,
        "extendedSupport": False,
    }
    return web.json_response(told, headers={"Cache-Control": "no-store"})


async def nothing(request: web.Request) -> web.Response:
    """GET /index.php/204: clients see by it whether a hotel's login page is in between."""
    del request
    return web.Response(status=204)


async def told_capabilities(request: web.Request) -> web.Response:
    """GET /ocs/v2.php/cloud/capabilities."""
    context = request.app[keys.CONTEXTS].of(request[keys.INSTANCE].record.context)
    address = f"{request.scheme}://{request.host}"
    logo = "" if context.logo is None else address + LOGO
    theme = Theme(context.title, address, logo, context.accent)
    bulk = takes_bulk(request.headers.get("User-Agent", ""))
    return answered(request, capabilities(theme, bulk=bulk))


async def user(request: web.Request) -> web.Response:
    """GET /ocs/v2.php/cloud/user: the owner, and how much room there is."""
    home = request[keys.HOME]
    named = request.match_info.get("user", home.owner.name)
    if named != home.owner.name:
        return refused(request, OcsError(404, "User does not exist"))
    used, quota = (await home.files.usage()).total, home.files.quota
    free = UNLIMITED if quota is None else max(quota - used, 0)
    name = await public_name(home)
    told = {
        "enabled": True,
        "id": home.owner.name,
        "display-name": name,
        "displayname": name,
        "email": "",  # where letters go that let somebody in is no program's business
        "phone": "",
        "address": "",
        "website": "",
        "twitter": "",
        "groups": [],
        "language": home.record.language,
        "locale": home.record.language,
        "quota": {
            "free": free,
            "used": used,
            "total": used + free if quota is not None else UNLIMITED,
            "relative": 0.0 if not quota else round(100 * used / quota, 2),
            "quota": UNLIMITED if quota is None else quota,
        },
        "backendCapabilities": {"setDisplayName": False, "setPassword": False},
    }
    return answered(request, told)


async def avatar(request: web.Request) -> web.StreamResponse:
    """GET /index.php/avatar/{user}/{size}: the owner's picture, or their initials."""
    if request.match_info["user"] != request[keys.INSTANCE].owner.name:
        raise web.HTTPNotFound
    return await show(request)


def routes() -> list[web.AbstractRouteDef]:
    """Return its routes."""
    found: list[web.AbstractRouteDef] = [web.get("/status.php", status)]
    for prefix in ("/index.php", ""):
        found.append(web.get(f"{prefix}/204", nothing))
        found.append(web.get(f"{prefix}/avatar/{{user}}/{{size:\\d+}}", avatar))
    for prefix in ("/ocs/v1.php", "/ocs/v2.php"):
        found.append(web.get(f"{prefix}/cloud/capabilities", told_capabilities))
        found.append(web.get(f"{prefix}/cloud/user", user))
        found.append(web.get(f"{prefix}/cloud/users/{{user}}", user))
    return found
