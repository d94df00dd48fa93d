"""A browser where the owner is signed in (`io.cozy.sessions`).

The cookie holds random bytes, and the document's id is their hash: who reads the database can
enter no session.
"""

import msgspec

from replication.store.protocol import DocumentStore
from server.devices.device import hashed
from server.instances.collection import Collection

DOCTYPE = "io.cozy.sessions"


class Session(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A session: dates are RFC 3339; `long_run` lasts beyond the browser's own."""

    created_at: str
    last_seen: str
    long_run: bool = False
    user_agent: str = ""
    ip: str = ""


def sessions_of(store: DocumentStore) -> Collection[Session]:
    """Return the sessions of a home."""
    return Collection(store, DOCTYPE, Session)


def session_id(cookie: str) -> str:
    """Return the id of the session that a cookie opens."""
    return hashed(cookie)
