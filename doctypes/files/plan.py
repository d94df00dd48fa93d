"""What a change of the tree comes to: edits for one transaction, decided before it begins."""

from collections.abc import Sequence
from dataclasses import dataclass

from doctypes.files.node import Directory, File, Node
from doctypes.files.paths import joined
from doctypes.files.usage import NO_GROWTH, Usage, usage_of
from replication.core.document import Edit


@dataclass(frozen=True, slots=True)
class Plan:
    """Edits of nodes, of `versions` and of held `profiles`, written together.

    `growth` is what they add.
    """

    edits: tuple[Edit, ...] = ()
    growth: Usage = NO_GROWTH
    versions: tuple[Edit, ...] = ()
    profiles: tuple[Edit, ...] = ()

    def __add__(self, other: "Plan") -> "Plan":
        return Plan(
            self.edits + other.edits,
            self.growth + other.growth,
            self.versions + other.versions,
            self.profiles + other.profiles,
        )


def all_of(plans: Sequence[Plan]) -> Plan:
    """Return many plans as one."""
    return Plan(
        tuple(edit for plan in plans for edit in plan.edits),
        sum((plan.growth for plan in plans), NO_GROWTH),
        tuple(edit for plan in plans for edit in plan.versions),
        tuple(edit for plan in plans for edit in plan.profiles),
    )


NOTHING = Plan()


@dataclass(frozen=True, slots=True)
class Place:
    """A directory to put things into, there already or planned."""

    id: str
    path: str

    @classmethod
    def of(cls, directory: Directory) -> "Place":
        """Return the place a directory is."""
        return cls(directory.id, directory.path)

    def path_of(self, name: str) -> str:
        """Return the path that a name has here."""
        return joined(self.path, name)


@dataclass(frozen=True, slots=True)
class Subtree:
    """A node, its path, and what is below it; files are left out where nobody asked for them.

    A directory comes before what it holds.
    """

    top: Node
    path: str
    directories: tuple[Directory, ...] = ()
    files: tuple[File, ...] = ()

    @property
    def every_file(self) -> tuple[File, ...]:
        """All files, the node itself if it is one."""
        return (self.top, *self.files) if isinstance(self.top, File) else self.files

    @property
    def usage(self) -> Usage:
        """What its files come to."""
        return usage_of(self.every_file)
