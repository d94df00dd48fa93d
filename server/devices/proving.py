"""Letting something new in takes the owner's passphrase, shown a moment ago.

Else who finds a browser open for a minute could leave with a password that lasts.
"""

from urllib.parse import urlencode

from aiohttp import web

from server.sign_in.security_page import PAGE, ProofNeeded, require_fresh


async def proof_first(request: web.Request, back_to: str) -> web.Response | None:
    """Return the way to where the passphrase is shown once more, and back; None if it just was."""
    try:
        await require_fresh(request)
    except ProofNeeded:
        where = f"{PAGE}/confirm?{urlencode({'redirect': back_to})}"
        return web.Response(status=303, headers={"Location": where, "Cache-Control": "no-store"})
    return None


async def require_proof(request: web.Request) -> None:
    """Raise 403, with what to do, unless the passphrase was shown a moment ago."""
    try:
        await require_fresh(request)
    except ProofNeeded as needed:
        raise web.HTTPForbidden(
            text=f"Show your passphrase once more, at {PAGE}/confirm, then try again."
        ) from needed
