"""What can be done about a difference. `id` is a node of the home, `key` one of the disk."""

from dataclasses import dataclass
from enum import StrEnum

Subject = str | int
"""Whom an operation is about: a node that the home knows by its id, another by its key."""


@dataclass(frozen=True, slots=True)
class Join:
    """Take the two for one: they have the same place and content; or the home has it by us.

    `is_ours`: the home was asked for it and did it, the answer was lost, and on the disk the node
    was moved since.
    """

    id: str
    key: int
    is_ours: bool = False


class Aspect(StrEnum):
    """What of a node is decided on by itself."""

    PLACE = "place"
    CONTENT = "content"
    MARK = "mark"
    """Whether it may be run."""


@dataclass(frozen=True, slots=True)
class Agree:
    """Note that both sides were changed to the same."""

    id: str
    aspect: Aspect


@dataclass(frozen=True, slots=True)
class Forget:
    """Take the two for two: what is left of either is new to the other side."""

    id: str


@dataclass(frozen=True, slots=True)
class Digest:
    """Find out what a file of the disk holds."""

    key: int


@dataclass(frozen=True, slots=True)
class MakeOnDisk:
    """Make a directory of the home on the disk."""

    id: str
    parent: int
    name: str


@dataclass(frozen=True, slots=True)
class Download:
    """Put a file of the home on the disk, where nothing is."""

    id: str
    parent: int
    name: str


@dataclass(frozen=True, slots=True)
class Overwrite:
    """Give a file of the disk the content that the home has."""

    id: str
    key: int


@dataclass(frozen=True, slots=True)
class MoveOnDisk:
    """Give a node of the disk another place; `settles`: the one that its node at home has."""

    key: int
    parent: int
    name: str
    settles: str | None = None


@dataclass(frozen=True, slots=True)
class SetAside:
    """Give a content of the disk that lost to the home's another name, and take it for new."""

    id: str
    key: int
    parent: int
    name: str


@dataclass(frozen=True, slots=True)
class MarkOnDisk:
    """Let a file of the disk be run, or not, as in the home."""

    id: str
    key: int


@dataclass(frozen=True, slots=True)
class RemoveFromDisk:
    """Take off the disk what is gone from the home; `trashed`: somebody threw it away."""

    id: str
    key: int
    trashed: bool


@dataclass(frozen=True, slots=True)
class MakeAtHome:
    """Make a directory of the disk in the home."""

    key: int
    parent_id: str
    name: str


@dataclass(frozen=True, slots=True)
class Upload:
    """Send a file that is new."""

    key: int
    parent_id: str
    name: str


@dataclass(frozen=True, slots=True)
class Replace:
    """Send a new content of a file."""

    id: str
    key: int


@dataclass(frozen=True, slots=True)
class MoveAtHome:
    """Give a node of the home the place that it has on the disk; or `parks` it for a moment."""

    id: str
    parent_id: str
    name: str
    parks: bool = False


@dataclass(frozen=True, slots=True)
class MarkAtHome:
    """Let a file of the home be run, or not, as on the disk."""

    id: str
    key: int


@dataclass(frozen=True, slots=True)
class Trash:
    """Throw away in the home what was taken off the disk, with what is in it."""

    id: str


Operation = (
    Join
    | Agree
    | Forget
    | Digest
    | MakeOnDisk
    | Download
    | Overwrite
    | MoveOnDisk
    | SetAside
    | MarkOnDisk
    | RemoveFromDisk
    | MakeAtHome
    | Upload
    | Replace
    | MoveAtHome
    | MarkAtHome
    | Trash
)


@dataclass(frozen=True, slots=True)
class Step:
    """An operation, and whom it is about."""

    subject: Subject
    operation: Operation


class Obstacle(StrEnum):
    """Why a node stays as it is until a person does something."""

    NAMES_FOLD = "names_fold"
    """The disk takes its name for that of another node of the same directory."""
    NO_TEXT = "no_text"
    """Its name on the disk is no text: no home can be told of it."""
    NO_NAME = "no_name"
    """Its name in the home is none that a disk could have: it would lead elsewhere."""
    IN_THE_WAY = "in_the_way"
    """Something that is no file and no directory has its place on the disk."""


@dataclass(frozen=True, slots=True)
class Blocked:
    """A node that cannot be brought to where it should be."""

    subject: Subject
    obstacle: Obstacle
