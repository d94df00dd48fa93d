"""What browsers let pages of other origins do (the Fetch standard, CORS protocol).

The exact origin is echoed, never `*`: with credentials no browser would take that.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPMethod

from aiohttp import web

from server import keys

ANY = "*"
METHODS = "GET, HEAD, PUT, PATCH, POST, DELETE, COPY"
DAV_METHODS = f"{METHODS}, MOVE, MKCOL, PROPFIND, PROPPATCH, LOCK, UNLOCK, REPORT, SEARCH"
MAX_AGE = 43_200
"""Seconds that a browser may remember what a preflight said."""

EXPOSED = "Content-Type, ETag, Server, Accept-Ranges, Content-Length, Content-Range, Location"
DAV_EXPOSED = f"{EXPOSED}, DAV, Allow, Last-Modified, Lock-Token, OC-ETag, OC-FileId, X-OC-MTime"


@dataclass(frozen=True, slots=True)
class CorsPolicy:
    """Which origins may read answers (`*` among them means all), and whether with credentials.

    `methods` are those that pages may use, `exposed` the headers that they may read.
    """

    origins: frozenset[str] = frozenset({ANY})
    credentials: bool = True
    methods: str = METHODS
    exposed: str = EXPOSED

    def admits(self, origin: str) -> bool:
        """Tell whether pages of this origin may read answers."""
        return ANY in self.origins or origin in self.origins


PolicyOf = Callable[[web.Request], CorsPolicy | None]


def answer_headers(policy: CorsPolicy, origin: str) -> dict[str, str]:
    """Return what an answer says to a page of this origin; nothing to one that is not admitted."""
    if not policy.admits(origin):
        return {}
    told = {"Access-Control-Allow-Origin": origin, "Access-Control-Expose-Headers": policy.exposed}
    if policy.credentials:
        told["Access-Control-Allow-Credentials"] = "true"
    return told


def preflight_headers(policy: CorsPolicy, asked: Mapping[str, str]) -> dict[str, str] | None:
    """Return the answer to a preflight by its headers; None for what is none, or not admitted."""
    origin = asked.get("Origin")
    if origin is None or "Access-Control-Request-Method" not in asked or not policy.admits(origin):
        return None
    told = {
        **answer_headers(policy, origin),
        "Access-Control-Allow-Methods": policy.methods,
        "Access-Control-Max-Age": str(MAX_AGE),
    }
    if headers := asked.get("Access-Control-Request-Headers"):
        told["Access-Control-Allow-Headers"] = headers
    return told


def answer_preflight(request: web.Request, policy: CorsPolicy | None) -> web.Response | None:
    """Return the answer to a preflight, which comes without a login; None for other requests."""
    if request.method != HTTPMethod.OPTIONS or policy is None:
        return None
    told = preflight_headers(policy, request.headers)
    return None if told is None else web.Response(status=204, headers={**told, "Vary": "Origin"})


def of_home(request: web.Request) -> CorsPolicy | None:
    """Return the policy of a home: its API is for every page that has a credential (cozy.md 0).

    The owner's cookie is none, which `server/auth/access` sees to. Nothing under `/auth` is for
    pages elsewhere, but for signing out.
    """
    if request[keys.CONTEXT].app:  # an application's pages have a token in them
        return None
    path = request.path
    asked = request.headers.get("Access-Control-Request-Method", request.method)
    if path in _SIGNING_OUT:
        return CorsPolicy() if asked == "DELETE" else None
    if any(path == door or path.startswith(f"{door}/") for door in _DAV):
        return CorsPolicy(methods=DAV_METHODS, exposed=DAV_EXPOSED)
    open_to_pages = any(path == door or path.startswith(door + "/") for door in _DOORS)
    return CorsPolicy() if open_to_pages else None


_SIGNING_OUT = frozenset({"/auth/login", "/auth/login/others"})
_DAV = ("/dav", "/remote.php")
_DOORS = (
    *("/couchdb", "/data", "/files", "/jobs", "/permissions", "/settings", "/realtime"),
    *("/apps", "/konnectors", "/registry", "/intents", "/accounts", "/contacts", "/notifications"),
    *("/notes", "/office", "/shortcuts", "/sharings", "/bitwarden", "/remote", "/move", "/ai"),
    *("/ocs", "/status.php", "/public", "/version", "/status", "/connection_check"),
)


def allow_pages(app: web.Application, policy_of: PolicyOf) -> None:
    """Say in every answer of this application, errors too, whether the asking page may read it."""

    async def say(request: web.Request, response: web.StreamResponse) -> None:
        policy = policy_of(request)
        if policy is None:
            return
        varies = response.headers.getall("Vary", [])
        response.headers["Vary"] = ", ".join([*varies, "Origin"])
        origin = request.headers.get("Origin")
        if origin is not None:
            response.headers.update(answer_headers(policy, origin))

    app.on_response_prepare.append(say)
