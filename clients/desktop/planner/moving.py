"""Bringing a node to its place, and what is to be done where another has it.

The home's place wins over the disk's. A name is given when it is free now; who waits for a name is
remembered, for those who wait for each other in a ring need one of them moved out of the way.
"""

from enum import Enum, auto
from itertools import takewhile

from clients.desktop.home.port import RemoteNode
from clients.desktop.model.folding import folded
from clients.desktop.model.names import is_name, is_told
from clients.desktop.planner.draft import Draft, Pair, is_foreign
from clients.desktop.planner.operation import MoveAtHome, MoveOnDisk, Obstacle, Subject
from clients.desktop.planner.rescuing import rescue_from_left_out
from clients.desktop.trees.local_tree import LocalNode


class Fate(Enum):
    """What becomes of the one who has a name that another is to have."""

    STAYS = auto()
    MOVES = auto()
    GOES = auto()
    CLAIMS = auto()
    """It has the name by right of its own side alone."""


def move_on_disk(draft: Draft, pair: Pair) -> None:
    """Bring a node of the disk to where the home has it."""
    parent = draft.trees.key_of(pair.remote.parent_id)
    draft.moves_on_disk[pair.id] = pair.key
    if parent is None or draft.is_within(parent, pair.key):
        draft.wait_on_disk(pair.id, pair.remote.parent_id, *_leaving_on_disk(draft, parent, pair))
        return
    name = pair.remote.name
    if name == pair.synced.name:
        name = pair.synced.local_name
    if make_way_on_disk(draft, pair.id, parent, name, pair.key):
        draft.add(pair.id, MoveOnDisk(pair.key, parent, name, settles=pair.id))


def _leaving_on_disk(draft: Draft, parent: int | None, pair: Pair) -> list[Subject]:
    """Return who has to leave a directory of the disk before it can go into one that is in it."""
    if parent is None:
        return []
    within = takewhile(lambda key: key != pair.key, (parent, *draft.trees.local.above(parent)))
    found = [draft.trees.synced.of(key) for key in within]
    pairs = [draft.pair(synced) for synced in found if synced is not None]
    return [each.id for each in pairs if each is not None and draft.was_moved_at_home(each)]


def make_way_on_disk(
    draft: Draft, subject: Subject, parent: int, name: str, key: int | None = None
) -> bool:
    """Return whether a name is free on the disk; else see to it, as far as that is for us."""
    if not is_name(name):
        draft.block(subject, Obstacle.NO_NAME)
        return False
    occupant = draft.trees.local.named(parent, name)
    if occupant is None or occupant.key == key or draft.subject_of(occupant) in draft.freed_on_disk:
        return _claim_on_disk(draft, subject, parent, name)
    fate = fate_on_disk(draft, occupant, parent, name)
    if is_foreign(occupant):
        draft.block(subject, Obstacle.IN_THE_WAY)
    elif fate is Fate.STAYS:
        draft.block(subject, Obstacle.NAMES_FOLD)
    else:
        draft.wait_on_disk(subject, draft.subject_of(occupant))
        if fate is Fate.CLAIMS:
            set_aside(draft, occupant)
    return False


def _claim_on_disk(draft: Draft, subject: Subject, parent: int, name: str) -> bool:
    if draft.claim(parent, name):
        return True
    draft.block(subject, Obstacle.NAMES_FOLD)
    return False


def fate_on_disk(draft: Draft, occupant: LocalNode, parent: int, name: str) -> Fate:
    """Return what becomes of who has a name on the disk that the home gave to another."""
    synced = draft.trees.synced.of(occupant.key)
    if synced is None:
        return Fate.CLAIMS
    pair = draft.pair(synced)
    if pair is None:
        return Fate.GOES
    if draft.was_moved_at_home(pair):
        fold = folded(pair.remote.name, draft.trees.folding)
        there = (draft.trees.key_of(pair.remote.parent_id), fold)
        is_here = there == (parent, folded(name, draft.trees.folding))
        return Fate.STAYS if is_here else Fate.MOVES
    return Fate.CLAIMS if draft.was_moved_on_disk(pair) else Fate.STAYS


def set_aside(draft: Draft, local: LocalNode) -> None:
    """Give a node of the disk another name beside its own."""
    subject = draft.subject_of(local)
    if draft.is_busy(subject):
        draft.wait(subject)
        return
    name = draft.name_aside(local, local.parent)
    draft.add(subject, MoveOnDisk(local.key, local.parent, name))


def move_at_home(draft: Draft, pair: Pair) -> None:
    """Bring a node of the home to where the disk has it."""
    parent_id = draft.trees.id_of(pair.local.parent)
    draft.moves_at_home.add(pair.id)
    if parent_id is None:
        parent = draft.trees.local.get(pair.local.parent)
        draft.wait_at_home(pair.id, *(() if parent is None else (draft.subject_of(parent),)))
        rescue_from_left_out(draft, pair.local)
        return
    if draft.is_within_at_home(parent_id, pair.id):
        leaving = _leaving_at_home(draft, parent_id, pair)
        if leaving:
            draft.wait_at_home(pair.id, *leaving)
        else:
            move_on_disk(draft, pair)  # each side put one into the other: the home's is kept
        return
    name = draft.name_at_home(pair)
    if not is_told(name):
        draft.block(pair.id, Obstacle.NO_TEXT)
        return
    occupant = draft.trees.remote.named(parent_id, name)
    if pair.id in draft.rules.hidden:
        set_aside(draft, pair.local)
    elif occupant is None or occupant.id == pair.id or occupant.id in draft.freed_at_home:
        if draft.claim(parent_id, name):
            draft.add(pair.id, MoveAtHome(pair.id, parent_id, name))
        else:
            draft.wait(pair.id)
    else:
        _make_way_at_home(draft, pair, occupant)


def _leaving_at_home(draft: Draft, parent_id: str, pair: Pair) -> list[Subject]:
    """Return who has to leave a directory of the home before it can go into one that is in it."""
    found = [draft.trees.synced.get(node_id) for node_id in draft.up_to(parent_id, pair.id)]
    pairs = [draft.pair(synced) for synced in found if synced is not None]
    return [
        each.id
        for each in pairs
        if each is not None and draft.was_moved_on_disk(each) and not draft.was_moved_at_home(each)
    ]


def _make_way_at_home(draft: Draft, pair: Pair, occupant: RemoteNode) -> None:
    fate = fate_at_home(draft, occupant)
    if fate in (Fate.CLAIMS, Fate.STAYS):
        set_aside(draft, pair.local)
        return
    draft.wait_at_home(pair.id, occupant.id)


def fate_at_home(draft: Draft, occupant: RemoteNode) -> Fate:
    """Return what becomes of who has a name in the home that the disk gave to another."""
    synced = draft.trees.synced.get(occupant.id)
    if synced is None:
        return Fate.CLAIMS
    pair = draft.pair(synced)
    if pair is None:
        return Fate.GOES
    if draft.was_moved_at_home(pair):
        return Fate.CLAIMS
    return Fate.MOVES if draft.was_moved_on_disk(pair) else Fate.STAYS
