"""Whose home it is, and how they show it."""

from dataclasses import dataclass, field
from typing import Any

from server.auth.kdf import PLAIN, Kdf


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose home it is; `password_hash` is a PHC string (`$argon2id$…`) of what `kdf` derives.

    An empty one is that of a home whose passphrase is still to be chosen; nothing is its password.
    `setup_hash` is then the SHA-256 of the token in its set-up link.
    """

    name: str
    password_hash: str = field(repr=False)
    kdf: Kdf = PLAIN
    setup_hash: str = field(default="", repr=False)


KNOWN = frozenset({"name", "password_hash", "kdf_iterations", "kdf_salt", "setup_hash"})


def parse_owner(told: dict[str, Any]) -> Owner:
    """Read an owner from a record. Raises KeyError, ValueError, TypeError."""
    kdf = Kdf(int(told.get("kdf_iterations", 0)), str(told.get("kdf_salt", "")))
    return Owner(
        str(told["name"]), str(told["password_hash"]), kdf, str(told.get("setup_hash", ""))
    )


def render_owner(owner: Owner) -> dict[str, object]:
    """Return what a record says of an owner."""
    return {
        "name": owner.name,
        "password_hash": owner.password_hash,
        "kdf_iterations": owner.kdf.iterations,
        "kdf_salt": owner.kdf.salt,
        "setup_hash": owner.setup_hash,
    }
