"""The changes feed in Cozy's dialect: its parameters, and beyond it the feeds that go on."""

from aiohttp import web

from server.data import changes
from server.data.cozy.refusals import CozyRefused
from server.data.dialect import COZY

_TAKEN = frozenset(
    {
        *("feed", "style", "since", "limit", "timeout", "include_docs", "heartbeat", "_nonce"),
        *("seq_interval", "descending", "last-event-id", "bearer_token"),
    }
)
"""cozy.md B6, and what a feed that goes on and a token in the URL need."""

_FILTERS = frozenset({"_doc_ids", "_selector", "_design"})


async def handle(request: web.Request) -> web.StreamResponse:
    """GET or POST /data/{doctype}/_changes. Raises CozyRefused for what Cozy does not take."""
    for name in request.query:
        if name not in _TAKEN and not _is_taken_filter(request, name):
            raise CozyRefused(f"Unsupported query parameter '{name}'")
    return await changes.handle(request)


def _is_taken_filter(request: web.Request, name: str) -> bool:
    return name == "filter" and request.method == "POST" and request.query["filter"] in _FILTERS


def routes() -> list[web.RouteDef]:
    """Return the routes of the feed."""
    feed = COZY.prefix + "/{database}/_changes"
    return [web.get(feed, handle), web.post(feed, handle)]
