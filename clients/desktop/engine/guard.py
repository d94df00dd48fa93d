"""Whether so much is to be removed at once that a person is asked first."""

from dataclasses import dataclass

from clients.desktop.disk.port import EntryKind
from clients.desktop.model.kind import Kind
from clients.desktop.planner.operation import RemoveFromDisk, Step, Trash
from clients.desktop.trees.trees import Trees


@dataclass(frozen=True, slots=True)
class Limits:
    """More files than `files`, and more than this `share` of all, are not removed unasked."""

    files: int = 100
    share: float = 0.25

    def allow(self, removed: int, total: int) -> bool:
        """Say whether so many may be removed of so many."""
        return removed <= self.files or removed <= self.share * total


def thrown_away_at_home(trees: Trees, steps: list[Step]) -> int:
    """Count the files that these steps throw away in the home."""
    ids = [step.operation.id for step in steps if isinstance(step.operation, Trash)]
    return sum(_files(trees, node_id) for node_id in ids)


def thrown_away_on_disk(trees: Trees, steps: list[Step]) -> int:
    """Count the files that these steps take off the disk, because somebody threw them away."""
    operations = (step.operation for step in steps)
    thrown_away = [it for it in operations if isinstance(it, RemoveFromDisk) and it.trashed]
    nodes = (trees.local.get(it.key) for it in thrown_away)
    return sum(node is not None and node.kind is EntryKind.FILE for node in nodes)


def _files(trees: Trees, node_id: str) -> int:
    nodes = (trees.remote.seen(found) for found in (node_id, *trees.remote.below(node_id)))
    return sum(node is not None and node.kind is Kind.FILE for node in nodes)
