"""Passwords as user documents keep them: CouchDB's schemes, today's and those before it."""

import hmac
from collections.abc import Mapping
from hashlib import pbkdf2_hmac, sha1

ITERATIONS = 600_000
"""CouchDB 3.5's; some tenths of a second."""

MOST_ITERATIONS = 2_000_000
"""A user document may not ask for many seconds of work at each login."""

_HASHES = {"sha": "sha1", "sha224": "sha224", "sha256": "sha256", "sha384": "sha384"}
_HASHES["sha512"] = "sha512"

PASSWORD_FIELDS = frozenset(
    {"derived_key", "iterations", "password", "password_scheme", "password_sha", "preserve_salt"}
    | {"pbkdf2_prf", "salt"}
)


def hashed(password: str, salt: str, iterations: int = ITERATIONS) -> dict[str, object]:
    """Return the fields that stand for a password in a user document; takes long on purpose."""
    return {
        "password_scheme": "pbkdf2",
        "pbkdf2_prf": "sha256",
        "salt": salt,
        "iterations": iterations,
        "derived_key": _derived("sha256", password, salt, iterations),
    }


def is_password(password: str, fields: Mapping[str, object]) -> bool:
    """Tell whether this is the password that a user document's fields stand for.

    False for fields that stand for none. Takes as long as their scheme does.
    """
    salt, scheme = fields.get("salt"), fields.get("password_scheme", "simple")
    if not isinstance(salt, str):
        return False
    if scheme == "simple":
        digest = sha1(password.encode() + salt.encode(), usedforsecurity=False)
        return _same(digest.hexdigest(), fields.get("password_sha"))
    iterations, key = fields.get("iterations"), fields.get("derived_key")
    name = _HASHES.get(str(fields.get("pbkdf2_prf", "sha")))
    if scheme != "pbkdf2" or name is None or not isinstance(iterations, int):
        return False
    if not 0 < iterations <= MOST_ITERATIONS:
        return False
    return _same(_derived(name, password, salt, iterations), key)


def _derived(name: str, password: str, salt: str, iterations: int) -> str:
    return pbkdf2_hmac(name, password.encode(), salt.encode(), iterations).hex()


def _same(computed: str, kept: object) -> bool:
    return isinstance(kept, str) and hmac.compare_digest(computed.encode(), kept.encode())
