"""JSON Web Tokens as both sides of the Document Server protocol sign them: HS256, and only that."""

from collections.abc import Mapping
from typing import Any

import jwt

ALGORITHM = "HS256"
LEEWAY = 60
"""Seconds by which the two clocks may differ; what the Document Server itself allows."""


class BadSignature(Exception):
    """A token is missing, malformed, expired, from the future, or signed otherwise."""


def sign(claims: Mapping[str, Any], secret: str, *, now: float, lifetime: float) -> str:
    """Return a token of these claims that ends `lifetime` seconds from now."""
    dated = {**claims, "iat": int(now), "exp": int(now + lifetime)}
    return jwt.encode(dated, secret, algorithm=ALGORITHM)


def verify(token: str, secret: str, *, now: float) -> dict[str, Any]:
    """Return the claims of a token. Raises BadSignature; the message says why, never the token."""
    try:
        claims: dict[str, Any] = jwt.decode(
            token,
            secret,
            algorithms=[ALGORITHM],
            options={
                "require": ["exp"],
                "verify_exp": False,
                "verify_iat": False,
                "verify_nbf": False,
                "verify_aud": False,
            },
        )
    except jwt.PyJWTError as error:
        raise BadSignature(type(error).__name__) from None
    _check_times(claims, now)
    return claims


def _check_times(claims: Mapping[str, Any], now: float) -> None:
    """Hold a token to its times by the clock that was passed in, which PyJWT does not take."""
    if now > _seconds(claims, "exp", now) + LEEWAY:
        raise BadSignature("expired")
    if _seconds(claims, "iat", now) > now + LEEWAY:
        raise BadSignature("issued in the future")
    if _seconds(claims, "nbf", now) > now + LEEWAY:
        raise BadSignature("not valid yet")


def _seconds(claims: Mapping[str, Any], name: str, absent: float) -> float:
    value = claims.get(name, absent)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise BadSignature(f"{name} is no time")
    return value


def bearer(header: str | None) -> str | None:
    """Return the token of an `Authorization: Bearer` header; None when it holds none."""
    scheme, _, token = (header or "").partition(" ")
    return token.strip() or None if scheme.lower() == "bearer" else None
