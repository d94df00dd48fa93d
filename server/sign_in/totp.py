"""Codes of an authenticator application: TOTP with SHA-1, six digits, thirty seconds (RFC 6238)."""

import hmac
from base64 import b32encode
from urllib.parse import quote, urlencode

STEP_SECONDS = 30
DIGITS = 6
SECRET_LENGTH = 20
_AROUND = 1
"""Steps before and after now that are taken too: clocks differ, and people type (RFC 6238 5.2)."""


def code_at(secret: bytes, step: int) -> str:
    """Return the code of a step (RFC 4226 5.3)."""
    digest = hmac.digest(secret, step.to_bytes(8, "big"), "sha1")
    offset = digest[-1] & 15
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**DIGITS:0{DIGITS}}"


def step_at(seconds: float) -> int:
    """Return the step of a moment, in seconds since 1970."""
    return int(seconds // STEP_SECONDS)


def matching_step(secret: bytes, code: str, now: float, used: int) -> int | None:
    """Return the step whose code this is; None for none around now, and for steps up to `used`.

    A code that was taken is not taken again (RFC 6238 5.2), nor one before it.
    """
    current = step_at(now)
    for step in range(current - _AROUND, current + _AROUND + 1):
        if step > used and hmac.compare_digest(code_at(secret, step), code):
            return step
    return None


def spelt(secret: bytes) -> str:
    """Return a secret as people type it: base 32, in groups of four."""
    text = b32encode(secret).decode().rstrip("=")
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


def address(secret: bytes, issuer: str, account: str) -> str:
    """Return what the QR code says (Key URI Format of Google Authenticator)."""
    label = quote(f"{issuer}:{account}")
    facts = {"secret": b32encode(secret).decode().rstrip("="), "issuer": issuer}
    return f"otpauth://totp/{label}?{urlencode(facts, quote_via=quote)}"
