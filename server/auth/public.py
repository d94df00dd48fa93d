"""What may be asked without a login: a closed list, and the reason for each."""

from aiohttp import web

from server.devices.public import PUBLIC_ROUTES as OF_DEVICES
from server.link_page.access import PUBLIC_ROUTES as OF_LINK_PAGE
from server.nextcloud.access import PUBLIC_ROUTES as OF_NEXTCLOUD
from server.oauth.public import PUBLIC_ROUTES as OF_OAUTH
from server.sign_in.access import PUBLIC_ROUTES as OF_SIGN_IN
from server.web_app.access import PUBLIC_ROUTES as OF_WEB_APP

PUBLIC = {
    **OF_OAUTH,
    **OF_DEVICES,
    **OF_SIGN_IN,
    **OF_NEXTCLOUD,
    **OF_WEB_APP,
    **OF_LINK_PAGE,
    ("GET", "/healthz"): "a supervisor asks whether the process lives",
    ("GET", "/readyz"): "a balancer asks whether to send requests here",
    ("GET", "/assets/logo"): "the picture of whoever hosts the home, on pages before a login",
    ("GET", "/assets/{digest}/{room}/{name}"): "style and scripts, the same for everybody",
    ("GET", "/public/prelogin"): "clients learn how to sign in here",
    ("GET", "/public/avatar"): "the owner's picture in front of others",
    ("GET", "/.well-known/change-password"): "a redirect for password managers",
    ("GET", "/connection_check"): "clients ask whether there is a connection",
    ("GET", "/version"): "says which program this is, as cozy-stack does",
    ("GET", "/status"): "a supervisor asks whether all is well, as of cozy-stack",
    ("GET", "/couchdb"): "CouchDB's greeting, which says what is here and nothing of anybody's",
    ("GET", "/couchdb/"): "the same",
    ("GET", "/realtime/"): "the websocket: its first message says who it is, or it is closed",
    ("GET", "/files/archive/{secret}/{name}"): "the same for an archive, behind a random secret",
    ("GET", "/files/{id}/thumbnails/{secret}/{size}"): "pictures on a page: signed, for minutes",
    ("GET", "/files/downloads/{secret}/{name}"): "a link that was made for one file: signed, brief",
    ("GET", "/wopi/files/{id}"): "the WOPI client asks: access token for one file, and its proof",
    ("POST", "/wopi/files/{id}"): "the same",
    ("GET", "/wopi/files/{id}/contents"): "the same",
    ("POST", "/wopi/files/{id}/contents"): "the same",
    ("GET", "/office/lent/{token}"): "a version, a picture, changes: signed, for half an hour",
    ("GET", "/office/content/{token}"): "the Document Server reads: signed token and signature",
    ("POST", "/auth/share-by-link/password"): "who has a link gives its password, slowly checked",
    ("POST", "/office/callback"): "the Document Server reports: signature and a secret per key",
}
"""Method and route to the reason; HEAD goes with GET. OPTIONS says what the software can do, and
WebDAV clients ask before they send a password, so it is public everywhere."""

GREETINGS = frozenset({"/couchdb", "/couchdb/"})
"""Public to who shows no login that could be one; whoever does wants to know whether it is right.

PouchDB's suite asks with a header that is malformed, and CouchDB answers.
"""
_LOGINS = frozenset({"basic", "bearer"})

WITHOUT_HOME = frozenset(
    {
        *("/healthz", "/readyz", "/oidc/return", "/assets/{digest}/{room}/{name}"),
        *("/connection_check", "/version", "/status"),
    }
)
"""Routes that are about the process, whatever host name they are asked under."""


def route_of(request: web.Request) -> str:
    """Return the pattern of the route that was found; empty when none was."""
    resource = request.match_info.route.resource
    return resource.canonical if resource is not None else ""


def is_public(request: web.Request) -> bool:
    """Tell whether no login is needed."""
    method = "GET" if request.method == "HEAD" else request.method
    route = route_of(request)
    if route in GREETINGS and _shows_login(request):
        return method == "OPTIONS"
    return method == "OPTIONS" or (method, route) in PUBLIC


def _shows_login(request: web.Request) -> bool:
    words = request.headers.get("Authorization", "").split()
    return bool(words) and words[0].lower() in _LOGINS
