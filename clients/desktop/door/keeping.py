"""The door's password and port, written down: the password as a hash, for it is shown once."""

import hmac
import secrets
from base64 import b64decode
from hashlib import sha256
from pathlib import Path

import msgspec

from clients.desktop.local.store import Store
from clients.desktop.local.written import read, write

USER = "foyer"
_BASIC = "basic "


class Kept(msgspec.Struct):
    """What is known of a door between two runs."""

    salt: str
    hash: str
    port: int = 0

    def admits(self, authorization: str) -> bool:
        """Tell whether a header `Authorization` has the door's user and password (RFC 7617)."""
        if not authorization.lower().startswith(_BASIC):
            return False
        try:
            told = b64decode(authorization[len(_BASIC) :], validate=True)
        except ValueError:
            return False
        user, _, password = told.partition(b":")
        is_user = hmac.compare_digest(user, USER.encode())
        return hmac.compare_digest(_hash(self.salt, password), self.hash) and is_user


def _hash(salt: str, password: bytes) -> str:
    # 192 random bits need no slow hash
    return sha256(salt.encode() + b":" + password).hexdigest()


def made(port: int = 0) -> tuple[Kept, str]:
    """Return a new door, and its password."""
    salt, password = secrets.token_hex(16), secrets.token_urlsafe(24)
    return Kept(salt, _hash(salt, password.encode()), port), password


def _path(store: Store, client_id: str) -> Path:
    return store.folder / "doors" / f"{client_id}.json"


def known(store: Store, client_id: str) -> Kept | None:
    """Return the door of a home."""
    return read(_path(store, client_id), Kept)


def close_for_good(store: Store, client_id: str) -> None:
    """Forget a door; its password opens nothing any more."""
    _path(store, client_id).unlink(missing_ok=True)


def keep(store: Store, client_id: str, door: Kept) -> None:
    """Write a door down."""
    write(_path(store, client_id), door)
