"""What a person is asked before it is removed."""

from clients.desktop.engine.guard import Limits, thrown_away_at_home, thrown_away_on_disk
from clients.desktop.engine.status import Reason
from clients.desktop.planner.operation import RemoveFromDisk, Step, Subject, Trash
from clients.desktop.trees.trees import Trees

_GUARDED = (
    (Reason.MANY_REMOVED_ON_DISK, Trash, thrown_away_at_home),
    (Reason.MANY_REMOVED_AT_HOME, RemoveFromDisk, thrown_away_on_disk),
)


class Asking:
    """Holds what removes much at once, until it is answered for."""

    def __init__(self, trees: Trees, limits: Limits) -> None:
        self._trees = trees
        self._limits = limits
        self._asked: dict[Reason, set[Subject]] = {}
        self._confirmed: set[Subject] = set()
        self.files = 0

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Return what is asked."""
        return tuple(self._asked)

    def allowed(self, steps: list[Step]) -> list[Step]:
        """Return the steps that need no answer, or have it."""
        self._asked.clear()
        self.files = 0
        for reason, kind, count in _GUARDED:
            removing = [
                step
                for step in steps
                if isinstance(step.operation, kind) and step.subject not in self._confirmed
            ]
            files = count(self._trees, removing)
            if not self._limits.allow(files, self._trees.files()):
                self._asked[reason] = {step.subject for step in removing}
                self.files += files
                steps = [step for step in steps if step not in removing]
        return steps

    def answer(self, *, remove: bool) -> None:
        """Remove what was asked about, or bring it back to where it is gone from."""
        asked: set[Subject] = set().union(*self._asked.values())
        if remove:
            self._confirmed |= asked
        else:
            with self._trees.transaction():
                for subject in sorted(asked, key=str):
                    self._bring_back(str(subject))
        self._asked.clear()
        self.files = 0

    def _bring_back(self, node_id: str) -> None:
        for found in (*self._trees.remote.below(node_id), node_id):
            self._trees.forget(found)
