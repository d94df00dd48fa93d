"""`/apps`: the applications of a home, as Cozy's clients list them (cozy.md B13)."""

import msgspec
from aiohttp import web

from doctypes.permissions.rule import Verb
from replication.core.document import StoredRevision
from server import keys
from server.apps.entering import DOOR, hand_over
from server.apps.installed import DOCTYPE, all_apps, find_app, id_of, uninstall
from server.audit.trail import audited
from server.auth.access import Access, Need
from server.http.jsonapi import Resource, answer_many, answer_one
from server.instances.hosts import app_host

_READS = Access(Need.TYPE, verb=Verb.GET, doctype=DOCTYPE)
_ACCESS = {
    ("GET", "/apps/"): _READS,
    ("GET", "/apps/{slug}"): _READS,
    ("GET", "/apps/{slug}/icon"): Access(Need.CREDENTIAL, cookie=True),
    ("DELETE", "/apps/{slug}"): Access(Need.TYPE, verb=Verb.DELETE, doctype=DOCTYPE),
    ("GET", DOOR): Access(Need.PERSON, cookie=True),
}


def apps_access(method: str, route: str) -> Access | None:
    """Return what a route of applications takes; None for other doors."""
    return _ACCESS.get((method, route))


async def list_apps(request: web.Request) -> web.Response:
    """GET /apps/."""
    return answer_many([_resource(request, row) for row in await all_apps(request[keys.HOME])])


async def show_app(request: web.Request) -> web.Response:
    """GET /apps/{slug}."""
    return answer_one(_resource(request, await _asked(request)))


async def show_icon(request: web.Request) -> web.Response:
    """GET /apps/{slug}/icon: the picture that its manifest names."""
    home = request[keys.HOME]
    app = await find_app(home, request.match_info["slug"])
    icon = app.files.get(app.manifest.icon) if app is not None else None
    if icon is None:
        raise web.HTTPNotFound(text="There is no such picture.")
    content = b"".join([piece async for piece in home.blobs.read(icon.blob)])
    headers = {
        "Cache-Control": "private, max-age=3600",
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
        "X-Content-Type-Options": "nosniff",
    }
    return web.Response(body=content, content_type=icon.content_type, headers=headers)


async def remove_app(request: web.Request) -> web.Response:
    """DELETE /apps/{slug}: its tokens open nothing from the next request on."""
    row = await _asked(request)
    slug = request.match_info["slug"]
    await uninstall(request[keys.HOME], slug)
    await audited(request, "app.removed", DOCTYPE, slug=slug)
    return answer_one(_resource(request, row))


def routes() -> list[web.AbstractRouteDef]:
    """Return the routes of applications."""
    return [
        web.get("/apps/", list_apps),
        web.get("/apps/{slug}", show_app),
        web.get("/apps/{slug}/icon", show_icon),
        web.delete("/apps/{slug}", remove_app),
        web.get(DOOR, hand_over),
    ]


async def _asked(request: web.Request) -> StoredRevision:
    wanted = id_of(request.match_info["slug"])
    for row in await all_apps(request[keys.HOME]):
        if row.document_id == wanted:
            return row
    raise web.HTTPNotFound(text="There is no such application.")


def _resource(request: web.Request, row: StoredRevision) -> Resource:
    slug = row.document_id.partition("/")[2]
    flat = request.app[keys.SETTINGS].subdomains == "flat"
    name, colon, port = request.host.partition(":")
    path = f"/apps/{slug}"
    links = {
        "related": f"{request.scheme}://{app_host(name, slug, flat=flat)}{colon}{port}/",
        "icon": f"{path}/icon",
    }
    told = msgspec.json.decode(row.body)
    return Resource(DOCTYPE, row.document_id, told, str(row.revision), path=path, links=links)
