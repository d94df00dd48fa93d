"""What was done, as people read it."""

from collections.abc import Callable
from datetime import datetime

from clients.desktop.home.port import ROOT_ID
from clients.desktop.planner.operation import (
    Download,
    MakeAtHome,
    MakeOnDisk,
    MoveAtHome,
    MoveOnDisk,
    Operation,
    Overwrite,
    RemoveFromDisk,
    Replace,
    SetAside,
    Step,
    Subject,
    Trash,
    Upload,
)
from clients.desktop.trees.journal import Event
from clients.desktop.trees.trees import Trees

CONFLICT = "conflict"
_WORDS: dict[type, str] = {
    MakeOnDisk: "received",
    Download: "received",
    Overwrite: "received",
    MoveOnDisk: "moved_here",
    SetAside: CONFLICT,
    RemoveFromDisk: "removed_here",
    MakeAtHome: "sent",
    Upload: "sent",
    Replace: "sent",
    MoveAtHome: "moved_at_home",
    Trash: "thrown_away",
}


class Telling:
    """Notes steps in the journal, and says where a node is."""

    def __init__(self, trees: Trees, clock: Callable[[], datetime]) -> None:
        self._trees = trees
        self._clock = clock

    def path_of(self, subject: Subject) -> str:
        """Return where a node is on the disk, or else in the home."""
        key = subject if isinstance(subject, int) else self._trees.key_of(subject)
        if key is not None:
            return self._trees.local.path(key)
        names: list[str] = []
        node = self._trees.remote.seen(str(subject))
        while node is not None and node.id != ROOT_ID:
            names.append(node.name)
            node = self._trees.remote.seen(node.parent_id)
        return "/".join(reversed(names))

    def note(self, step: Step, before: str) -> None:
        """Note a step that was done about what was at a path before."""
        word = _WORDS.get(type(step.operation))
        if word is None:
            return
        if _gives_another_name(step.operation):
            word = CONFLICT
        path = self._now_at(step, before)
        at = int(self._clock().timestamp())
        self._trees.journal.add(Event(at, word, path, before if path != before else ""))

    def conflicts(self) -> tuple[Event, ...]:
        """Return the conflicts whose local content is still under the name it got."""
        found = self._trees.journal.of_kind(CONFLICT)
        return tuple(event for event in found if self._trees.local.at(event.path) is not None)

    def _now_at(self, step: Step, before: str) -> str:
        operation = step.operation
        if isinstance(operation, MoveOnDisk | SetAside):
            return self._trees.local.path(operation.key)
        return before or self.path_of(step.subject)


def _gives_another_name(operation: Operation) -> bool:
    return isinstance(operation, MoveOnDisk) and operation.settles is None
