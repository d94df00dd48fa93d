"""Any three trees: a plan is followed to an end, nothing is lost, both sides are equal then.

The laws are those that Dropbox checks its planner by (CanopyCheck).
"""

import os

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from clients.desktop.home.port import ROOT_ID
from clients.desktop.model.folding import Folding
from clients.desktop.model.kind import Kind
from clients.desktop.model.names import is_parked
from clients.desktop.planner.planner import plan
from clients.desktop.trees.local_tree import ROOT_KEY
from tests.support.desktop.three_trees import RULES, ThreeTrees

EXAMPLES = int(os.environ.get("FOYER_TESTS_PLANS", "0"))
"""Random examples of each law; 0 for some that are always the same."""

NAMES = ("a", "b", "c", "B")
PICK = st.integers(0, 30)
NAME = st.sampled_from(NAMES)
KIND = st.sampled_from([Kind.FILE, Kind.DIRECTORY])
BEGIN = st.lists(st.tuples(PICK, NAME, KIND), max_size=10)
CHANGES = st.lists(
    st.tuples(
        st.sampled_from(["make", "write", "move", "move", "swap", "remove", "leave_out", "mark"]),
        st.booleans(),
        *(PICK, PICK, NAME, KIND),
    ),
    max_size=14,
)


def begin(world, nodes):
    directories = [(ROOT_ID, ROOT_KEY)]
    for pick, name, kind in nodes:
        parent_id, parent = directories[pick % len(directories)]
        if world.trees.local.named(parent, name) is None:
            remote, local = world.agree(parent_id, parent, name, kind)
            if kind is Kind.DIRECTORY:
                directories.append((remote.id, local.key))
    world.trees.suspects.ids.clear()
    world.trees.suspects.keys.clear()


class RemoteSide:
    def __init__(self, world):
        self.world = world
        self.tree = world.trees.remote

    def nodes(self):
        return [self.tree.seen(node_id) for node_id in self.tree.below(ROOT_ID)]

    def directories(self):
        return [ROOT_ID, *(node.id for node in self.nodes() if node.kind is Kind.DIRECTORY)]

    def make(self, parent, name, kind):
        if self.tree.named(parent, name) is None:
            self.world.make_remote(parent, name, kind)

    def write(self, node):
        if node.kind is Kind.FILE:
            self.world.change_remote(node, content=self.world.new_content())

    def mark(self, node):
        if node.kind is Kind.FILE:
            self.world.change_remote(node, executable=not node.executable)

    def move(self, node, parent, name):
        inside = {node.id, *self.tree.below(node.id)}
        if self.tree.named(parent, name) is None and parent not in inside:
            self.world.change_remote(node, parent_id=parent, name=name)

    def place(self, node):
        return node.parent_id, node.name

    def put(self, node, parent, name):
        self.world.change_remote(self.tree.seen(node.id), parent_id=parent, name=name)

    def is_within(self, node, other):
        return other.id in (node.id, *self.tree.below(node.id))

    def remove(self, node):
        self.world.remove_remote(node.id, trashed=True)

    def leave_out(self, node):
        self.world.remove_remote(node.id, trashed=False)


class LocalSide:
    def __init__(self, world):
        self.world = world
        self.tree = world.trees.local

    def nodes(self, parent=ROOT_KEY):
        found = []
        for node in self.tree.children(parent):
            found += [node, *self.nodes(node.key)]
        return found

    def directories(self):
        return [ROOT_KEY, *(it.key for it in self.nodes() if self.tree.is_directory(it.key))]

    def make(self, parent, name, kind):
        if self.tree.named(parent, name) is None:
            self.world.make_local(parent, name, kind)

    def write(self, node):
        if node.content is not None:
            self.world.kept.discard(node.content)
            self.world.change_local(node, held=self.world.new_content())

    def mark(self, node):
        if node.content is not None:
            self.world.mark_local(node, executable=not node.entry.executable)

    def move(self, node, parent, name):
        is_inside = node.key in (parent, *self.tree.above(parent))
        if self.tree.named(parent, name) is None and not is_inside:
            self.world.change_local(node, parent=parent, name=name)

    def place(self, node):
        return node.parent, node.name

    def put(self, node, parent, name):
        self.world.change_local(self.tree.get(node.key), parent=parent, name=name)

    def is_within(self, node, other):
        return node.key in (other.key, *self.tree.above(other.key))

    def remove(self, node):
        self.world.remove_local(node.key)

    leave_out = remove


