"""What a change of the tree comes to: edits for one transaction, decided before it begins."""

from dataclasses import dataclass

from doctypes.files.node import Directory, File, Node
from doctypes.files.paths import joined
from replication.core.document import Edit


@dataclass(frozen=True, slots=True)
class Plan:
    """Edits to be written together; `growth` is how many bytes of content they add."""

    edits: tuple[Edit, ...]
    growth: int = 0

    def __add__(self, other: "Plan") -> "Plan":
        return Plan(self.edits + other.edits, self.growth + other.growth)


NOTHING = Plan(())


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
    def size(self) -> int:
        """Bytes of all files."""
        own = self.top.size if isinstance(self.top, File) else 0
        return own + sum(file.size for file in self.files)
