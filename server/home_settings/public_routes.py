"""What anybody may ask of a home or of its server, without a credential (cozy.md B1)."""

import platform

import msgspec
from aiohttp import web

from server import keys
from server.home_settings.avatar_routes import public_name, show
from server.version import VERSION

_PBKDF2 = 0
"""The number that Bitwarden's clients know the way of deriving by."""


async def prelogin(request: web.Request) -> web.Response:
    """GET /public/prelogin: how to sign in here; clients know a home by it. 412 until set up."""
    home = request[keys.INSTANCE]
    record = home.record
    if not record.onboarded:
        return _json({"error": "the instance has not been onboarded"}, status=412)
    told = {
        "Kdf": _PBKDF2,
        "KdfIterations": home.owner.kdf.iterations,
        "OIDC": record.context in request.app[keys.SETTINGS].oidc,
        "FranceConnect": False,
        "magic_link": False,
        "locale": record.language,
        "name": await public_name(home),
    }
    return _json(told)


async def change_password(request: web.Request) -> web.Response:
    """GET /.well-known/change-password: on to where that is done (W3C, change-password-url)."""
    del request
    raise web.HTTPFound("/auth/security/passphrase")


async def connection_check(request: web.Request) -> web.Response:
    """GET /connection_check: 204, so there is a connection."""
    del request
    return web.Response(status=204)


async def version(request: web.Request) -> web.Response:
    """GET /version: which program this is, in cozy-stack's form."""
    del request
    runtime = f"python{platform.python_version()}"
    told = {"version": VERSION, "build_mode": "production", "build_time": ""}
    return _json({**told, "runtime_version": runtime})


async def status(request: web.Request) -> web.Response:
    """GET /status: whether all is well, in cozy-stack's form; 502 when it is not."""
    problem = await request.app[keys.READINESS].problem()
    told = "OK" if problem is None else "KO"
    health = "healthy" if problem is None else problem
    parts = {"cache": "healthy", "couchdb": health, "fs": health}
    body = {**parts, "status": told, "latency": {}, "message": told}
    return _json(body, status=200 if problem is None else 502)


def routes() -> list[web.AbstractRouteDef]:
    """Return the routes that take no credential."""
    return [
        web.get("/public/prelogin", prelogin),
        web.get("/public/avatar", show),
        web.get("/.well-known/change-password", change_password),
        web.get("/connection_check", connection_check),
        web.get("/version", version),
        web.get("/status", status),
    ]


def _json(told: object, *, status: int = 200) -> web.Response:
    headers = {"Content-Type": "application/json", "Cache-Control": "no-store"}
    return web.Response(status=status, body=msgspec.json.encode(told), headers=headers)
