"""What happens too often to be told one by one, counted by the hour: no I/O, no clock.

A device that synchronises changes thousands of documents; a stranger who guesses, as many wrong
passwords. The owner wants to know of both, in one line each.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b

from server.auth.principal import Principal

ELSEWHERE = "elsewhere"
"""Where addresses come from that are not told apart."""


@dataclass(frozen=True, slots=True)
class Counted:
    """What is counted together: who, from where, did what to which type, in which hour."""

    domain: str
    hour: datetime
    event: str
    subject: str
    principal: Principal | None
    address: str
    verb: str = ""

    @property
    def entry_id(self) -> str:
        """Return the id of its one entry, whoever counts on after a restart."""
        who = self.principal
        parts = (self.event, self.subject, self.address, self.verb)
        named = (*parts, who.kind if who else "", who.credential or who.name if who else "")
        digest = blake2b("\0".join(named).encode(), digest_size=8).hexdigest()
        return f"{self.hour:%Y%m%dT%H}0000000000-{digest}"


@dataclass(frozen=True, slots=True)
class Figures:
    """How often something happened, and when first and last."""

    count: int
    first: datetime
    last: datetime


class Tally:
    """Counts until somebody takes the figures away.

    Kinds beyond `most` are not told apart by address any more, nor are, in one home and hour,
    strangers beyond `most_strangers`: whoever comes from everywhere writes no novel there, and
    drives nothing else out.
    """

    def __init__(self, most: int = 10_000, most_strangers: int = 100) -> None:
        self._most = most
        self._most_strangers = most_strangers
        self._counts: Counter[Counted] = Counter()
        self._spans: dict[Counted, tuple[datetime, datetime]] = {}
        self._strangers: dict[tuple[str, datetime], set[str]] = {}

    def add(self, counted: Counted, now: datetime) -> None:
        """Count once more."""
        full = counted not in self._counts and len(self._counts) >= self._most
        if full or (counted.principal is None and not self._told_apart(counted)):
            counted = Counted(
                counted.domain, counted.hour, counted.event, counted.subject, None, ELSEWHERE
            )
        self._counts[counted] += 1
        first, _ = self._spans.get(counted, (now, now))
        self._spans[counted] = (first, now)

    def has(self, domain: str) -> bool:
        """Tell whether something about a home was counted since."""
        return any(counted.domain == domain for counted in self._counts)

    def take(self) -> Mapping[Counted, Figures]:
        """Return what was counted since, and begin anew."""
        counts, spans = self._counts, self._spans
        self._counts, self._spans = Counter(), {}
        return {counted: Figures(count, *spans[counted]) for counted, count in counts.items()}

    def _told_apart(self, counted: Counted) -> bool:
        key = counted.domain, counted.hour
        addresses = self._strangers.get(key)
        if addresses is None:
            self._strangers = {k: v for k, v in self._strangers.items() if k[1] >= counted.hour}
            addresses = self._strangers[key] = set()
        if counted.address in addresses:
            return True
        if len(addresses) >= self._most_strangers:
            return False
        addresses.add(counted.address)
        return True


def hour_of(moment: datetime) -> datetime:
    """Return the hour that a moment lies in."""
    return moment.replace(minute=0, second=0, microsecond=0)
