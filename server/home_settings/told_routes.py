"""What any application may ask of a home: what it can do, its flags, its context, its warnings."""

from aiohttp import web

from server import keys
from server.auth.errors import NotForThisCredential
from server.auth.principal import Kind
from server.home_settings.flags import FLAGS_ID, flag_sources, together
from server.home_settings.settings_document import DOCTYPE
from server.http.jsonapi import Resource, answer, answer_one
from server.instances.instance import Instance
from server.instances.standing import blocked_warning, terms_warning
from server.settings import Settings

_CAPABILITIES = "io.cozy.settings.capabilities"
_CONTEXT = "io.cozy.settings.context"
_TIES = "io.cozy.settings.external-ties"


async def capabilities(request: web.Request) -> web.Response:
    """GET /settings/capabilities: any credential."""
    told = capabilities_of(request.app[keys.SETTINGS], request[keys.HOME])
    return answer_one(Resource(DOCTYPE, _CAPABILITIES, told, path=request.path))


def capabilities_of(settings: Settings, home: Instance) -> dict[str, bool]:
    """Return what a home can do."""
    return {
        "file_versioning": True,
        "flat_subdomains": settings.subdomains == "flat",
        "can_auth_with_password": bool(home.owner.password_hash),
        "can_auth_with_magic_links": False,
        "can_auth_with_oidc": home.record.context in settings.oidc,
    }


async def flags(request: web.Request) -> web.Response:
    """GET /settings/flags[?include=source]: any credential; with the sources, who set them."""
    sources = await flag_sources(request[keys.HOME], request.app[keys.CONTEXTS])
    own = Resource(DOCTYPE, FLAGS_ID, together(sources), path=request.path)
    if "include" in request.query:
        told = [Resource(DOCTYPE, one.id, one.flags).render() for one in sources if one.flags]
        return answer_one(own, included=told)
    return answer_one(own)


async def context(request: web.Request) -> web.Response:
    """GET /settings/context: any credential; what the host says of itself."""
    home = request[keys.HOME]
    own = request.app[keys.CONTEXTS].of(home.record.context)
    told: dict[str, object] = {
        "name": home.record.context,
        "title": own.title,
        "support_address": own.support_address,
        "tos_url": own.terms_url,
        "default_redirection": "",
        "onboarded_redirection": "",
    }
    return answer_one(Resource(DOCTYPE, _CONTEXT, told, path=request.path))


async def warnings(request: web.Request) -> web.Response:
    """GET /settings/warnings: 402 with what the owner should see to; 404 where nothing is wrong."""
    record = request[keys.HOME].record
    own = request.app[keys.CONTEXTS].of(record.context)
    found = (blocked_warning(record, own), terms_warning(record, own))
    told = [warning.shown() for warning in found if warning is not None]
    return answer({"errors": told}, status=402 if told else 404)


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
