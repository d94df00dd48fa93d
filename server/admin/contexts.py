"""/contexts on the admin address: what the settings say of each."""

from aiohttp import web

from server import keys
from server.admin.errors import answer, refusal
from server.admin.shown import shown_context


async def list_contexts(request: web.Request) -> web.Response:
    """GET /contexts."""
    contexts = request.app[keys.CONTEXTS].by_name
    return answer(200, {"data": [shown_context(*entry) for entry in sorted(contexts.items())]})


async def show_context(request: web.Request) -> web.Response:
    """GET /contexts/{name}."""
    name = request.match_info["name"]
    context = request.app[keys.CONTEXTS].by_name.get(name)
    if context is None:
        return refusal(404, "context_missing", f"The settings have no context {name!r}.")
    return answer(200, {"data": shown_context(name, context)})


def routes() -> list[web.AbstractRouteDef]:
    """Return the routes about contexts."""
    return [web.get("/contexts", list_contexts), web.get("/contexts/{name}", show_context)]
