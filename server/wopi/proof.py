"""Proof that a request comes from the WOPI client: signatures over token, address and time.

A client rotates its keys: a request is signed with the present and with the former one, and whoever
holds older or newer keys than it does still finds one pair that agrees (MS-WOPI 2.2.2, office.md
2.2).
"""

from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey, RSAPublicNumbers
from cryptography.hazmat.primitives.hashes import SHA256

PROOF, PROOF_OLD, TIMESTAMP = "X-WOPI-Proof", "X-WOPI-ProofOld", "X-WOPI-TimeStamp"
OLDEST = 20 * 60
"""Seconds after which a signed request is refused, in either direction of the clocks."""
_EPOCH = 62_135_596_800
"""Seconds from year 1, where the timestamps begin, to 1970; they count ticks of 100 ns."""
_TICKS = 10_000_000


class ProofWrong(Exception):
    """A request is not signed by the client, or too long ago; the message says which."""


@dataclass(frozen=True, slots=True)
class ProofKeys:
    """The client's keys as discovery tells them."""

    current: RSAPublicKey
    old: RSAPublicKey | None = None


def public_key(modulus: str, exponent: str) -> RSAPublicKey:
    """Return a key from base64 numbers. Raises ValueError."""
    numbers = (int.from_bytes(b64decode(part, validate=True)) for part in (exponent, modulus))
    return RSAPublicNumbers(*numbers).public_key()


def signed_bytes(token: str, url: str, ticks: int) -> bytes:
    """Return what is signed: token, address in upper case, and ticks, each after its length."""
    parts = (token.encode(), url.upper().encode(), ticks.to_bytes(8))
    return b"".join(len(part).to_bytes(4) + part for part in parts)


def check_proof(
    keys: ProofKeys, headers: Mapping[str, str], token: str, url: str, *, now: float
) -> None:
    """Raise ProofWrong unless the client signed for this token and this address just now.

    `url` is the address as the client called it; `now` in seconds since 1970.
    """
    told = headers.get(TIMESTAMP, "")
    if not (told.isascii() and told.isdigit() and len(told) < _DIGITS):
        raise ProofWrong("no time")
    ticks = int(told)
    if abs(now - (ticks / _TICKS - _EPOCH)) > OLDEST:
        raise ProofWrong("too old")
    signed = signed_bytes(token, url, ticks)
    proof, proof_old = headers.get(PROOF, ""), headers.get(PROOF_OLD, "")
    pairs = [(proof, keys.current), (proof_old, keys.current), (proof, keys.old)]
    if not any(key is not None and _agrees(signed, text, key) for text, key in pairs):
        raise ProofWrong("no signature that agrees")


def _agrees(signed: bytes, signature: str, key: RSAPublicKey) -> bool:
    try:
        key.verify(b64decode(signature, validate=True), signed, PKCS1v15(), SHA256())
    except (InvalidSignature, ValueError):
        return False
    return True


_DIGITS = 20
