"""Nodes that wait for each other in a ring: one of each ring makes way for a moment.

Two that swap their names wait for each other. So do a directory that is to have the name of what is
to be moved into it, and one that goes away when what is in it has moved to its name.
"""

from collections.abc import Callable, Iterator, Mapping

from clients.desktop.home.port import ROOT_ID
from clients.desktop.model.names import parked_name
from clients.desktop.planner.draft import Draft
from clients.desktop.planner.operation import MoveAtHome, MoveOnDisk, Subject
from clients.desktop.trees.local_tree import ROOT_KEY

Waits = Mapping[Subject, list[Subject]]


def rings(waits: Waits, may_move: Callable[[Subject], bool]) -> list[Subject]:
    """Return who is to make way, so that no ring is left that has somebody who may.

    >>> rings({1: [2], 2: [1], 3: [1]}, lambda _: True)
    [1]
    """
    found: list[Subject] = []
    done: set[Subject] = set()
    for start in sorted(waits, key=_order):
        for ring in _rings_from(start, waits, done):
            _choose(ring, may_move, found)
    return found


def _rings_from(start: Subject, waits: Waits, done: set[Subject]) -> Iterator[list[Subject]]:
    """Follow who waits for whom, depth first; chains may be longer than calls can be nested."""
    stack: list[tuple[Subject, Iterator[Subject]]] = []
    way: dict[Subject, int] = {}

    def enter(subject: Subject) -> None:
        done.add(subject)
        way[subject] = len(way)
        stack.append((subject, iter(waits.get(subject, ()))))

    if start not in done:
        enter(start)
    while stack:
        following = next(stack[-1][1], None)
        if following is None:
            del way[stack.pop()[0]]
        elif following in way:
            yield [subject for subject, _ in stack[way[following] :]]
        elif following not in done:
            enter(following)


def _choose(ring: list[Subject], may_move: Callable[[Subject], bool], found: list[Subject]) -> None:
    if not any(subject in found for subject in ring):
        movers = [subject for subject in ring if may_move(subject)]
        found.extend(sorted(movers, key=_order)[:1])


def _order(subject: Subject) -> tuple[bool, int, str]:
    if isinstance(subject, int):
        return (False, subject, "")
    return (True, 0, subject)


def break_rings(draft: Draft) -> None:
    """Park one of each ring under a name of its own, in the folder itself."""
    for subject in rings(draft.waits_on_disk, draft.moves_on_disk.__contains__):
        key = draft.moves_on_disk[subject]
        name = parked_name(draft.rules.device, key)
        draft.add(subject, MoveOnDisk(key, ROOT_KEY, name))
    for number, subject in enumerate(rings(draft.waits_at_home, draft.moves_at_home.__contains__)):
        name = parked_name(draft.rules.device, number)
        draft.add(subject, MoveAtHome(str(subject), ROOT_ID, name, parks=True))
