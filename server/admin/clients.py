"""/instances/{domain}/clients on the admin address: OAuth clients, and tokens for tests."""

import msgspec
from aiohttp import web

from server import keys
from server.admin.errors import answer
from server.oauth.oauth import OAUTH
from server.oauth.operator import Asked, Operator

RESULTS = "io.cozy.oauth.results"


async def do(request: web.Request) -> web.Response:
    """POST /instances/{domain}/clients: do what is asked; `result` is an id or a token."""
    record = request.app[keys.HOMES].record(request.match_info["domain"])
    asked = msgspec.json.decode(await request.read(), type=Asked)
    async with request.app[keys.INSTANCES].borrow(record.domain) as instance:
        result = await Operator(instance, request.app[OAUTH]).do(asked)
    resource = {"type": RESULTS, "id": asked.what, "attributes": {"result": result}}
    return answer(200, {"data": resource})


def routes() -> list[web.AbstractRouteDef]:
    """Return the route."""
    return [web.post("/instances/{domain}/clients", do)]
