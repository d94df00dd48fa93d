"""Sealed texts: what must be read again, or must come back as it was given out, for one purpose.

AES-256-GCM with a key derived from the home's secret (NIST SP 800-38D, RFC 5869's idea with one
HMAC). A text sealed for one purpose, or at another home, cannot be opened.
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_LENGTH = 12


def seal(secret: bytes, purpose: str, plain: bytes, nonce: bytes) -> str:
    """Return a text that only `unseal` reads; `nonce` is NONCE_LENGTH random bytes, used once."""
    sealed = _cipher(secret, purpose).encrypt(nonce, plain, purpose.encode())
    return urlsafe_b64encode(nonce + sealed).decode().rstrip("=")


def unseal(secret: bytes, purpose: str, text: str) -> bytes | None:
    """Return what was sealed; None for what was not sealed here for this purpose."""
    try:
        sealed = urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
        nonce, rest = sealed[:NONCE_LENGTH], sealed[NONCE_LENGTH:]
        return _cipher(secret, purpose).decrypt(nonce, rest, purpose.encode())
    except (ValueError, InvalidTag):
        return None


def _cipher(secret: bytes, purpose: str) -> AESGCM:
    return AESGCM(hmac.digest(secret, f"seal {purpose}".encode(), "sha256"))
