"""Which requests change documents, and of which type: what the audit counts by the hour."""

from aiohttp import web

from doctypes.files.node import DOCTYPE as FILES
from server import keys
from server.audit.entry import CHANGED
from server.audit.trail import AUDIT
from server.auth.errors import TooManyAttempts, Unauthenticated

REFUSED = "login.refused"
"""A password or token that opens nothing was shown."""

_CHANGING = {
    **dict.fromkeys(("PUT", "POST", "PATCH", "PROPPATCH", "MKCOL", "COPY", "MOVE"), "changed"),
    "DELETE": "deleted",
}
_READING = (
    *("_find", "_changes", "_all_docs", "_bulk_get", "_revs_diff", "_missing_revs", "_local"),
    *("_index", "_explain", "_ensure_full_commit", "_view", "_search", "queries"),
)
_OK = 400


def count_change(request: web.Request, status: int) -> None:
    """Count a request that changed documents, if it did, for who asked it."""
    verb = _CHANGING.get(request.method)
    doctype = _doctype_of(request) if verb and status < _OK else None
    principal = request.get(keys.PRINCIPAL)
    if verb is None or doctype is None or principal is None:
        return
    request.app[AUDIT].count(
        principal.domain,
        CHANGED,
        by=principal,
        subject=doctype,
        address=request[keys.CALLER].address,
        verb=verb,
    )


def count_refusal(request: web.Request, error: Exception) -> None:
    """Count a login that was refused, by where it came from; one that shows nothing is none."""
    shows = "Authorization" in request.headers
    if shows and isinstance(error, Unauthenticated | TooManyAttempts):
        domain, address = request[keys.INSTANCE].domain, request[keys.CALLER].address
        request.app[AUDIT].count(domain, REFUSED, address=address)


def _doctype_of(request: web.Request) -> str | None:
    route = request[keys.CONTEXT].route
    if route.startswith(("/dav/", "/files", "/remote.php", "/office")):
        return FILES
    if not route.startswith(("/data/", "/couchdb/")) or any(part in route for part in _READING):
        return None
    return request.match_info.get("database")
