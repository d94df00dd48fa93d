"""Access tokens: who may do what to one document, sealed, for some hours and not renewed.

The client keeps one for as long as somebody edits, so it does not end with the browser's session;
what it rests on (a link, a device) is asked anew at each request.
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from hashlib import sha256

import msgspec


class TokenWrong(Exception):
    """A token is forged, of another document, or has ended."""


class Access(msgspec.Struct, frozen=True, array_like=True):
    """What a token says; `ends` in seconds since 1970.

    `device` is the id of the OAuth client or app password behind it, empty for others.
    """

    file_id: str
    user_id: str
    name: str
    role: str
    takes_out: bool
    renames: bool
    adds: bool
    device: str
    ends: int


@dataclass(frozen=True, slots=True)
class AccessTokens:
    """Makes and reads the tokens of one home, by its secret."""

    secret: bytes

    def make(self, access: Access) -> str:
        """Return a token: letters, digits, `-`, `_` and `.`."""
        body = urlsafe_b64encode(msgspec.json.encode(access)).rstrip(b"=").decode()
        return f"{body}.{self._mac(body)}"

    def read(self, token: str, file_id: str, now: float) -> Access:
        """Return what a token says about a document. Raises TokenWrong."""
        body, _, mac = token.partition(".")
        if not hmac.compare_digest(self._mac(body).encode(), mac.encode("utf-8", "replace")):
            raise TokenWrong
        access = msgspec.json.decode(urlsafe_b64decode(body + "=" * (-len(body) % 4)), type=Access)
        if access.file_id != file_id or now >= access.ends:
            raise TokenWrong
        return access

    def _mac(self, body: str) -> str:
        told = f"wopi {body}".encode("utf-8", "replace")
        return hmac.new(self.secret, told, sha256).hexdigest()
