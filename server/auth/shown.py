"""What a request shows of who asks: a token, a name and password, or a session's cookie.

All carriers of a token are equal (cozy.md 0): `Authorization: Bearer`, the password of Basic, which
PouchDB sends, and `?bearer_token=`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from server.auth.basic import BasicLogin, read_basic
from server.auth.tokens import looks_like_token

COOKIE = "cozysessid"
"""The name of the session's cookie, as Cozy's applications know it."""

_PARAMETER = "bearer_token"


@dataclass(frozen=True, slots=True)
class Shown:
    """At most one of the three is looked at, in this order."""

    token: str = field(default="", repr=False)
    login: BasicLogin | None = None
    cookie: str = field(default="", repr=False)


def read_shown(
    headers: Mapping[str, str], query: Mapping[str, str], cookies: Mapping[str, str]
) -> Shown:
    """Read what a request shows; garbage shows nothing."""
    header = headers.get("Authorization", "")
    scheme, _, rest = header.strip().partition(" ")
    if scheme.lower() == "bearer":
        return Shown(token=rest.strip() or "-")
    login = read_basic(header)
    if login is not None:
        if looks_like_token(login.password):
            return Shown(token=login.password)
        return Shown(login=login)
    if query.get(_PARAMETER):
        return Shown(token=query[_PARAMETER])
    return Shown(cookie=cookies.get(COOKIE, ""))
