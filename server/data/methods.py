"""Paths with a name of their own answer to their own methods, and refuse all others.

Without this, `PUT /db/_all_docs` would be taken for a document called `_all_docs`.
"""

from collections.abc import Iterable
from typing import NoReturn

from aiohttp import hdrs, web


def closed(routes: Iterable[web.RouteDef]) -> list[web.RouteDef]:
    """Return the routes, and behind those of each path some that answer 405 to other methods."""
    by_path: dict[str, list[web.RouteDef]] = {}
    for route in routes:
        by_path.setdefault(route.path, []).append(route)
    return [route for path, found in by_path.items() for route in (*found, *_refusals(path, found))]


def _refusals(path: str, routes: Iterable[web.RouteDef]) -> list[web.RouteDef]:
    allowed = {route.method for route in routes}
    if hdrs.METH_ANY in allowed:
        return []
    if hdrs.METH_GET in allowed:
        allowed.add(hdrs.METH_HEAD)

    async def refuse(request: web.Request) -> NoReturn:
        raise web.HTTPMethodNotAllowed(request.method, sorted(allowed))

    return [web.route(method, path, refuse) for method in sorted(_OF_DOCUMENTS - allowed)]


_OF_DOCUMENTS = frozenset({"GET", "PUT", "POST", "DELETE", "PATCH", "COPY"})
"""Methods that documents have, or might (HEAD goes with GET); others find no document."""
