"""The routes of the web app.

The page holds nothing of the home, so a browser may keep it; the key to the API comes apart, to who
is signed in, and ends with the session.
"""

from base64 import b64encode
from hashlib import sha256
from typing import Annotated

import msgspec
from aiohttp import web

from server import keys
from server.auth.errors import NotForThisCredential
from server.auth.principal import Kind
from server.auth.tokens import Audience, keys_of
from server.office.previews import PREVIEWS
from server.pages.assets import address_of
from server.pages.look import Look, look_of
from server.pages.packed import given
from server.pages.page import Sheet, page, page_language
from server.sign_in.qr import qr_path
from server.web_app.built import PREFIX, build
from server.web_app.words import WORDS

SLUG = "home"
"""By this name the app is known to the home, as an application's slug."""

_EVERYTHING = "*"
_LONGEST = 500
"""Characters of a QR code: cameras of phones read no more with ease."""

_FOR_EVER = "public, max-age=31536000, immutable"
_ICONS = ((192, "web_app/icon-192.png"), (512, "web_app/icon-512.png"))


class _Asked(msgspec.Struct):
    text: Annotated[str, msgspec.Meta(min_length=1, max_length=_LONGEST)]


async def show(request: web.Request) -> web.Response:
    """GET /: the app."""
    look = look_of(request)
    sheet = Sheet("web_app/page.html", WORDS, {"build": build()}, scripts=True)
    return page(request, sheet, headers={"Content-Security-Policy": _policy(look)})


async def enter(request: web.Request) -> web.Response:
    """POST /app/token: a token for the app in this session, which is good for a day.

    `office` tells whether an editor for office documents is connected, `previews` whether they are
    shown as PDF.

    Raises NotForThisCredential for who comes with the passphrase instead of a session.
    """
    principal, home = request[keys.PRINCIPAL], request[keys.HOME]
    if principal.kind is not Kind.SESSION:
        raise NotForThisCredential
    now = request.app[keys.NOW]().timestamp()
    token = keys_of(home).token(Audience.APP, SLUG, now, _EVERYTHING, principal.credential)
    office = request.app[keys.SETTINGS].office is not None
    previews = office or request.app[PREVIEWS].any
    told = {"token": token, "owner": principal.name, "office": office, "previews": previews}
    return web.json_response(told, headers={"Cache-Control": "no-store"})


async def draw_code(request: web.Request) -> web.Response:
    """POST /app/qr `{text}`: a QR code as `{path, side}`; the text stands in no address.

    Raises HTTPUnprocessableEntity for what is no text, or too long to be read by a camera.
    """
    try:
        asked = msgspec.json.decode(await request.read(), type=_Asked)
        path, side = qr_path(asked.text)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise web.HTTPUnprocessableEntity(text=f"Send a text of up to {_LONGEST}.") from error
    told = {"path": path, "side": side}
    return web.json_response(told, headers={"Cache-Control": "no-store"})


async def give_file(request: web.Request) -> web.Response:
    """GET /app/{name}: what the page is made of."""
    file = build().files.get(request.match_info["name"])
    if file is None:
        raise web.HTTPNotFound
    return given(request, file, {"Cache-Control": _FOR_EVER})


async def give_worker(request: web.Request) -> web.Response:
    """GET /sw.js: the service worker; a browser looks for a new one each time."""
    return given(request, build().worker, {"Cache-Control": "no-cache"})


async def give_manifest(request: web.Request) -> web.Response:
    """GET /manifest.webmanifest: how the app is installed (W3C Web Application Manifest)."""
    look = look_of(request)
    told = {
        "id": "/",
        "name": look.name,
        "short_name": look.name,
        "lang": page_language(request),
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#faf7f2",
        "theme_color": look.accent or "#a8401a",
        "icons": [
            {
                "src": address_of(name),
                "sizes": f"{size}x{size}",
                "type": "image/png",
                "purpose": purpose,
            }
            for size, name in _ICONS
            for purpose in ("any", "maskable")
        ],
    }
    return web.json_response(
        told, content_type="application/manifest+json", headers={"Cache-Control": "no-cache"}
    )


def routes() -> list[web.AbstractRouteDef]:
    """Return the routes of the app."""
    return [
        web.get("/", show),
        web.post("/app/token", enter),
        web.post("/app/qr", draw_code),
        web.get(PREFIX + "{name}", give_file),
        web.get("/sw.js", give_worker),
        web.get("/manifest.webmanifest", give_manifest),
    ]


def _policy(look: Look) -> str:
    """Return what the page may load: its own parts, this home, and what it made itself."""
    digest = b64encode(sha256(look.style.encode()).digest()).decode()
    style = f" 'sha256-{digest}'" if look.style else ""
    return (
        f"default-src 'none'; script-src 'self'; style-src 'self'{style}; connect-src 'self'; "
        "img-src 'self' blob: data:; media-src 'self' blob:; frame-src blob:; font-src 'self'; "
        "manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    )
