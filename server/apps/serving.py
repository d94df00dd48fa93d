"""An application at its own host name: its files, its pages with a token, and nothing of the home.

What is served there shares an origin with the application alone. Its API is the home's, which it
asks across origins with its token.
"""

from dataclasses import dataclass
from urllib.parse import urlencode

from aiohttp import web

from server import keys
from server.apps.entering import CODE, COOKIE, DOOR, app_token, entered, session_of
from server.apps.installed import InstalledApp, find_app
from server.apps.manifest import Route
from server.apps.markup import Facts, filled
from server.auth.errors import ConnectionReadable, CrossSiteRequest
from server.home_settings.flags import flags_of
from server.home_settings.told_routes import capabilities_of
from server.instances.directory import AppMissing
from server.instances.hosts import home_host
from server.instances.instance import Instance

_READING = ("GET", "HEAD")
_HTML = "text/html"


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an application is asked: its home's origin, and how its name is made."""

    scheme: str
    home: str
    flat: bool

    @property
    def origin(self) -> str:
        return f"{self.scheme}://{self.home}"


async def serve_app(request: web.Request, home: Instance, slug: str) -> web.StreamResponse:
    """Answer what is asked of an application's host. Raises AppMissing, ConnectionReadable."""
    app = await find_app(home, slug)
    if app is None:
        raise AppMissing(slug)
    if request.method not in _READING:
        raise web.HTTPMethodNotAllowed(request.method, _READING)
    if CODE in request.query:
        return await _let_in(request, home, slug)
    found = app.manifest.found(request.path)
    if found is None:
        raise web.HTTPNotFound(text="The application has no such page.")
    return await _answered(request, home, app, *found)


async def _answered(
    request: web.Request, home: Instance, app: InstalledApp, route: Route, rest: str
) -> web.StreamResponse:
    name, host = home_host(request.host, app.manifest.slug)
    place = _Place(request.scheme, name, flat=host)
    session = await session_of(request, home, app.manifest.slug, request.app[keys.NOW]())
    if session is None and not route.public:
        if rest not in ("", route.index):
            raise web.HTTPUnauthorized(text="Sign in at the home first.")
        return _sent_to_sign_in(request, app.manifest.slug, place)
    name = route.file_at(rest)
    if rest not in ("", route.index) or not _is_page(app, name):
        return await _file(home, app, name, place)
    return await _page(request, home, app, route, session, place)


def _is_page(app: InstalledApp, name: str) -> bool:
    return name in app.files and app.files[name].content_type == _HTML


async def _page(
    request: web.Request,
    home: Instance,
    app: InstalledApp,
    route: Route,
    session: str | None,
    place: _Place,
) -> web.Response:
    """Return the first page of a route, with a token in it for a browser that goes there."""
    if not request[keys.CALLER].private:
        raise ConnectionReadable
    _require_own(request)
    now = request.app[keys.NOW]()
    token = request.query.get("sharecode", "")
    if session is not None:
        token = app_token(home, app.manifest.slug, session, now)
    facts = Facts(
        token,
        place.home,
        "flat" if place.flat else "nested",
        home.record.language,
        session is not None,
        await flags_of(home, request.app[keys.CONTEXTS]),
        capabilities_of(request.app[keys.SETTINGS], home),
    )
    content = await _content(home, app, route.file_at(""))
    html = filled(content.decode("utf-8", "replace"), app.manifest, facts)
    headers = {**_headers(place), "Cache-Control": "private, no-store"}
    return web.Response(text=html, content_type=_HTML, headers=headers)


async def _file(home: Instance, app: InstalledApp, name: str, place: _Place) -> web.Response:
    content = await _content(home, app, name)
    kind = app.files[name].content_type
    charset = "utf-8" if kind.startswith("text/") else None
    headers = {**_headers(place), "Cache-Control": "private, max-age=300"}
    return web.Response(body=content, content_type=kind, charset=charset, headers=headers)


async def _content(home: Instance, app: InstalledApp, name: str) -> bytes:
    kept = app.files.get(name)
    if kept is None:
        raise web.HTTPNotFound(text="The application has no such file.")
    return b"".join([piece async for piece in home.blobs.read(kept.blob)])


def _require_own(request: web.Request) -> None:
    """Raise CrossSiteRequest where a page elsewhere would read the token along."""
    mode, site = (request.headers.get(f"Sec-Fetch-{what}") for what in ("Mode", "Site"))
    if mode not in (None, "navigate") and site not in (None, "same-origin"):
        raise CrossSiteRequest


def _sent_to_sign_in(request: web.Request, slug: str, place: _Place) -> web.Response:
    asked = {"slug": slug, "to": str(request.rel_url), **({"flat": "1"} if place.flat else {})}
    location = f"{place.origin}{DOOR}?{urlencode(asked)}"
    return web.Response(status=303, headers={"Location": location, "Cache-Control": "no-store"})


async def _let_in(request: web.Request, home: Instance, slug: str) -> web.Response:
    """Give the browser the application's cookie for a code, once, and lead to the page itself."""
    if not request[keys.CALLER].private:
        raise ConnectionReadable
    left = str(request.rel_url.without_query_params(CODE))
    headers = {"Location": left, "Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
    response = web.Response(status=303, headers=headers)
    cookie = await entered(request, home, slug)
    if cookie is not None:
        response.set_cookie(
            COOKIE,
            cookie,
            path="/",
            httponly=True,
            samesite="Lax",
            secure=request.scheme == "https",
        )
    return response


def _headers(place: _Place) -> dict[str, str]:
    socket = f"{'wss' if place.scheme == 'https' else 'ws'}://{place.home}"
    own = f"'self' {place.origin}"
    return {
        "Content-Security-Policy": (
            f"default-src {own}; script-src {own}; style-src {own} 'unsafe-inline'; "
            f"img-src {own} data: blob:; font-src {own} data:; media-src {own} blob:; "
            f"connect-src {own} {socket}; worker-src 'self' blob:; object-src 'none'; "
            f"form-action {own}; base-uri 'self'; frame-ancestors {own}"
        ),
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "Vary": "Cookie",
    }
