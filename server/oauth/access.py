"""What the routes of this room take, those that need a login."""

from server.auth.access import OWNER_ONLY, Access, Need

_IN_PERSON = Access(Need.PERSON, cookie=True)

_ACCESS = {
    ("POST", "/auth/authorize"): _IN_PERSON,
    ("POST", "/auth/clients/{client_id}/flagship"): _IN_PERSON,
    ("POST", "/auth/tokens/konnectors/{slug}"): OWNER_ONLY,
}


def oauth_access(method: str, route: str) -> Access | None:
    """Return what a route of this room takes; None for other doors."""
    return _ACCESS.get((method, route))
