"""What requests in Nextcloud's dialect take: a verb on all files, by the method."""

from doctypes.files.node import DOCTYPE
from doctypes.permissions.rule import Verb
from server.auth.access import Access, Need
from server.dav.access import verb_of

_READING = Access(Need.TYPE, verb=Verb.GET, doctype=DOCTYPE)
_OCS = tuple(
    f"/ocs/{version}.php{rest}"
    for version in ("v1", "v2")
    for rest in ("/cloud/user", "/cloud/users/{user}")
)
_PREVIEWS = (
    "/index.php/core/preview",
    "/index.php/core/preview.png",
    "/index.php/apps/files_trashbin/preview",
)
_SHARING = {"POST": Verb.POST, "PUT": Verb.POST, "DELETE": Verb.POST}
_SEARCH = ("/ocs/v2.php/search/providers", "/ocs/v2.php/search/providers/{provider}/search")


def nextcloud_access(method: str, route: str) -> Access | None:
    """Return what a route takes; None for other doors."""
    if route.startswith("/remote.php/"):
        return Access(Need.TYPE, verb=verb_of(method), doctype=DOCTYPE)
    if "/apps/files_sharing/" in route and route.startswith("/ocs/"):
        return Access(Need.TYPE, verb=_SHARING.get(method, Verb.GET), doctype=DOCTYPE)
    return _READING if method == "GET" and route in (*_OCS, *_PREVIEWS, *_SEARCH) else None


_PUBLIC = {
    "/status.php": "clients ask which server this is before they sign in",
    "/index.php/204": "clients see whether a login page of the network is in between",
    "/204": "the same",
    "/index.php/avatar/{user}/{size}": "the owner's picture in front of others",
    "/avatar/{user}/{size}": "the same",
    "/ocs/v1.php/cloud/capabilities": "what the software can do, and the look of its pages",
    "/ocs/v2.php/cloud/capabilities": "the same",
}
PUBLIC_ROUTES = {("GET", route): reason for route, reason in _PUBLIC.items()}
