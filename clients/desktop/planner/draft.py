"""A plan while it is made: what is seen of the trees, and what was decided so far."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from enum import Enum, auto
from itertools import takewhile

from clients.desktop.disk.port import EntryKind
from clients.desktop.home.port import ROOT_ID, RemoteNode
from clients.desktop.model.folding import folded
from clients.desktop.model.names import composed, conflict_name, is_parked, yields
from clients.desktop.planner.operation import (
    Blocked,
    MoveAtHome,
    MoveOnDisk,
    Obstacle,
    Operation,
    Step,
    Subject,
)
from clients.desktop.trees.local_tree import LocalNode
from clients.desktop.trees.synced_tree import SyncedNode
from clients.desktop.trees.trees import Trees


@dataclass(frozen=True, slots=True)
class Rules:
    """What a plan depends on besides the trees.

    `device` and `date` are for names of conflicts. `skip` are those whom something is being done
    about, or was tried in vain a moment ago. `hidden` are those whose name the home refused though
    this device sees nobody who has it. `is_ignored` is asked of paths, with `/` behind those of
    directories.
    """

    device: str
    date: str
    keeps_executable: bool = True
    skip: Collection[Subject] = ()
    hidden: Collection[Subject] = ()
    is_ignored: Callable[[str], bool] = lambda _: False


class Doom(Enum):
    """Whether a node of the home is to be thrown away with the directory that it is in."""

    DOOMED = auto()
    SURVIVES = auto()
    """Something in it is new to the disk, or was changed: it is brought back."""
    SOON = auto()
    """Something in it is about to be moved out."""
    HELD = auto()
    """Something in it cannot be decided on now."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A node that is on both sides."""

    synced: SyncedNode
    remote: RemoteNode
    local: LocalNode

    @property
    def id(self) -> str:
        """Return its id in the home."""
        return self.synced.id

    @property
    def key(self) -> int:
        """Return its key on the disk."""
        return self.local.key


@dataclass(frozen=True, slots=True)
class Way:
    """Where a directory of the home is, with `/` behind it; `""` is its root."""

    path: str
    is_ignored: bool


