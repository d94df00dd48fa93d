"""A server that answers as a test says: for what no CouchDB at hand answers."""

from aiohttp import web
from aiohttp.test_utils import TestServer


class ScriptedCouch:
    """Answers by method and path below the database; the last answer of a list is kept."""

    def __init__(self, answers):
        self.answers = {route: list(given) for route, given in answers.items()}
        self.asked = []
        app = web.Application(client_max_size=1 << 30)
        app.router.add_route("*", "/db{rest:.*}", self._answer)
        self.server = TestServer(app)

    async def __aenter__(self):
        await self.server.start_server()
        return self

    async def __aexit__(self, *_):
        await self.server.close()

    @property
    def url(self):
        return str(self.server.make_url("/db"))

    async def _answer(self, request):
        route = f"{request.method} {request.match_info['rest']}"
        self.asked.append((route, dict(request.query), await request.read()))
        given = self.answers.get(route, [(404, {"error": "not_found", "reason": "missing"})])
        status, body = given.pop(0) if len(given) > 1 else given[0]
        if callable(body):
            return await body(request)
        if isinstance(body, bytes):
            return web.Response(status=status, body=body)
        return web.json_response(body, status=status)
