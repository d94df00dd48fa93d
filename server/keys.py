"""What the application and each request carry: the keys, all of them."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from aiohttp import ClientSession, web

from server.auth.access import AccessOf
from server.auth.authenticator import Authenticator
from server.auth.caller import Caller
from server.auth.credentials import Credentials
from server.auth.live import LiveRequests
from server.auth.principal import Principal
from server.auth.standing import Standing
from server.couch_auth.user import User
from server.devices.last_seen import LastSeen
from server.http.dialects import Dialects
from server.http.in_flight import InFlight
from server.instances.context import Contexts
from server.instances.directory import InstanceDirectory
from server.instances.homes import ServedHomes
from server.instances.instance import Instance
from server.observe.metrics import Metrics
from server.observe.readiness import Readiness
from server.observe.request_context import RequestContext
from server.settings import Settings
from server.sign_in.session_seen import SessionSeen

SETTINGS = web.AppKey("settings", Settings)
INSTANCES = web.AppKey("instances", InstanceDirectory)
HOMES = web.AppKey("homes", ServedHomes)
"""What makes and changes homes while they are served."""
ADMIN_SECRET = web.AppKey("admin_secret", str)
"""What whoever asks the admin address about homes must show; without it there are no answers."""
CONTEXTS = web.AppKey("contexts", Contexts)
CREDENTIALS = web.AppKey("credentials", Credentials)
AUTHENTICATOR = web.AppKey("authenticator", Authenticator)
ROOMS: web.AppKey[Sequence[AccessOf]] = web.AppKey("rooms")
"""What routes take, as each room says of its own; a home has these, and a CouchDB alone none."""
LIVE = web.AppKey("live", LiveRequests)
SESSION_SEEN = web.AppKey("session_seen", SessionSeen)
LAST_SEEN = web.AppKey("last_seen", LastSeen)
METRICS = web.AppKey("metrics", Metrics)
READINESS = web.AppKey("readiness", Readiness)
IN_FLIGHT = web.AppKey("in_flight", InFlight)
DIALECTS: web.AppKey[Dialects] = web.AppKey("dialects")
HTTP_CLIENT = web.AppKey("http_client", ClientSession)
"""One session for all requests that the home makes itself; closed at shutdown."""

NOW: web.AppKey[Callable[[], datetime]] = web.AppKey("now")
"""Tells the time, aware, in UTC."""
NEW_ID: web.AppKey[Callable[[], str]] = web.AppKey("new_id")
"""Gives an id that nobody has."""

NEW_REQUEST_ID: web.AppKey[Callable[[], str]] = web.AppKey("new_request_id")
"""Gives an id that tells one request from the others of the week."""

CONTEXT = web.RequestKey("context", RequestContext)
CALLER = web.RequestKey("caller", Caller)
INSTANCE = web.RequestKey("instance", Instance)
"""The home as the caller may use it: its store is guarded on the doors for documents."""
HOME = web.RequestKey("home", Instance)
"""The home itself, for what it keeps about itself; rules are to be asked beside it."""
APP_DOOR: web.AppKey[Callable[[web.Request, Instance, str], Awaitable[web.StreamResponse]]] = (
    web.AppKey("app_door")
)
"""Answers what is asked of an application's own host name; a CouchDB alone has none."""
STANDING = web.RequestKey("standing", Standing)
"""What it rests on that a request was let in, where somebody wants to repeat that decision."""
PRINCIPAL = web.RequestKey("principal", Principal)
USER = web.RequestKey("user", User)
"""Who asks a CouchDB of many users; a home with one owner has none."""
