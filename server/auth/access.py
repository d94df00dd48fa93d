"""What a request takes, before anybody looks at documents: by method and route, no I/O.

Each room says what its routes take; a route that no room speaks of is the owner's alone.
"""

import hmac
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from doctypes.permissions.errors import PermissionDenied
from doctypes.permissions.rule import Verb
from server.auth.errors import CrossSiteRequest, LinkLocked, NotForThisCredential
from server.auth.principal import Kind, Principal


class Need(Enum):
    """Who gets through to the handler."""

    PUBLIC = auto()
    """Anybody, also without any credential; the reason is said in `server/auth/public.py`."""
    CREDENTIAL = auto()
    """Any credential of this home; what it may do is asked where the document is known."""
    TYPE = auto()
    """A credential that may do `verb` to all documents of `doctype`."""
    SOME = auto()
    """A credential that may do `verb` to some document of `doctype`; the handler asks to which."""
    OWNER = auto()
    """The owner, or a credential that may do everything."""
    PERSON = auto()
    """The owner in person: by their session or passphrase, not by what acts for them."""


@dataclass(frozen=True, slots=True)
class Access:
    """What one route takes. `cookie` tells whether the owner's session alone opens it."""

    need: Need
    cookie: bool = False
    verb: Verb = Verb.GET
    doctype: str = ""


OWNER_ONLY = Access(Need.OWNER)
IN_HANDLER = Access(Need.CREDENTIAL)

LINK_COOKIE = "pass"
"""What the cookie of a link with a password begins with; its id follows (cozy.md B5)."""

AccessOf = Callable[[str, str], Access | None]
"""Says what a method and the pattern of a route take; None for routes of other rooms."""


def access_of(method: str, route: str, rooms: Sequence[AccessOf]) -> Access:
    """Return what a route takes, by the first room that knows it; HEAD goes with GET."""
    asked = "GET" if method == "HEAD" else method
    for room in rooms:
        found = room(asked, route)
        if found is not None:
            return found
    return OWNER_ONLY


def check_access(access: Access, principal: Principal) -> None:
    """Raise NotForThisCredential or PermissionDenied unless the principal gets through."""
    if access.need is Need.PERSON and not principal.is_owner:
        raise NotForThisCredential
    if access.need is Need.OWNER and not principal.permissions.everything:
        raise NotForThisCredential
    if access.need is Need.TYPE and not principal.permissions.allows_type(
        access.verb, access.doctype
    ):
        raise PermissionDenied(access.verb, access.doctype)
    if access.need is Need.SOME and not principal.permissions.may_allow(
        access.verb, access.doctype
    ):
        raise PermissionDenied(access.verb, access.doctype)


def check_lock(principal: Principal, cookies: Mapping[str, str]) -> None:
    """Raise LinkLocked for a link with a password that nobody gave in this browser."""
    if principal.lock:
        shown = cookies.get(LINK_COOKIE + principal.credential, "")
        if not hmac.compare_digest(shown.encode(), principal.lock.encode()):
            raise LinkLocked


def check_origin(principal: Principal, method: str, site: str | None, origin: str | None) -> None:
    """Raise CrossSiteRequest for what a page elsewhere asks for with the owner's cookie.

    `site` is Sec-Fetch-Site, which browsers send and pages cannot set; `origin` is "" when the
    Origin header names this very host, None when there is none.
    """
    if principal.kind is not Kind.SESSION:
        return
    if method in {"GET", "HEAD", "OPTIONS"}:
        # A link says no origin. A page that does asks to read along, and CORS would let it.
        if origin not in ("", None):
            raise CrossSiteRequest
        return
    if site is not None and site not in {"same-origin", "none"}:
        raise CrossSiteRequest
    if site is None and origin not in ("", None):
        raise CrossSiteRequest