def change(side, verb, one, two, name, kind):
    nodes, directories = side.nodes(), side.directories()
    parent = directories[two % len(directories)]
    if verb == "make":
        side.make(parent, name, kind)
    if verb == "make" or not nodes:
        return
    node, other = nodes[one % len(nodes)], nodes[two % len(nodes)]
    if verb == "move":
        side.move(node, parent, name)
    elif verb == "swap":
        if not (side.is_within(node, other) or side.is_within(other, node)):
            first, second = side.place(node), side.place(other)
            side.put(node, *second)
            side.put(other, *first)
    else:
        getattr(side, verb)(node)


def world_of(nodes, changes, folding=None):
    world = ThreeTrees(folding)
    begin(world, nodes)
    sides = {True: RemoteSide(world), False: LocalSide(world)}
    for verb, is_remote, one, two, name, kind in changes:
        change(sides[is_remote], verb, one, two, name, kind)
    return world


@given(BEGIN, CHANGES)
@settings(max_examples=EXAMPLES or 300, deadline=None, derandomize=not EXAMPLES)
def test_both_sides_become_equal_and_nothing_is_lost(nodes, changes):
    world = world_of(nodes, changes)
    last, _ = world.follow()
    assert last.blocked == ()
    assert world.local_paths() == world.remote_paths()
    assert world.kept <= world.contents()
    assert not any("parked" in path for path in world.local_paths())
    world.trees.suspect_differing()
    again = plan(world.trees, RULES)
    assert again.steps == ()


@given(BEGIN, CHANGES)
@example(  # who was set aside on the disk still has its name in the home
    nodes=[(0, "a", Kind.FILE), (0, "b", Kind.FILE)],
    changes=[
        ("make", True, 0, 0, "B", Kind.FILE),
        ("swap", False, 0, 1, "a", Kind.FILE),
    ],
)
@settings(max_examples=EXAMPLES or 200, deadline=None, derandomize=not EXAMPLES)
def test_where_names_fold_what_is_not_written_is_told_of(nodes, changes):
    world = world_of(nodes, changes, Folding(case=True, unicode=True))
    last, _ = world.follow()
    assert world.kept <= world.contents()
    if last.blocked == ():
        local = {path.casefold(): held for path, held in world.local_paths().items()}
        assert local == {path.casefold(): held for path, held in world.remote_paths().items()}


@given(BEGIN)
def test_nothing_is_done_where_nothing_differs(nodes):
    world = world_of(nodes, [])
    world.trees.suspect_differing()
    assert (world.trees.suspects.ids, world.trees.suspects.keys) == (set(), set())
    assert plan(world.trees, RULES).steps == ()


@given(BEGIN, CHANGES, st.booleans())
@example(  # a new directory takes the name of a file that goes to a new one in it
    nodes=[(0, "B", Kind.FILE)],
    changes=[
        ("move", False, 0, 0, "a", Kind.FILE),
        ("make", False, 0, 0, "b", Kind.DIRECTORY),
        ("make", False, 0, 0, "B", Kind.DIRECTORY),
        ("make", False, 0, 1, "a", Kind.FILE),
        ("move", False, 2, 26, "a", Kind.FILE),
        ("swap", False, 1, 2, "a", Kind.FILE),
    ],
    is_remote=False,
)
@settings(max_examples=EXAMPLES or 200, deadline=None, derandomize=not EXAMPLES)
def test_what_one_side_alone_did_is_done_on_the_other(nodes, changes, is_remote):
    only = [(it[0], is_remote, *it[2:]) for it in changes if it[0] != "leave_out"]
    world = world_of(nodes, only)
    expected = world.remote_paths() if is_remote else world.local_paths()
    world.follow()
    assert world.remote_paths() == expected
    assert world.local_paths() == expected


@pytest.mark.parametrize("is_remote", [False, True])
def test_a_row_of_files_that_all_move_up_is_one_plan(is_remote):
    world = world_of([(0, f"x{number}", Kind.FILE) for number in range(50)], [])
    side = (RemoteSide if is_remote else LocalSide)(world)
    nodes = sorted(side.nodes(), key=lambda node: int(node.name[1:]), reverse=True)
    for node in nodes:
        parent, name = side.place(node)
        side.put(node, parent, f"x{int(name[1:]) + 1}")
    _, rounds = world.follow()
    assert rounds == 1
    assert world.local_paths() == world.remote_paths()


@pytest.mark.parametrize("is_remote", [False, True])
def test_a_ring_of_names_is_broken_at_one_place(is_remote):
    world = world_of([(0, f"x{number}", Kind.FILE) for number in range(9)], [])
    side = (RemoteSide if is_remote else LocalSide)(world)
    for node in side.nodes():
        parent, name = side.place(node)
        side.put(node, parent, f"x{(int(name[1:]) + 1) % 9}")
    first = plan(world.trees, RULES)
    assert len(first.steps) == 1
    assert is_parked(first.steps[0].operation.name, RULES.device)
    world.follow()
    assert world.local_paths() == world.remote_paths()
