"""What the page about connecting takes: the owner, signed in or with the passphrase."""

from server.auth.access import Access, Need


def home_access(method: str, route: str) -> Access | None:
    """Return what a request takes; None for other doors."""
    del method
    return Access(Need.PERSON, cookie=True) if route == "/connect" else None
