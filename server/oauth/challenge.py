"""Proof that who exchanges a code is who asked for it (RFC 7636, PKCE), by S256 alone."""

import hmac
import re
from base64 import urlsafe_b64encode
from hashlib import sha256

METHOD = "S256"

_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}\Z")
_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}\Z")


def is_challenge(text: str) -> bool:
    """Tell whether this can be the SHA-256 of a verifier, in base64url without padding."""
    return bool(_CHALLENGE.match(text))


def challenge_of(verifier: str) -> str:
    """Return the challenge of a verifier (RFC 7636 4.2)."""
    return urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def answers(verifier: str, challenge: str) -> bool:
    """Tell whether a verifier is the one behind a challenge (RFC 7636 4.6)."""
    if not _VERIFIER.match(verifier):
        return False
    return hmac.compare_digest(challenge_of(verifier), challenge)
