"""Tokens as Cozy signs them: JWT, HS512, their age told by `iat` (cozy.md B4).

A token is signed with a key of its home and its audience, so that one is nothing at another home,
and a registration token no access token. There is no `exp`: what an audience's tokens live is
decided when they are read.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import jwt

from server.auth.errors import TokenElsewhere, TokenRefused
from server.instances.instance import Instance

ALGORITHM = "HS512"
EXPIRED = "Expired token"
INVALID = "Invalid JWT token"
WRONG_AUDIENCE = "Invalid audience for JWT token"
_SKEW = 300.0
"""Seconds that a token may seem to come from the future: clocks go back a little."""


class Audience(StrEnum):
    """What a token is for."""

    ACCESS = "access"
    APP = "app"
    KONNECTOR = "konn"
    CLI = "cli"
    SHARE = "share"
    REFRESH = "refresh"
    REGISTRATION = "registration"


_HOUR = 3600.0
LIFETIMES: Mapping[Audience, float | None] = {
    Audience.ACCESS: 7 * 24 * _HOUR,
    Audience.APP: 24 * _HOUR,
    Audience.KONNECTOR: _HOUR / 2,
    Audience.CLI: _HOUR / 2,
    Audience.SHARE: None,
    Audience.REFRESH: None,
    Audience.REGISTRATION: None,
}
"""Seconds that tokens of each audience are good for; None: until they are revoked."""


@dataclass(frozen=True, slots=True)
class Claims:
    """What a token says: `subject` is the id of a client, an app's slug, or of a link.

    `stamp` is what its client bore when it was issued; all tokens end when that changes.
    """

    audience: Audience
    issuer: str
    subject: str
    issued_at: int
    scope: str = ""
    session_id: str = ""
    stamp: str = ""


@dataclass(frozen=True, slots=True)
class TokenKeys:
    """The keys of one home: `domain` is whom its tokens come from, `secret` the home's own.

    `former` are names it had: tokens that it issued under those are good as before.
    """

    domain: str
    secret: bytes
    former: tuple[str, ...] = ()

    def issue(self, claims: Claims) -> str:
        """Sign a token."""
        told: dict[str, Any] = {
            "aud": [str(claims.audience)],
            "iss": claims.issuer,
            "iat": claims.issued_at,
            "sub": claims.subject,
            "scope": claims.scope,
        }
        if claims.session_id:
            told["session_id"] = claims.session_id
        if claims.stamp:
            told["stamp"] = claims.stamp
        return jwt.encode(told, self._key(claims.audience), algorithm=ALGORITHM)

    def token(
        self, audience: Audience, subject: str, now: float, scope: str = "", session_id: str = ""
    ) -> str:
        """Sign a token of this home, issued now (seconds since 1970)."""
        return self.issue(Claims(audience, self.domain, subject, int(now), scope, session_id))

    def read(self, token: str, now: float) -> Claims:
        """Read and check a token.

        Raises TokenRefused, with the words that clients look for, and TokenElsewhere.
        """
        claims = self._checked(token)
        lifetime = LIFETIMES[claims.audience]
        if lifetime is not None and now > claims.issued_at + lifetime:
            raise TokenRefused(EXPIRED, expired=True)
        if claims.issued_at > now + _SKEW:
            raise TokenRefused(INVALID)
        return claims

    def _checked(self, token: str) -> Claims:
        audience, issuer = self._told(token)
        try:
            told = jwt.decode(
                token,
                self._key(audience),
                algorithms=[ALGORITHM],
                audience=str(audience),
                issuer=issuer,
                options={"require": ["iat", "sub", "aud", "iss"], "verify_iat": False},
            )
            return Claims(
                audience,
                told["iss"],
                str(told["sub"]),
                int(told["iat"]),
                str(told.get("scope", "")),
                str(told.get("session_id", "")),
                str(told.get("stamp", "")),
            )
        except (jwt.PyJWTError, TypeError, ValueError) as error:
            raise TokenRefused(INVALID) from error

    def _told(self, token: str) -> tuple[Audience, str]:
        """Read, unchecked, which key a token says it was signed with, and by which home."""
        try:
            told = jwt.decode(token, options={"verify_signature": False})
        except jwt.PyJWTError as error:
            raise TokenRefused(INVALID) from error
        issuer, audience = told.get("iss"), told.get("aud")
        if isinstance(issuer, str) and issuer not in (self.domain, *self.former):
            raise TokenElsewhere
        word = audience[0] if isinstance(audience, list) and len(audience) == 1 else audience
        try:
            return Audience(str(word)), str(issuer)
        except ValueError as error:
            raise TokenRefused(WRONG_AUDIENCE) from error

    def _key(self, audience: Audience) -> bytes:
        return hmac.digest(self.secret, f"token {audience}".encode(), "sha512")


def looks_like_token(text: str) -> bool:
    """Tell whether a password is a JWT, which PouchDB sends in Basic (cozy.md 0)."""
    return text.startswith("ey") and text.count(".") == 2  # noqa: PLR2004  # header, claims, MAC


def keys_of(home: Instance) -> TokenKeys:
    """Return the keys of a home."""
    return TokenKeys(home.domain, home.secret, home.record.former)
