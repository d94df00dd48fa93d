"""A code that opens one thing once (`io.cozy.oauth.access_codes`): kept as its hash, five minutes.

Whoever takes a code out removes it in the same transaction, so of two that come at once one gets
it. It is purged, not deleted: nothing of it has to be told to anybody.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from replication.store.protocol import DocumentStore
from server.devices.device import hashed
from server.instances.collection import Collection, Kept

DOCTYPE = "io.cozy.oauth.access_codes"
LIFETIME = timedelta(minutes=5)
CODE_LENGTH = 24
"""Random bytes of a code."""


class Opens(StrEnum):
    """What a code is for; one for one thing opens no other."""

    ACCESS = "access"
    """Tokens of a client, after the owner's consent."""
    SESSION = "session"
    """A session of the owner in a browser."""
    APP = "app"
    """The pages of an application, in the session that the scope names."""
    DELEGATED = "delegated"
    """Tokens of any client, for somebody whom an outside provider vouched for."""


class OneTimeCode(msgspec.Struct, kw_only=True, omit_defaults=True):
    """What a code was made for; `issued_at` is RFC 3339."""

    opens: Opens
    issued_at: str
    client_id: str = ""
    scope: str = ""
    challenge: str = ""
    redirect_uri: str = ""


@dataclass(frozen=True, slots=True)
class Codes:
    """The codes of a home."""

    store: DocumentStore

    async def add(self, code: str, value: OneTimeCode) -> None:
        """Keep a code, durably."""
        await self._kept.add(hashed(code), value)

    async def look(self, code: str, opens: Opens, now: datetime) -> Kept[OneTimeCode] | None:
        """Return a code that is good, and leave it; `now` is aware."""
        kept = await self._kept.get(hashed(code))
        if kept is None or kept.value.opens is not opens or _is_over(kept.value, now):
            return None
        return kept

    async def take(self, kept: Kept[OneTimeCode]) -> bool:
        """Use a code up; tells whether it was there still."""
        return await self._kept.forget(kept)

    async def forget_old(self, now: datetime) -> int:
        """Forget the codes that nobody used in time; return how many."""
        old = [kept async for kept in self._kept.all() if _is_over(kept.value, now)]
        return sum([await self._kept.forget(kept) for kept in old])

    @property
    def _kept(self) -> Collection[OneTimeCode]:
        return Collection(self.store, DOCTYPE, OneTimeCode)


def _is_over(code: OneTimeCode, now: datetime) -> bool:
    return now >= datetime.fromisoformat(code.issued_at) + LIFETIME
