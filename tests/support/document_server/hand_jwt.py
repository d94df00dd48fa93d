"""JSON Web Tokens with nothing but hmac, so that both sides do not share one library's mistakes."""

import base64
import hashlib
import hmac
import json
from typing import Any

_HASHES = {"HS256": hashlib.sha256, "HS384": hashlib.sha384, "HS512": hashlib.sha512}


def encode(claims: dict[str, Any], secret: str, algorithm: str = "HS256") -> str:
    """Sign claims; with algorithm `none` the signature is empty."""
    header = {"alg": algorithm, "typ": "JWT"}
    signed = f"{_pack(json.dumps(header).encode())}.{_pack(json.dumps(claims).encode())}"
    if algorithm == "none":
        return f"{signed}."
    return f"{signed}.{_pack(_mac(signed, secret, algorithm))}"


def decode(token: str, secret: str, now: float) -> dict[str, Any]:
    """Return the claims; raises ValueError for whatever a Document Server would refuse."""
    try:
        head, body, signature = token.split(".")
    except ValueError:
        raise ValueError("not a token") from None
    if json.loads(_unpack(head)).get("alg") != "HS256":
        raise ValueError("another algorithm")
    if not hmac.compare_digest(_mac(f"{head}.{body}", secret, "HS256"), _unpack(signature)):
        raise ValueError("another secret")
    claims = json.loads(_unpack(body))
    if now > claims.get("exp", now) + 60:
        raise ValueError("expired")
    return claims


def _mac(text: str, secret: str, algorithm: str) -> bytes:
    return hmac.new(secret.encode(), text.encode(), _HASHES[algorithm]).digest()


def _pack(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _unpack(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
