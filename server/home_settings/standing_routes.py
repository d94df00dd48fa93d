"""What the owner does about their home's standing: sign its terms, have it deleted (cozy.md B9)."""

from datetime import timedelta

from aiohttp import web

from server import keys
from server.audit.trail import audited
from server.auth.errors import NotForThisCredential
from server.auth.principal import Kind
from server.devices.proving import require_proof
from server.home_settings.settings_document import change_settings
from server.instances.changes import Changes
from server.instances.record import rfc3339
from server.sign_in.room import SIGN_IN

DELETION_DELAY = timedelta(days=30)
"""How long whoever hosts a home can bring it back after its owner had it deleted."""


async def sign_terms(request: web.Request) -> web.Response:
    """PUT /settings/instance/sign_tos: the owner agrees to the context's terms; 204.

    A client may carry the owner's yes, a web application not (as cozy-stack has it).
    """
    principal, record = request[keys.PRINCIPAL], request[keys.HOME].record
    if not principal.is_owner and principal.kind not in (Kind.OAUTH, Kind.CLI):
        raise NotForThisCredential
    version = request.app[keys.CONTEXTS].of(record.context).terms_version
    await request.app[keys.HOMES].change(record.domain, Changes(terms_signed=version))
    await audited(request, "terms.signed", version)
    return web.Response(status=204)


async def ask_deletion(request: web.Request) -> web.Response:
    """POST /settings/instance/deletion: 204; the home is shut, and erased after a while.

    Until then whoever hosts it can bring it back (`foyer instance keep`).
    """
    await require_proof(request)
    record = request[keys.HOME].record
    at = rfc3339(request.app[SIGN_IN].now() + DELETION_DELAY)
    await audited(request, "home.deletion_asked", record.domain)
    await request.app[keys.HOMES].change(record.domain, Changes(deletion_at=at))
    return web.Response(status=204)


async def forget_move(request: web.Request) -> web.Response:
    """DELETE /settings/instance/moved_from: 204; where the home came from is shown no longer."""
    await change_settings(request[keys.HOME].store, {"moved_from": None})
    return web.Response(status=204)


def routes() -> list[web.AbstractRouteDef]:
    """Return these routes."""
    return [
        web.put("/settings/instance/sign_tos", sign_terms),
        web.post("/settings/instance/deletion", ask_deletion),
        web.post("/settings/instance/deletion/force", ask_deletion),
        web.delete("/settings/instance/moved_from", forget_move),
    ]
