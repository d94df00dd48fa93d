"""What routes of `/permissions` take: a credential; the rest is asked where the set is known."""

from server.auth.access import IN_HANDLER, Access

_ROOM = "/permissions"


def permissions_access(method: str, route: str) -> Access | None:
    """Return what a route takes; None for other rooms."""
    del method
    return IN_HANDLER if route == _ROOM or route.startswith(_ROOM + "/") else None
