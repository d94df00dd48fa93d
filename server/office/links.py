"""The secrets inside the addresses that a Document Server is given, derived and not stored.

The callback's secret has no end: a Document Server may use the address of an old tab days later,
so it cannot be single-use nor bound to a login. The address of the contents ends, and names what
may be read with it: one key.
"""

import hmac
from dataclasses import dataclass
from hashlib import sha256

_DIGITS = 15


def callback_secret(instance_secret: bytes, key: str) -> str:
    """Return the secret of one document key's callback address, 64 hexadecimal digits."""
    return _mac(instance_secret, f"office callback {key}")


def opens_callback(instance_secret: bytes, key: str, given: str) -> bool:
    """Tell whether this secret belongs to this key, in constant time."""
    return hmac.compare_digest(callback_secret(instance_secret, key).encode(), given.encode())


def content_token(instance_secret: bytes, key: str, expires: int) -> str:
    """Return a token to read one session's document until `expires` (seconds since the epoch)."""
    return f"{key}.{expires}.{_mac(instance_secret, f'office content {key} {expires}')}"


def read_content_token(instance_secret: bytes, token: str, now: float) -> str | None:
    """Return the document key that a token opens; None when it is forged or has ended."""
    key, _, rest = token.partition(".")
    expires, _, _ = rest.partition(".")
    if not (expires.isascii() and expires.isdigit() and len(expires) <= _DIGITS):
        return None
    genuine = content_token(instance_secret, key, int(expires))
    if not hmac.compare_digest(genuine.encode(), token.encode()):
        return None
    return key if now < int(expires) else None


def _mac(instance_secret: bytes, text: str) -> str:
    return hmac.new(instance_secret, text.encode(), sha256).hexdigest()


@dataclass(frozen=True, slots=True)
class Loan:
    """Bytes that somebody without a login may read for a while: for what, of which file.

    `kind` is `past` (a content, to the Document Server), `picture` or `changes` (to its pages).
    """

    kind: str
    file_id: str
    blob: str


def loan_token(instance_secret: bytes, loan: Loan, expires: int) -> str:
    """Return a token that opens what is lent until `expires` (seconds since the epoch)."""
    told = f"{loan.kind}.{loan.file_id}.{loan.blob}.{expires}"
    return f"{told}.{_mac(instance_secret, f'office loan {told}')}"


def read_loan(instance_secret: bytes, token: str, now: float) -> Loan | None:
    """Return what a token lends; None when it is forged or has ended."""
    parts = token.rsplit(".", 3)
    kind, dot, file_id = parts[0].partition(".")
    if len(parts) != 4 or not dot:  # noqa: PLR2004
        return None
    _, blob, expires, _ = parts
    if not (expires.isascii() and expires.isdigit() and len(expires) <= _DIGITS):
        return None
    loan = Loan(kind, file_id, blob)
    genuine = loan_token(instance_secret, loan, int(expires))
    if not hmac.compare_digest(genuine.encode(), token.encode()):
        return None
    return loan if now < int(expires) else None
