"""A browser where the owner is signed in (`io.cozy.sessions`).

The cookie holds random bytes, and the document's id is their hash: who reads the database can
enter no session.
"""

from datetime import datetime, timedelta

import msgspec

from replication.store.protocol import DocumentStore
from server.devices.device import hashed
from server.instances.collection import Collection

DOCTYPE = "io.cozy.sessions"

IDLE = timedelta(days=30)
"""After so long without a request a session has ended (cozy.md B3)."""

FRESH = timedelta(minutes=15)
"""For so long after the passphrase was shown, a session may change what signs in."""


class Session(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A session: dates are RFC 3339; `long_run` lasts beyond the browser's own.

    `until` ends it whatever happens, for those that are opened for one thing. `proved_at` is when
    the owner last showed who they are, `way` by what (`passphrase`, `passkey`, `code`).
    """

    created_at: str
    last_seen: str
    long_run: bool = False
    user_agent: str = ""
    ip: str = ""
    until: str = ""
    proved_at: str = ""
    way: str = ""

    @property
    def ends_at(self) -> float:
        """When it ends if nobody uses it again, in seconds since 1970."""
        idle = (datetime.fromisoformat(self.last_seen) + IDLE).timestamp()
        return min(idle, datetime.fromisoformat(self.until).timestamp()) if self.until else idle

    def is_fresh(self, now: datetime) -> bool:
        """Tell whether the owner showed a moment ago who they are."""
        return bool(self.proved_at) and now < datetime.fromisoformat(self.proved_at) + FRESH


def sessions_of(store: DocumentStore) -> Collection[Session]:
    """Return the sessions of a home."""
    return Collection(store, DOCTYPE, Session)


def session_id(cookie: str) -> str:
    """Return the id of the session that a cookie opens."""
    return hashed(cookie)
