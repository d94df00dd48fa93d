"""/instances/{domain}/apps on the admin address: applications installed and taken away."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from aiohttp import web

from server import keys
from server.admin.errors import answer
from server.apps.installed import DOCTYPE, install, uninstall
from server.apps.package import read_package
from server.instances.directory import AppMissing


class Folder(msgspec.Struct, forbid_unknown_fields=True):
    """Where an application lies on this machine."""

    folder: str


async def add(request: web.Request) -> web.Response:
    """POST /instances/{domain}/apps: install what lies in a folder, or another version of it."""
    asked = msgspec.json.decode(await request.read(), type=Folder)
    record = request.app[keys.HOMES].record(request.match_info["domain"])
    package = await asyncio.to_thread(read_package, Path(asked.folder))
    async with request.app[keys.INSTANCES].borrow(record.domain) as home:
        slug = await install(home, package, datetime.now(UTC))
    return _told(slug)


async def remove(request: web.Request) -> web.Response:
    """DELETE /instances/{domain}/apps/{slug}."""
    slug = request.match_info["slug"]
    record = request.app[keys.HOMES].record(request.match_info["domain"])
    async with request.app[keys.INSTANCES].borrow(record.domain) as home:
        if not await uninstall(home, slug):
            raise AppMissing(slug)
    return _told(slug)


def routes() -> list[web.AbstractRouteDef]:
    """Return the routes."""
    one = "/instances/{domain}/apps"
    return [web.post(one, add), web.delete(one + "/{slug}", remove)]


def _told(slug: str) -> web.Response:
    return answer(200, {"data": {"type": DOCTYPE, "id": slug, "attributes": {"result": slug}}})
