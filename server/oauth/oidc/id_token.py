"""Whether an ID token holds: signed by the provider, for us, now (OpenID Connect Core 3.1.3.7).

Pure: the keys and the time are given.
"""

import hmac
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import jwt

from server.oauth.oidc.errors import NotVouched

ALGORITHMS = frozenset(
    {
        *("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
        *("ES256", "ES384", "ES512", "EdDSA"),
    }
)
"""Signatures that only the provider can make; `none` and shared secrets are not among them."""

LEEWAY = 60.0
"""Seconds by which the clocks may differ."""

Key = Mapping[str, Any]
"""A JSON Web Key (RFC 7517)."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What a token must say. Any of `audiences` will do; `nonce` is None where none was sent."""

    issuer: str
    audiences: Collection[str]
    nonce: str | None = None


def key_id(token: str) -> str:
    """Return which key a token says it was signed with; empty for one that does not.

    Raises NotVouched.
    """
    return str(_header(token).get("kid", ""))


def verified(token: str, keys: Sequence[Key], expected: Expected, now: float) -> dict[str, Any]:
    """Return the claims of a token that holds. Raises NotVouched, which never says the token."""
    algorithm = _header(token).get("alg")
    if algorithm not in ALGORITHMS:
        raise NotVouched("the ID token is signed in a way that is not taken")
    wanted = key_id(token)
    usable = [key for key in keys if _fits(key, wanted, str(algorithm))]
    for key in usable:
        claims = _signed_with(token, key, str(algorithm), expected)
        if claims is not None:
            _check_claims(claims, expected, now)
            return claims
    raise NotVouched("no key of the provider made the ID token")


def _header(token: str) -> dict[str, Any]:
    try:
        return jwt.get_unverified_header(token)
    except jwt.PyJWTError as error:
        raise NotVouched("the ID token cannot be read") from error


def _fits(key: Key, wanted: str, algorithm: str) -> bool:
    if wanted and key.get("kid") not in (None, wanted):
        return False
    return key.get("use") in (None, "sig") and key.get("alg") in (None, algorithm)


def _signed_with(token: str, key: Key, algorithm: str, expected: Expected) -> dict[str, Any] | None:
    try:
        claims: dict[str, Any] = jwt.decode(
            token,
            jwt.PyJWK(dict(key), algorithm),
            algorithms=[algorithm],
            audience=list(expected.audiences),
            issuer=expected.issuer,
            options={
                "require": ["exp", "iat", "sub", "iss", "aud"],
                "verify_exp": False,
                "verify_iat": False,
                "verify_nbf": False,
            },
        )
    except jwt.InvalidSignatureError:
        return None
    except (jwt.InvalidKeyError, jwt.PyJWKError):
        return None
    except jwt.PyJWTError as error:
        raise NotVouched(f"the ID token does not hold: {type(error).__name__}") from error
    return claims


def _check_claims(claims: Mapping[str, Any], expected: Expected, now: float) -> None:
    if now > _seconds(claims, "exp") + LEEWAY:
        raise NotVouched("the ID token is too old")
    if _seconds(claims, "iat") > now + LEEWAY:
        raise NotVouched("the ID token comes from the future")
    audience = claims["aud"]
    party = claims.get("azp")
    several = isinstance(audience, list) and len(audience) > 1
    if (several and party is None) or (party is not None and party not in expected.audiences):
        raise NotVouched("the ID token was made for somebody else")
    if expected.nonce is not None:
        said = claims.get("nonce")
        if not isinstance(said, str) or not hmac.compare_digest(
            said.encode(), expected.nonce.encode()
        ):
            raise NotVouched("the ID token answers another question")


def _seconds(claims: Mapping[str, Any], name: str) -> float:
    value = claims[name]
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise NotVouched(f"{name} of the ID token is no time")
    return value
