"""Codes of shared links: long ones are tokens, short ones are letters or digits to read out.

Both are made of a seed and of the home's secret, so that the owner can be shown them again and the
database holds none. Pure; the caller brings randomness and the time.
"""

import hmac
import re
import string

from server.auth.tokens import Audience, Claims, TokenKeys
from server.permissions.permission import CodeSeed

LETTERS, DIGITS = 12, 6
"""Characters of a short code: of letters and digits 71 bits; of digits alone, for an hour, 20."""

_ALPHABET = string.ascii_letters + string.digits
_SHORT = re.compile(r"[A-Za-z0-9]{12}|[0-9]{6}")
_TINY = re.compile(r"[0-9]{6}")


def long_code(keys: TokenKeys, permission_id: str, seed: CodeSeed) -> str:
    """Return the token of a link; its subject is the set of permissions (cozy.md B5)."""
    claims = Claims(Audience.SHARE, keys.domain, permission_id, seed.made_at, seed.seed)
    return keys.issue(claims)


def short_code(secret: bytes, seed: CodeSeed) -> str:
    """Return the code to read out that a seed stands for."""
    drawn = int.from_bytes(hmac.digest(secret, b"short code\0" + seed.seed.encode(), "sha512"))
    alphabet, length = (string.digits, DIGITS) if seed.tiny else (_ALPHABET, LETTERS)
    letters = []
    for _ in range(length):
        drawn, place = divmod(drawn, len(alphabet))
        letters.append(alphabet[place])
    return "".join(letters)


def kept_of(secret: bytes, code: str) -> str:
    """Return what is kept of a short code: nobody finds even six digits without the secret."""
    return hmac.digest(secret, b"kept of short code\0" + code.encode(), "sha256").hex()


def is_short(text: str) -> bool:
    """Tell whether a text has the form of a short code."""
    return _SHORT.fullmatch(text) is not None


def is_tiny(text: str) -> bool:
    """Tell whether a text has the form of a code of six digits."""
    return _TINY.fullmatch(text) is not None


def password_proof(secret: bytes, permission_id: str, password_hash: str) -> str:
    """Return what the cookie of a link holds once its password was given; it dies with it."""
    about = f"link password\0{permission_id}\0{password_hash}"
    return hmac.digest(secret, about.encode(), "sha256").hex()
