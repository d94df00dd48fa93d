"""All routes for signing in, and for what has to do with it."""

from aiohttp import web

from server.sign_in import (
    auth_mode_routes,
    factor_routes,
    login_routes,
    passkey_routes,
    passphrase_routes,
    second_step_routes,
    security_routes,
    session_routes,
    set_up_routes,
)

_PARTS = (
    login_routes,
    second_step_routes,
    passkey_routes,
    set_up_routes,
    passphrase_routes,
    security_routes,
    factor_routes,
    session_routes,
    auth_mode_routes,
)


def routes() -> list[web.AbstractRouteDef]:
    """Return the routes of this room."""
    return [route for part in _PARTS for route in part.routes()]
