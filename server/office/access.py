"""What requests about office documents take; the Document Server's are public, by signature."""

from doctypes.files.node import DOCTYPE
from doctypes.permissions.rule import Verb
from server.auth.access import Access, Need


def office_access(method: str, route: str) -> Access | None:
    """Return what a request takes; None for other doors. Opening may end in a save."""
    del method
    if not route.startswith("/office/"):
        return None
    return Access(Need.TYPE, cookie=True, verb=Verb.PUT, doctype=DOCTYPE)
