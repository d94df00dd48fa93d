"""What the operator may choose for `foyer couch` alone: the keys that JSON Web Tokens come with."""

import binascii
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass, field

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

SHORTEST_SECRET = 32
"""Bytes of a shared secret (RFC 7518 3.2)."""

_KINDS = {"rsa": RSAPublicKey, "ec": EllipticCurvePublicKey}


@dataclass(frozen=True, slots=True)
class CouchSettings:
    """`jwt` maps `hmac:kid`, `rsa:kid`, `ec:kid` to a key: base64 of a secret, or PEM.

    The kid `_default` is for tokens that name none. Raises ValueError for what is no key.
    """

    jwt: Mapping[str, str] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        """Refuse what could not work, while somebody is looking."""
        for name, key in self.jwt.items():
            kind, colon, _ = name.partition(":")
            if kind not in ("hmac", "rsa", "ec") or not colon:
                raise ValueError(f"couch.jwt: {name!r} is not hmac:…, rsa:… or ec:…")
            try:
                key_bytes(kind, key)
            except (ValueError, UnsupportedAlgorithm, binascii.Error) as error:
                raise ValueError(f"couch.jwt: {name}: {error}") from error


def key_bytes(kind: str, key: str) -> bytes:
    """Return a key as verification takes it: a secret's bytes, or PEM. Raises ValueError."""
    if kind != "hmac":
        pem = key.replace("\\n", "\n").encode()  # CouchDB's configuration writes them so
        if not isinstance(load_pem_public_key(pem), _KINDS[kind]):
            raise ValueError(f"is no {kind} key")
        return pem
    secret = b64decode(key, validate=True)
    if len(secret) < SHORTEST_SECRET:
        raise ValueError(f"a secret has {SHORTEST_SECRET} bytes at least, in base64")
    return secret
