"""Where an answer left off, packed into a string that is opaque to clients."""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass

import msgspec

from replication.core.errors import Invalid
from replication.query.sort_key import sort_key


class _Packed(msgspec.Struct, array_like=True, forbid_unknown_fields=True):
    document_id: str
    key: msgspec.Raw


@dataclass(frozen=True, slots=True)
class Bookmark:
    """The last document that was returned, and its key, in JSON, in the index that was read."""

    document_id: str
    key: bytes

    @property
    def place(self) -> bytes:
        """Where its key stands among all keys."""
        return sort_key(msgspec.json.decode(self.key))

    def pack(self) -> str:
        """Return it as a string."""
        packed = msgspec.json.encode(_Packed(self.document_id, msgspec.Raw(self.key)))
        return urlsafe_b64encode(packed).decode().rstrip("=")

    @classmethod
    def unpack(cls, text: str) -> "Bookmark":
        """Read a string back. Raises Invalid."""
        try:
            data = urlsafe_b64decode(text + "=" * (-len(text) % 4))
            packed = msgspec.json.decode(data, type=_Packed)
            msgspec.json.decode(packed.key)
        except (ValueError, binascii.Error, RecursionError):
            shown = msgspec.json.encode(text).decode()
            raise Invalid("invalid_bookmark", f"Invalid bookmark value: {shown}") from None
        return cls(packed.document_id, bytes(packed.key))
