"""The routes of this room."""

from aiohttp import web

from server.oauth import authorizing, discovery, flagship, registering, token_routes
from server.oauth.oidc import native, signing_in

_OF_CLIENT = "/auth/register/{client_id}"


def routes() -> list[web.AbstractRouteDef]:
    """Return them all."""
    return [
        web.post("/auth/register", registering.register),
        web.get(_OF_CLIENT, registering.read, allow_head=False),
        web.put(_OF_CLIENT, registering.update),
        web.delete(_OF_CLIENT, registering.delete),
        web.get("/auth/authorize", authorizing.ask, allow_head=False),
        web.post("/auth/authorize", authorizing.answer),
        web.post("/auth/clients/{client_id}/flagship", flagship.certify),
        web.post("/auth/login/flagship", flagship.log_in),
        web.post("/auth/tokens/konnectors/{slug}", flagship.konnector_token),
        web.post("/auth/access_token", token_routes.give_tokens),
        web.post("/auth/revoke", token_routes.revoke),
        web.get(discovery.WELL_KNOWN, discovery.describe),
        web.get("/oidc/start", signing_in.start, allow_head=False),
        web.get("/oidc/redirect", signing_in.come_back, allow_head=False),
        web.get("/oidc/return", signing_in.lead_home, allow_head=False),
        web.post("/oidc/access_token", native.give_tokens),
    ]
