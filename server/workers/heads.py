"""Whom a request is for, read from its first bytes, before anybody takes it up.

No more is read than that: a head that is not what RFC 9112 says is left to aiohttp, which refuses
it.
"""

import re

LONGEST_HEAD = 1 << 16
"""Bytes in which a head has its end, or is taken up as it is and refused there."""

_END = b"\r\n\r\n"
_HOST = re.compile(rb"\r\nhost:[ \t]*([^\r\n]*)", re.IGNORECASE)
_ABOUT = re.compile(rb"[A-Z]+ /instances/([^/?\s]+)[/?\s]")


def head_of(data: bytes) -> bytes | None:
    """Return the head that these bytes begin with, empty for none; None while more has to come."""
    end = data.find(_END)
    if end >= 0:
        return data[: end + 2]
    return None if len(data) < LONGEST_HEAD else b""


def host_in(head: bytes) -> str:
    """Return what the Host header says (RFC 9110, 7.2); empty where that is not said once."""
    found = _HOST.findall(head)
    return found[0].decode("ascii", "replace").strip() if len(found) == 1 else ""


def home_in(head: bytes) -> str:
    """Return the home that a request to the admin address is about; empty for none."""
    found = _ABOUT.match(head)
    return found[1].decode("ascii", "replace").lower() if found else ""
