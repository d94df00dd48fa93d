"""What the routes for devices take.

Making a password, and letting a device in, are for the owner in person: nothing that acts for them
may make itself a successor that outlives it.
"""

from doctypes.permissions.rule import Verb
from server.auth.access import IN_HANDLER, Access, Need
from server.devices.device import DOCTYPE

_IN_PERSON = Access(Need.PERSON, cookie=True)
_PAGES = ("/devices", "/devices/new", "/devices/{id}", "/auth/device")
_OF_ONE = "/settings/devices/{id}"

_ACCESS = {
    ("GET", "/settings/devices"): Access(Need.TYPE, cookie=True, verb=Verb.GET, doctype=DOCTYPE),
    ("POST", "/settings/devices"): _IN_PERSON,
    ("PATCH", _OF_ONE): Access(Need.TYPE, cookie=True, verb=Verb.PATCH, doctype=DOCTYPE),
    **{(method, path): _IN_PERSON for method in ("GET", "POST") for path in _PAGES},
    ("DELETE", "/ocs/v1.php/core/apppassword"): IN_HANDLER,
    ("DELETE", "/ocs/v2.php/core/apppassword"): IN_HANDLER,
    ("DELETE", _OF_ONE): Access(Need.TYPE, cookie=True, verb=Verb.DELETE, doctype=DOCTYPE),
}


def devices_access(method: str, route: str) -> Access | None:
    """Return what a route for devices takes; None for other doors."""
    return _ACCESS.get((method, route))
