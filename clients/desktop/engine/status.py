"""What people are told of the engine."""

from dataclasses import dataclass
from enum import StrEnum

from clients.desktop.engine.troubles import Kind
from clients.desktop.planner.operation import Obstacle
from clients.desktop.trees.journal import Event


class State(StrEnum):
    """What the engine does."""

    STARTING = "starting"
    WORKING = "working"
    IDLE = "idle"
    PAUSED = "paused"
    """A person, or `reason`, holds it."""
    OFFLINE = "offline"
    """The home does not answer; it is asked again by and by."""
    STOPPED = "stopped"


class Reason(StrEnum):
    """Why not all is done that could be."""

    BY_PERSON = "by_person"
    ROOT_MISSING = "root_missing"
    ROOT_ANOTHER = "root_another"
    REVOKED = "revoked"
    MOVED = "moved"
    SHUT = "shut"
    """Terms to sign, a payment that is missing: the home tells, and is asked again by and by."""
    NO_ROOM_ON_DISK = "no_room_on_disk"
    NO_ROOM_IN_HOME = "no_room_in_home"
    MANY_REMOVED_ON_DISK = "many_removed_on_disk"
    """Much is gone from the disk: shall it be thrown away in the home? `confirm` answers."""
    MANY_REMOVED_AT_HOME = "many_removed_at_home"
    """Much was thrown away in the home: shall it be taken off the disk? `confirm` answers."""


@dataclass(frozen=True, slots=True)
class Transfer:
    """A content under way. `done` counts bytes."""

    path: str
    is_upload: bool
    size: int
    done: int


@dataclass(frozen=True, slots=True)
class Problem:
    """A path that cannot be kept as it should, and why."""

    path: str
    kind: Kind | Obstacle
    why: str = ""


@dataclass(frozen=True, slots=True)
class Status:
    """The engine at one moment.

    `why` belongs to `reasons`: an address where the home moved to, what the home said. `waiting`
    counts nodes that are still to be brought in line, `files` those that both sides have.
    `asked` counts the files that `confirm` is asked about, `foreign` the links and the like on the
    disk, which are left alone.
    """

    state: State
    reasons: tuple[Reason, ...]
    why: str
    files: int
    waiting: int
    asked: int
    bytes_up: int
    bytes_down: int
    transfers: tuple[Transfer, ...]
    problems: tuple[Problem, ...]
    conflicts: tuple[Event, ...]
    recent: tuple[Event, ...]
    foreign: int = 0
