"""The time, and ids that nobody has: what the house takes from the system."""

import os
from datetime import UTC, datetime
from itertools import count
from uuid import uuid4

_IDS = 16**12
_request_ids = count(int.from_bytes(os.urandom(6), "big"))
"""Counts on from anywhere: asking the system for each request costs more than counting."""


def now() -> datetime:
    """Return the time, aware, in UTC."""
    return datetime.now(UTC)


def new_id() -> str:
    """Return an id that nobody has: 32 hexadecimal digits."""
    return uuid4().hex


def new_lock_token() -> str:
    """Return a token that no lock has, as a URI (RFC 4918 6.5)."""
    return uuid4().urn


def new_request_id() -> str:
    """Return an id that tells one request from the others of the week."""
    return f"{next(_request_ids) % _IDS:012x}"
