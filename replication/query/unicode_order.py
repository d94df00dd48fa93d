"""The order of strings, as keys: by code point."""

VERSION = "codepoint"
_TAG, _END = b"\x06", b"\x00"


def string_key(text: str) -> bytes:
    """Return bytes that sort as the string does, and that no other string's key begins with."""
    encoded = text.encode("utf-8", "surrogatepass")
    if b"\x00" in encoded or b"\x01" in encoded:
        encoded = encoded.replace(b"\x01", b"\x01\x02").replace(b"\x00", b"\x01\x01")
    return _TAG + encoded + _END
