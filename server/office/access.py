"""What requests about office documents take; the Document Server's are public, by signature."""

from server.auth.access import IN_HANDLER, Access, Need

_OWNERS = frozenset({"/office/sessions", "/office/check"})


def office_access(method: str, route: str) -> Access | None:
    """Return what a request takes; None for other doors.

    What may be done to a document is asked where it is known.
    """
    del method
    if not route.startswith("/office/"):
        return None
    if route in _OWNERS:
        return Access(Need.OWNER, cookie=True)
    return Access(IN_HANDLER.need, cookie=True)
