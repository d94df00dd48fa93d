"""Query parameters may be separated by semicolons too, as CouchDB's clients may write them."""

from functools import wraps

from aiohttp import web
from aiohttp.typedefs import Handler


def separated(route: web.RouteDef) -> web.RouteDef:
    """Return a route whose handler finds parameters behind a `;` like those behind a `&`."""
    handler: Handler = route.handler

    @wraps(handler)
    async def handle(request: web.Request) -> web.StreamResponse:
        query = request.rel_url.raw_query_string
        if ";" in query:
            url = request.rel_url
            path = url.raw_path + "?" + query.replace(";", "&")
            request = request.clone(rel_url=path)
        return await handler(request)

    return web.RouteDef(route.method, route.path, handle, route.kwargs)
