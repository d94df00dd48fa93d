"""The owner's whole home as one archive, to keep or to go away with (docs/formats/export.md)."""

from collections.abc import Mapping
from contextlib import aclosing
from typing import NamedTuple

from aiohttp import web

from server import keys
from server.audit.trail import audited
from server.devices.proving import proof_first
from server.export.exporting import head_of
from server.export.manifest import Wanted
from server.export.stream import streamed
from server.http.sending import send_stream
from server.sign_in.room import SIGN_IN

_YES = ("1", "true", "on")


class _Answer(NamedTuple):
    """What goes before an archive."""

    headers: Mapping[str, str]
    status: int = 200


async def export_home(request: web.Request) -> web.StreamResponse:
    """GET /settings/export?histories=&links=&devices=: an archive of the home.

    A stream that breaks off leaves an archive that no import takes. A browser whose session is not
    fresh is led to where the passphrase is shown once more, and back (303).
    """
    if (first := await proof_first(request, request.path_qs)) is not None:
        return first
    home, now = request[keys.HOME], request.app[SIGN_IN].now()
    asked = {name: request.query.get(name, "") in _YES for name in Wanted.__struct_fields__}
    wanted = Wanted(**asked)
    chosen = ", ".join(name for name, yes in asked.items() if yes)
    await audited(request, "home.exported", home.record.domain, chosen=chosen)
    name = f"{home.record.domain}-{now:%Y%m%d}.tar"
    headers = {
        "Content-Type": "application/x-tar",
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "no-store",
    }
    async with aclosing(streamed(home, head_of(home.record, wanted, now))) as body:
        return await send_stream(request, _Answer(headers), body)


def routes() -> list[web.AbstractRouteDef]:
    """Return this route."""
    return [web.get("/settings/export", export_home)]
