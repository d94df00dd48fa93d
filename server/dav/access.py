"""What requests for files over WebDAV take: a verb on files, all or some, by the method."""

from doctypes.files.node import DOCTYPE
from doctypes.permissions.rule import Verb
from server.auth.access import Access, Need
from server.dav.principals import PARENTS

MOUNTS = ("/dav/files", "/dav/all", "/dav/devices/", "/dav/profiles/")

_VERBS = {
    **dict.fromkeys(("PUT", "LOCK", "UNLOCK", "PROPPATCH"), Verb.PUT),
    **dict.fromkeys(("MKCOL", "COPY", "POST"), Verb.POST),
    **dict.fromkeys(("MOVE", "PATCH"), Verb.PATCH),
    "DELETE": Verb.DELETE,
}


def dav_access(method: str, route: str) -> Access | None:
    """Return what a request takes; None for other doors."""
    if method == "PROPFIND" and route in PARENTS:
        return Access(Need.SOME, verb=Verb.GET, doctype=DOCTYPE)
    if not route.startswith(MOUNTS):
        return None
    need = Need.SOME if route.startswith(MOUNTS[0]) else Need.TYPE
    return Access(need, verb=verb_of(method), doctype=DOCTYPE)


def verb_of(method: str) -> Verb:
    """Return the verb that a method of WebDAV takes on files."""
    return _VERBS.get(method, Verb.GET)
