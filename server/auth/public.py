"""What may be asked without a login: a closed list, and the reason for each."""

from aiohttp import web

PUBLIC = {
    ("GET", "/healthz"): "a supervisor asks whether the process lives",
    ("GET", "/readyz"): "a balancer asks whether to send requests here",
    ("GET", "/office/content/{token}"): "the Document Server reads: signed token and signature",
    ("POST", "/office/callback"): "the Document Server reports: signature and a secret per key",
}
"""Method and route to the reason; HEAD goes with GET. OPTIONS says what the software can do, and
WebDAV clients ask before they send a password, so it is public everywhere."""

WITHOUT_HOME = frozenset({"/healthz", "/readyz"})
"""Routes that are about the process, whatever host name they are asked under."""


def route_of(request: web.Request) -> str:
    """Return the pattern of the route that was found; empty when none was."""
    resource = request.match_info.route.resource
    return resource.canonical if resource is not None else ""


def is_public(request: web.Request) -> bool:
    """Tell whether no login is needed."""
    method = "GET" if request.method == "HEAD" else request.method
    return method == "OPTIONS" or (method, route_of(request)) in PUBLIC