@dataclass(slots=True)
class Draft:
    """Steps are good in their order: a name that one of them frees may be given by a later one."""

    trees: Trees
    rules: Rules
    steps: list[Step] = field(default_factory=list)
    blocked: list[Blocked] = field(default_factory=list)
    unsettled: set[Subject] = field(default_factory=set)
    waits_on_disk: dict[Subject, list[Subject]] = field(default_factory=dict)
    waits_at_home: dict[Subject, list[Subject]] = field(default_factory=dict)
    moves_on_disk: dict[Subject, int] = field(default_factory=dict)
    """Who waits to be moved on the disk, and by which key."""
    moves_at_home: set[Subject] = field(default_factory=set)
    claimed: set[tuple[Subject, str]] = field(default_factory=set)
    freed_on_disk: set[Subject] = field(default_factory=set)
    """Who has a step in this plan that takes it from its place on the disk."""
    freed_at_home: set[Subject] = field(default_factory=set)
    """The same, for places in the home."""
    dooms: dict[str, Doom] = field(default_factory=dict)
    ways: dict[str, Way] = field(default_factory=dict)
    acted: set[Subject] = field(default_factory=set)

    def add(self, subject: Subject, operation: Operation) -> None:
        """Decide on a step."""
        self.unsettled.add(subject)
        self.acted.add(subject)
        self.steps.append(Step(subject, operation))
        if isinstance(operation, MoveAtHome):
            self.freed_at_home.add(subject)
        elif isinstance(operation, MoveOnDisk) and not self._is_respelt(operation):
            self.freed_on_disk.add(subject)

    def is_freed(self, subject: Subject) -> bool:
        """Say whether a step of this plan takes a node from its place on either side."""
        return subject in self.freed_on_disk or subject in self.freed_at_home

    def _is_respelt(self, operation: MoveOnDisk) -> bool:
        """Say whether a node keeps its name as the disk compares names."""
        occupant = self.trees.local.named(operation.parent, operation.name)
        return occupant is not None and occupant.key == operation.key

    def wait(self, subject: Subject) -> None:
        """Leave a node for later: something else has to be done before."""
        self.unsettled.add(subject)

    def wait_on_disk(self, subject: Subject, *others: Subject) -> None:
        """Leave a node for later: on the disk, others have to move, go or come before."""
        self.wait(subject)
        self.waits_on_disk.setdefault(subject, []).extend(others)

    def wait_at_home(self, subject: Subject, *others: Subject) -> None:
        """Leave a node for later: in the home, others have to move, go or come before."""
        self.wait(subject)
        self.waits_at_home.setdefault(subject, []).extend(others)

    def block(self, subject: Subject, obstacle: Obstacle) -> None:
        """Leave a node until a person does something."""
        self.unsettled.add(subject)
        self.blocked.append(Blocked(subject, obstacle))

    def is_busy(self, subject: Subject) -> bool:
        """Say whether a node is to be left alone for now, or has its step in this plan."""
        return subject in self.rules.skip or subject in self.acted

    def subject_of(self, local: LocalNode) -> Subject:
        """Return whom a step about a node of the disk is about."""
        synced = self.trees.synced.of(local.key)
        return local.key if synced is None else synced.id

    def pair(self, synced: SyncedNode) -> Pair | None:
        """Return a node with both its sides; None where one is gone."""
        remote, local = self.trees.remote.seen(synced.id), self.trees.local.get(synced.key)
        return None if remote is None or local is None else Pair(synced, remote, local)

    def was_moved_at_home(self, pair: Pair) -> bool:
        """Say whether the home gave a node another place; parking decides nothing."""
        if is_parked(pair.local.name, self.rules.device):
            return True
        if is_parked(pair.remote.name, self.rules.device):
            return yields(pair.local.name, pair.remote.name)
        remote, synced = pair.remote, pair.synced
        return (remote.parent_id, remote.name) != (synced.parent_id, synced.name)

    def was_moved_on_disk(self, pair: Pair) -> bool:
        """Say whether a node was given another place on the disk; parking decides nothing."""
        if is_parked(pair.remote.name, self.rules.device):
            return not yields(pair.local.name, pair.remote.name)
        if is_parked(pair.local.name, self.rules.device):
            return False
        local, synced = pair.local, pair.synced
        return (local.parent, local.name) != (synced.local_parent, synced.local_name)

    def is_at_one_place(self, pair: Pair) -> bool:
        """Say whether both sides have a node at the same place."""
        if self.trees.id_of(pair.local.parent) != pair.remote.parent_id:
            return False
        return pair.remote.name == self.name_at_home(pair)

    def name_at_home(self, pair: Pair) -> str:
        """Return the name that a node has for its place on the disk."""
        if pair.local.name == pair.synced.local_name:
            return pair.synced.name
        return self.told(pair.local.name)

    def told(self, name: str) -> str:
        """Return a name of the disk as the home is told of it."""
        return composed(name) if self.trees.folding.unicode else name

    def claim(self, parent: Subject, name: str) -> bool:
        """Take a free place for a step; False where another step of this plan has it."""
        fold = folded(name, self.trees.folding) if isinstance(parent, int) else name
        if (parent, fold) in self.claimed:
            return False
        self.claimed.add((parent, fold))
        return True

    def name_aside(self, local: LocalNode, parent: int) -> str:
        """Return a free name for a node of the disk that loses its own."""
        home = self.trees.id_of(parent)

        def is_taken(name: str) -> bool:
            at_home = home is not None and self.trees.remote.named(home, self.told(name))
            on_disk = self.trees.local.named(parent, name)
            return bool(at_home or on_disk or not self.claim(parent, name))

        return conflict_name(local.name, self.rules.device, self.rules.date, is_taken)

    def is_within(self, parent: int, key: int) -> bool:
        """Say whether a directory of the disk is another, or is in it."""
        return parent == key or key in self.trees.local.above(parent)

    def is_within_at_home(self, parent_id: str, node_id: str) -> bool:
        """Say whether a directory of the home is another, or is in it."""
        return node_id in self._up(parent_id)

    def up_to(self, node_id: str, top: str) -> Iterator[str]:
        """Yield the ids of the home from a node up to a directory above it, which is left out."""
        return takewhile(lambda each: each != top, self._up(node_id))

    def _up(self, node_id: str) -> Iterator[str]:
        while node_id != ROOT_ID:
            yield node_id
            node = self.trees.remote.seen(node_id)
            if node is None:
                return
            node_id = node.parent_id


def is_foreign(local: LocalNode) -> bool:
    """Say whether a node of the disk is none that homes keep."""
    return local.kind not in (EntryKind.FILE, EntryKind.DIRECTORY)
