"""What this server can do, for clients that ask first (RFC 8414)."""

from aiohttp import web

from server.devices.pairing_grant import GRANT_TYPE as DEVICE_GRANT
from server.oauth.challenge import METHOD

WELL_KNOWN = "/.well-known/oauth-authorization-server"


async def describe(request: web.Request) -> web.Response:
    """GET the document: endpoints at the host that was asked, and what they take."""
    base = f"{request.scheme}://{request.host}"
    return web.json_response(
        {
            "issuer": base,
            "authorization_endpoint": f"{base}/auth/authorize",
            "token_endpoint": f"{base}/auth/access_token",
            "revocation_endpoint": f"{base}/auth/revoke",
            "registration_endpoint": f"{base}/auth/register",
            "device_authorization_endpoint": f"{base}/auth/device_authorization",
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": ["authorization_code", "refresh_token", DEVICE_GRANT],
            "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
            "revocation_endpoint_auth_methods_supported": [
                "client_secret_post",
                "client_secret_basic",
            ],
            "code_challenge_methods_supported": [METHOD],
            "ui_locales_supported": ["en", "fr"],
        },
        headers={"Cache-Control": "public, max-age=3600", "Access-Control-Allow-Origin": "*"},
    )
