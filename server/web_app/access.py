"""What the routes of the web app take, and those that anybody may ask, with the reason."""

from server.auth.access import Access, Need

PUBLIC_ROUTES = {
    ("GET", "/app/{name}"): "script and style of the app, the same for everybody",
    ("GET", "/sw.js"): "the app's service worker, the same for everybody",
    ("GET", "/manifest.webmanifest"): "how the app is installed; browsers ask without cookies",
}

_IN_PERSON = Access(Need.PERSON, cookie=True)
_ACCESS = {
    ("GET", "/"): _IN_PERSON,
    ("POST", "/app/token"): _IN_PERSON,
    ("POST", "/app/qr"): Access(Need.OWNER, cookie=True),
}


def web_app_access(method: str, route: str) -> Access | None:
    """Return what a route of the app takes; None for other doors."""
    return _ACCESS.get((method, route))
