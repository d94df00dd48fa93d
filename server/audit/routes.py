"""The audit as its owner reads it: JSON:API, newest first. `/data/io.cozy.audit` has it too."""

import msgspec
from aiohttp import web

from doctypes.permissions.rule import Verb
from replication.store.protocol import IdRange
from server import keys
from server.audit.entry import DOCTYPE, entries_of
from server.auth.access import Access, Need

PATH = "/settings/audit"
MOST = 200
_USUAL = 50


def audit_access(method: str, route: str) -> Access | None:
    """Return what a route takes; None for other doors."""
    del method
    if route != PATH:
        return None
    return Access(Need.TYPE, cookie=True, verb=Verb.GET, doctype=DOCTYPE)


async def show(request: web.Request) -> web.Response:
    """GET /settings/audit?page[limit]=&page[cursor]=: entries, newest first, and `links.next`."""
    limit = _limit(request.query.get("page[limit]", str(_USUAL)))
    cursor = request.query.get("page[cursor]")
    database = await entries_of(request[keys.HOME].store).database()
    # Listed downwards: what is older than the cursor comes behind it.
    ids = IdRange(start=cursor, descending=True, limit=limit + 1, count_before=False)
    rows, _ = await database.all_docs(ids)
    data = [
        {
            "type": DOCTYPE,
            "id": row.document_id,
            "attributes": msgspec.Raw(row.body),
            "meta": {"rev": str(row.revision)},
        }
        for row in rows[:limit]
    ]
    answer: dict[str, object] = {"data": data}
    if len(rows) > limit:
        later = f"{PATH}?page[limit]={limit}&page[cursor]={rows[limit].document_id}"
        answer["links"] = {"next": later}
    body = msgspec.json.encode(answer)
    return web.Response(body=body, content_type="application/vnd.api+json")


def _limit(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:6]) <= MOST):
        raise web.HTTPUnprocessableEntity(text=f"page[limit] must be 1 to {MOST}")
    return int(text)


def routes() -> list[web.RouteDef]:
    """Return the route of the audit."""
    return [web.get(PATH, show)]
