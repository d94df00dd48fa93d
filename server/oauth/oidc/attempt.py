"""A sign-in that is under way at the provider: what the browser keeps until it comes back.

It is in a cookie of the home, signed, so that whichever process the browser meets can go on, and
so that an answer counts only in the browser that asked (OpenID Connect Core 3.1.2.1, RFC 7636).
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from datetime import timedelta

import jwt

COOKIE = "oidc_attempt"
PATH = "/oidc"
LIFETIME = timedelta(minutes=15)
_ALGORITHM = "HS256"


@dataclass(frozen=True, slots=True)
class Attempt:
    """`state` names the home too, for hosts with one address for many; `redirect` is a path."""

    state: str
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)
    redirect: str
    until: float

    def sealed(self, secret: bytes) -> str:
        """Return it as the cookie holds it; `secret` is the home's own."""
        told = {name: getattr(self, name) for name in _FIELDS}
        return jwt.encode(told, _key(secret), algorithm=_ALGORITHM)


_FIELDS = ("state", "nonce", "verifier", "redirect", "until")


def read_attempt(cookie: str, secret: bytes, now: float) -> Attempt | None:
    """Return the attempt in a cookie; None for one that is over, or that another home began."""
    try:
        told = jwt.decode(cookie, _key(secret), algorithms=[_ALGORITHM])
        attempt = Attempt(**{name: told[name] for name in _FIELDS})
    except (jwt.PyJWTError, KeyError):
        return None
    return attempt if now < attempt.until else None


def new_state(random: bytes, domain: str) -> str:
    """Return a state that nobody can guess, and that says which home it is of."""
    return f"{urlsafe_b64encode(random).decode().rstrip('=')}.{_encoded(domain)}"


def domain_in(state: str) -> str:
    """Return the home that a state says it is of; empty for none."""
    _, _, encoded = state.partition(".")
    try:
        return urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)).decode("ascii")
    except ValueError:
        return ""


def _encoded(domain: str) -> str:
    return urlsafe_b64encode(domain.encode()).decode().rstrip("=")


def _key(secret: bytes) -> bytes:
    return hmac.digest(secret, b"oidc attempt", "sha256")
