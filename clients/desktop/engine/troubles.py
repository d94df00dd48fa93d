"""What did not go, and when it is tried again: later each time, never given up."""

from collections.abc import Container
from dataclasses import dataclass
from enum import StrEnum

from clients.desktop.planner.operation import Subject

FIRST, LONGEST = 0.2, 600.0
"""Seconds until something is tried again: after the first failure, and after many."""
SURE = 3
"""Times that a name is refused as taken before somebody is believed to have it unseen."""


class Kind(StrEnum):
    """Why something did not go, as people are told."""

    CHANGING = "changing"
    """It is another each time that we look."""
    UNWRITABLE = "unwritable"
    BUSY = "busy"
    REFUSED = "refused"
    NAME_TAKEN = "name_taken"


@dataclass(frozen=True, slots=True)
class Trouble:
    """A node that something failed about."""

    subject: Subject
    kind: Kind
    why: str
    times: int
    until: float

    @property
    def is_lasting(self) -> bool:
        """Say whether people should be told: what changes under our hands soon comes right."""
        return self.kind not in (Kind.CHANGING, Kind.NAME_TAKEN) or self.times > SURE


class Troubles:
    """Nodes with trouble. `now` is of a clock that never goes back, in seconds."""

    def __init__(self) -> None:
        self._all: dict[Subject, Trouble] = {}

    def add(self, subject: Subject, kind: Kind, why: str, now: float) -> None:
        """Remember a failure."""
        before = self._all.get(subject)
        times = before.times + 1 if before is not None and before.kind is kind else 1
        delay = min(LONGEST, FIRST * 2 ** min(times - 1, 20))
        self._all[subject] = Trouble(subject, kind, why, times, now + delay)

    def clear(self, subject: Subject) -> None:
        """Forget what failed about a node."""
        self._all.pop(subject, None)

    def keep_only(self, subjects: Container[Subject]) -> None:
        """Forget what failed about nodes that nothing is left to do about."""
        self._all = {who: trouble for who, trouble in self._all.items() if who in subjects}

    def clear_all(self) -> None:
        """Try everything again at once."""
        self._all.clear()

    def waiting(self, now: float) -> set[Subject]:
        """Return whom nothing is to be tried about yet."""
        return {trouble.subject for trouble in self._all.values() if trouble.until > now}

    def due(self, now: float) -> float | None:
        """Return when the next may be tried, in seconds from now."""
        times = [trouble.until - now for trouble in self._all.values() if trouble.until > now]
        return min(times, default=None)

    def hidden(self) -> set[Subject]:
        """Return whose name somebody has whom this device does not see."""
        return {
            trouble.subject
            for trouble in self._all.values()
            if trouble.kind is Kind.NAME_TAKEN and trouble.times >= SURE
        }

    def lasting(self) -> list[Trouble]:
        """Return what people should be told of."""
        return [trouble for trouble in self._all.values() if trouble.is_lasting]
