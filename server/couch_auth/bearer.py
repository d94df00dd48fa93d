"""JSON Web Tokens: from a bearer token and the configured keys to a user (RFC 7519)."""

from collections.abc import Mapping

import jwt

from server.couch_auth.errors import LoginNeeded
from server.couch_auth.settings import key_bytes
from server.couch_auth.user import User

ROLES_CLAIM = "_couchdb.roles"
_KINDS = {"HS": "hmac", "RS": "rsa", "PS": "rsa", "ES": "ec"}


def user_of_token(token: str, keys: Mapping[str, str], now: float) -> User:
    """Return whom a token speaks for. Raises LoginNeeded, saying what is wrong with it.

    It must name its expiry and its subject; a key is used only with algorithms of its own kind.
    """
    try:
        header = jwt.get_unverified_header(token)
        algorithm, kid = str(header.get("alg", "")), str(header.get("kid", "_default"))
        kind = _KINDS.get(algorithm[:2])
        key = keys.get(f"{kind}:{kid}")
        if kind is None or key is None:
            raise LoginNeeded(f"Unknown kid or algorithm: {kid}, {algorithm}")
        claims = jwt.decode(
            token,
            key_bytes(kind, key),
            algorithms=[algorithm],
            options={"require": ["exp", "sub"], "verify_aud": False, "verify_exp": False},
        )
    except jwt.PyJWTError as error:
        raise LoginNeeded(f"Token rejected: {error}") from error
    expiry = claims["exp"]
    if not isinstance(expiry, int | float):
        raise LoginNeeded("Token rejected: exp must be a number")
    if now >= expiry:
        raise LoginNeeded("exp not in future")
    return User(str(claims["sub"]), _roles(claims.get(ROLES_CLAIM, [])), "jwt")


def _roles(told: object) -> tuple[str, ...]:
    if isinstance(told, str):
        return tuple(role for role in (part.strip() for part in told.split(",")) if role)
    if isinstance(told, list) and all(isinstance(role, str) for role in told):
        return tuple(told)
    raise LoginNeeded("Malformed token")
