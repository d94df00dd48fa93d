"""What any application may ask of a home: what it can do, its flags, its context, its warnings."""

from aiohttp import web

from server import keys
from server.auth.errors import NotForThisCredential
from server.auth.principal import Kind
from server.home_settings.flags import FLAGS_ID, flags_of
from server.home_settings.settings_document import DOCTYPE
from server.http.jsonapi import Resource, answer, answer_one

_CAPABILITIES = "io.cozy.settings.capabilities"
_CONTEXT = "io.cozy.settings.context"
_TIES = "io.cozy.settings.external-ties"


async def capabilities(request: web.Request) -> web.Response:
    """GET /settings/capabilities: any credential."""
    told = {
        "file_versioning": True,
        "flat_subdomains": False,
        "can_auth_with_password": True,
        "can_auth_with_magic_links": False,
        "can_auth_with_oidc": False,
    }
    return answer_one(Resource(DOCTYPE, _CAPABILITIES, told, path=request.path))


async def flags(request: web.Request) -> web.Response:
    """GET /settings/flags[?include=source]: any credential; with the sources, who set them."""
    told = await flags_of(request[keys.HOME])
    own = Resource(DOCTYPE, FLAGS_ID, told, path=request.path)
    if "include" in request.query:
        source = Resource(DOCTYPE, f"{FLAGS_ID}.instance", told)
        return answer_one(own, included=[source.render()])
    return answer_one(own)


async def context(request: web.Request) -> web.Response:
    """GET /settings/context: any credential; what the host says of itself."""
    told: dict[str, object] = {}
    return answer_one(Resource(DOCTYPE, _CONTEXT, told, path=request.path))


async def warnings(request: web.Request) -> web.Response:
    """GET /settings/warnings: 404 with an empty list, which says that nothing is wrong."""
    del request
    return answer({"errors": []}, status=404)


async def external_ties(request: web.Request) -> web.Response:
    """GET /settings/external-ties: what outside of the home hangs on it, before it is deleted."""
    principal = request[keys.PRINCIPAL]
    if not principal.is_owner and principal.kind is not Kind.APP:
        raise NotForThisCredential
    told = {"has_blocking_subscription": False}
    return answer_one(Resource(DOCTYPE, _TIES, told, path=request.path))


async def premium(request: web.Request) -> web.Response:
    """GET /settings/premium: 404, for nobody sells anything here."""
    del request
    raise web.HTTPNotFound(text="There is nothing to subscribe to at this home.")


async def go_home(request: web.Request) -> web.Response:
    """GET /settings/onboarded and /settings/install_flagship_app: on to the home page."""
    del request
    raise web.HTTPSeeOther("/")
