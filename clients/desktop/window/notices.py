"""When a person is called, also where the window is closed: what became so since the last look.

A conflict, something that only a person can mend, and the end of long work; each once. Pure.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from clients.desktop.local.messages import known, say
from clients.desktop.local.telling import printable, word_for

LONG = 60.0
"""Seconds of work whose end is worth a word."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A title and a line, as systems show them."""

    title: str
    text: str


@dataclass(slots=True)
class Watched:
    """One folder as it was at the last look. `since`: when the work under way began, in seconds."""

    conflicts: set[tuple[int, str]] = field(default_factory=set)
    wrong: set[str] = field(default_factory=set)
    since: float | None = None
    is_known: bool = False

    def look(self, told: Mapping[str, Any], now: float) -> list[Notice]:
        """Return what became so since the last look; what was so at the first is shown anyway."""
        found = [*self._conflicts(told), *self._wrong(told), *self._done(told, now)]
        was_known, self.is_known = self.is_known, self.is_known or "state" in told
        return found if was_known else []

    def _conflicts(self, told: Mapping[str, Any]) -> Iterator[Notice]:
        events = {(one["at"], one["path"]): one for one in told.get("conflicts", ())}
        new = [one for key, one in events.items() if key not in self.conflicts]
        self.conflicts |= set(events)
        for one in new:
            yield Notice(say("notice_conflict"), printable(one["other"] or one["path"]))

    def _wrong(self, told: Mapping[str, Any]) -> Iterator[Notice]:
        now = dict(_wrongs(told))
        new = now.keys() - self.wrong
        self.wrong = set(now) if "state" in told else self.wrong | set(now)
        for key in sorted(new):
            yield Notice(say("notice_attention"), now[key])

    def _done(self, told: Mapping[str, Any], now: float) -> Iterator[Notice]:
        state = told.get("state")
        if state == "working":
            self.since = now if self.since is None else self.since
        elif state == "idle":
            if self.since is not None and now - self.since >= LONG:
                yield Notice(say("notice_done"), say("state_idle", files=told["files"]))
            self.since = None


def _wrongs(told: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield what only a person can mend, each with its words."""
    if "root" in told and told["root"] != "here":
        yield f"root {told['root']}", say(f"root_{told['root']}")
    for reason in told.get("reasons", ()):
        if reason != "by_person":
            key = f"window_{reason}" if known(f"window_{reason}") else f"reason_{reason}"
            yield f"reason {reason}", say(key, why=told["why"], asked=told["asked"])
    for one in told.get("problems", ()):
        text = f"{printable(one['path'])}: {word_for('problem', one['kind'])}"
        yield f"problem {one['path']} {one['kind']}", text
