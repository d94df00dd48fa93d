"""Refusals in CouchDB's own words."""

from replication.core.errors import Invalid
from server.couch_auth.user import User

NOT_SERVER_ADMIN = "You are not a server admin."
NOT_DATABASE_ADMIN = "You are not a db or server admin."


class LoginNeeded(Invalid):
    """Whoever asks would have to be somebody else: 401."""

    def __init__(self, reason: str) -> None:
        super().__init__("unauthorized", reason)


class Forbidden(Invalid):
    """Whoever asks is known, and may not: 403."""

    def __init__(self, reason: str) -> None:
        super().__init__("forbidden", reason)


def refusal(user: User, reason: str) -> Invalid:
    """Return the error for what a user may not do: somebody unknown is told to log in."""
    return LoginNeeded(reason) if user.name is None else Forbidden(reason)


def no_access(user: User) -> Invalid:
    """Return the error for a database whose members do not include this user."""
    if user.name is None:
        return LoginNeeded("You are not authorized to access this db.")
    return Forbidden("You are not allowed to access this db.")
