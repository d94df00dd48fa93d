"""Devices that exclude directories: each follows its own feed, and sees just its own tree.

A step begins and ends with devices that have read everything (`eager`), so that whatever is not
told of it shows at once; or it comes on top of others that nobody has read yet. Steps that matter
to somebody who excludes are chosen by what is excluded, since chance would seldom find them.
"""

import asyncio
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from doctypes.files.errors import FileTreeError
from doctypes.files.file_tree import FileTree
from doctypes.files.node import DOCTYPE, ROOT_ID, TRASH_ID, Directory
from doctypes.files.whole_tree import every_node
from replication.blobs.memory import MemoryBlobStore
from replication.store.memory import MemoryDocumentStore
from tests.support.replicas import Replica, line, seen

PICKS = st.integers(min_value=0, max_value=10_000)
NAMES = st.sampled_from(["a", "b", "c"])
DEVICES = ("laptop", "phone")
FIXED = (ROOT_ID, TRASH_ID)


class ExclusionsMachine(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.runner = asyncio.Runner()
        numbers, store = count(), MemoryDocumentStore()
        self.tree = FileTree(
            store,
            MemoryBlobStore(),
            clock=lambda: datetime(2026, 11, 23, tzinfo=UTC),
            new_id=lambda: f"id{next(numbers)}",
        )
        self.run(self.tree.start())
        self.database = self.run(store.open(DOCTYPE))
        self.replicas = {name: Replica(self.tree.changes_for(name)) for name in DEVICES}
        self.excluded = {name: set() for name in DEVICES}

    @initialize(excluded=st.sampled_from([("/a", "/c"), ("/a/b", "/a"), ("/c/a", "/c"), ()]))
    def begin_with_some(self, excluded):
        for path in ("/a/b", "/c/a"):
            self.run(self.tree.make_directories(path))
        for path in ("/a", "/a/b", "/c/a"):
            self.create_in(self.run(self.tree.at(path)).id, "c")
        for path, device in zip(excluded, DEVICES, strict=False):
            self.exclude_it(self.run(self.tree.at(path)).id, device, eager=True)

    def run(self, step):
        return self.runner.run(step)

    def attempt(self, step):
        try:
            return self.run(step)
        except FileTreeError:
            return None

    def nodes(self):
        """All nodes by their ids, as they are now."""
        return self.run(every_node(self.database))

    def pick(self, number, *, directory=False):
        nodes = self.nodes()
        known = [i for i, n in nodes.items() if not directory or isinstance(n, Directory)]
        return sorted(known)[number % len(known)]

    def pick_excluded(self, number, device):
        """A directory that the device has excluded and that is still there; None if none is."""
        known = sorted(self.excluded[device] & set(self.nodes()))
        return known[number % len(known)] if known else None

    def pick_below(self, number, node, *, directory=False):
        """Something that lies in a directory, however deep; None if there is nothing."""
        nodes = self.nodes()
        known = [one for one in nodes if node in line(nodes, one)[1:]]
        if directory:
            known = [one for one in known if isinstance(nodes[one], Directory)]
        return sorted(known)[number % len(known)] if known else None

    @rule(parent=PICKS, name=NAMES)
    def make_directory(self, parent, name):
        self.attempt(self.tree.make_directory(self.pick(parent, directory=True), name))

    @rule(parent=PICKS, name=NAMES)
    def create(self, parent, name):
        self.create_in(self.pick(parent, directory=True), name)

    def create_in(self, parent, name):
        async def body():
            yield b"x"

        before, content = self.nodes(), self.run(self.tree.stage(body()))
        made = self.attempt(self.tree.create(parent, name, content))
        after = self.nodes()
        assert all(after[node] == before[node] for node in before)
        assert set(after) - set(before) == ({made.id} if made else set())

    @rule(node=PICKS, device=st.sampled_from(DEVICES), name=NAMES)
    def create_where_something_hidden_is(self, node, device, name):
        hidden = self.pick_excluded(node, device)
        if hidden is not None:
            found = self.nodes()[hidden]
            self.create_in(found.dir_id, found.name)
            self.create_in(hidden, name)

    @rule(node=PICKS, parent=PICKS, name=NAMES, eager=st.booleans())
    def move_directory(self, node, parent, name, eager):
        node, parent = (self.pick(number, directory=True) for number in (node, parent))
        self.move_to(node, parent, name, eager)

    @rule(node=PICKS, parent=PICKS, name=NAMES, eager=st.booleans())
    def move(self, node, parent, name, eager):
        self.move_to(self.pick(node), self.pick(parent, directory=True), name, eager)

    @rule(
        number=PICKS,
        other=PICKS,
        device=st.sampled_from(DEVICES),
        way=st.sampled_from(["in", "out", "itself", "rename", "within"]),
        name=NAMES,
        directories=st.booleans(),
    )
    def move_over_a_border(self, number, other, device, way, name, directories):
        hidden = self.pick_excluded(number, device)
        if hidden is None:
            return
        inside = self.pick_below(other, hidden, directory=directories)
        anywhere = self.pick(other, directory=True)
        source, target = {
            "in": (self.pick(other, directory=directories), hidden),
            "out": (inside, anywhere),
            "itself": (hidden, anywhere),
            "rename": (hidden, self.nodes()[hidden].dir_id),
            "within": (inside, hidden),
        }[way]
        if source is not None:
            self.move_to(source, target, name, eager=True)

    def move_to(self, node, parent, name, eager):
        with self.told_of(eager):
            self.attempt(self.tree.move(node, parent, name, replace=True))

    @rule(node=PICKS, parent=PICKS, name=NAMES)
    def copy(self, node, parent, name):
        if len(self.nodes()) < 30:
            self.attempt(self.tree.copy(self.pick(node), self.pick(parent, directory=True), name))

    @rule(node=PICKS, eager=st.booleans())
    def trash(self, node, eager):
        with self.told_of(eager):
            self.attempt(self.tree.trash(self.pick(node)))

    @rule(number=PICKS, other=PICKS, device=st.sampled_from(DEVICES), back=st.booleans())
    def trash_what_is_hidden(self, number, other, device, back):
        """Out of a hidden folder into the trash, where it is seen; and back."""
        hidden = self.pick_excluded(number, device)
        inside = hidden and self.pick_below(other, hidden)
        if inside:
            with self.told_of(eager=True):
                self.attempt(self.tree.trash(inside))
        if inside and back:
            with self.told_of(eager=True):
                self.attempt(self.tree.restore(inside))

    @rule(node=PICKS, device=st.sampled_from(DEVICES))
    def trash_seen(self, node, device):
        node = self.pick(node)
        done = self.by_a_device(device, node, self.tree.trash_seen(node, device))
        if done is not None and done.dir_id != TRASH_ID:
            self.expect_only_the_way_to_what_is_hidden(node, device)

    @rule(number=PICKS, above=PICKS, device=st.sampled_from(DEVICES), forever=st.booleans())
    def remove_above_what_is_hidden(self, number, above, device, forever):
        """The device removes a folder that it sees, and in which it left something out."""
        hidden = self.pick_excluded(number, device)
        if hidden is None:
            return
        way = line(self.nodes(), hidden)
        node = way[above % len(way)]
        verb = self.tree.destroy_seen if forever else self.tree.trash_seen
        self.by_a_device(device, node, verb(node, device))
        if node in self.nodes() and node not in FIXED:
            self.expect_only_the_way_to_what_is_hidden(node, device)

    @rule(node=PICKS, device=st.sampled_from(DEVICES))
    def destroy_seen(self, node, device):
        node = self.pick(node)
        self.by_a_device(device, node, self.tree.destroy_seen(node, device))

    @rule(device=st.sampled_from(DEVICES))
    def empty_trash_seen(self, device):
        self.by_a_device(device, TRASH_ID, self.tree.empty_trash_seen(device))
        self.expect_only_the_way_to_what_is_hidden(TRASH_ID, device)

    def by_a_device(self, device, node, step):
        """Do something in the name of a device: whatever is hidden from it stays as it is."""
        before = self.nodes()
        hidden = {other for other in before if self.is_hidden(before, other, device)}
        done = self.attempt(step)
        assert done is None or node not in hidden
        after = self.nodes()
        assert all(after[other] == before[other] for other in hidden)
        return done

    def expect_only_the_way_to_what_is_hidden(self, node, device):
        nodes = self.nodes()
        if self.is_hidden(nodes, node, device) or nodes[node].dir_id == TRASH_ID:
            return
        below = {other for other in nodes if node in line(nodes, other)[1:]}
        hidden = {other for other in below if self.is_hidden(nodes, other, device)}
        way = {one for other in hidden for one in line(nodes, other)}
        assert below <= way | hidden

    @rule(node=PICKS, eager=st.booleans())
    def restore(self, node, eager):
        with self.told_of(eager):
            self.attempt(self.tree.restore(self.pick(node)))

    @rule(node=PICKS)
    def destroy(self, node):
        self.attempt(self.tree.destroy(self.pick(node)))

    @rule(node=PICKS, device=st.sampled_from(DEVICES), eager=st.booleans())
    def exclude(self, node, device, eager):
        self.exclude_it(self.pick(node, directory=True), device, eager)

    @rule(number=PICKS, other=PICKS, devices=st.permutations(DEVICES))
    def exclude_within_what_is_excluded(self, number, other, devices):
        """Below what another device, or the same, left out already."""
        hidden = self.pick_excluded(number, devices[0])
        inside = hidden and self.pick_below(other, hidden, directory=True)
        if inside:
            self.exclude_it(inside, devices[number % 2], eager=True)

    def exclude_it(self, node, device, eager):
        with self.told_of(eager):
            if self.attempt(self.tree.exclude(node, [device])):
                self.excluded[device].add(node)

    @rule(number=PICKS, device=st.sampled_from(DEVICES), eager=st.booleans())
    def include(self, number, device, eager):
        node = self.pick_excluded(number, device)
        if node is not None:
            with self.told_of(eager):
                self.run(self.tree.include(node, [device]))
                self.excluded[device].remove(node)

    @contextmanager
    def told_of(self, eager):
        """Have the devices read all before and after a step: what is told already comes once."""
        if eager:
            self.all_catch_up()
        yield
        if eager:
            self.all_catch_up()
            nodes = self.nodes()
            for device, replica in self.replicas.items():
                assert replica.documents == self.seen(nodes, device)

    @rule(device=st.sampled_from(DEVICES), limit=st.one_of(st.none(), st.integers(1, 3)))
    def pull(self, device, limit):
        pending = self.run(self.replicas[device].pull(limit))
        if not pending:
            assert self.replicas[device].documents == self.seen(self.nodes(), device)

    def all_catch_up(self):
        """What a device has seen already is not told again: so what is missed shows."""
        for replica in self.replicas.values():
            self.run(replica.catch_up())

    def seen(self, nodes, device):
        return seen(nodes, self.excluded[device])

    def is_hidden(self, nodes, node, device):
        return bool(self.excluded[device] & set(line(nodes, node)))

    @rule()
    def what_is_excluded_is_known(self):
        there = set(self.nodes())
        for device in DEVICES:
            told = {directory.id for directory in self.run(self.tree.excluded_by(device))}
            assert told == self.excluded[device] & there

    @rule()
    def a_document_is_shown_as_in_the_feed(self):
        nodes = self.nodes()
        documents = [node.document for node in nodes.values()]
        for device, replica in self.replicas.items():
            shown = self.run(replica.changes.shown(documents))
            visible = {row.document_id: row.revision for row in shown if not row.deleted}
            assert visible == self.seen(nodes, device)

    def teardown(self):
        try:
            nodes = self.nodes()
            self.all_catch_up()
            for device, replica in self.replicas.items():
                assert replica.documents == self.seen(nodes, device)
            known = list(nodes.values())
            paths = [self.run(self.tree.path_of(node)) for node in known]
            assert self.run(self.tree.paths_of(known)) == paths
        finally:
            self.runner.close()


TestExclusionsMachine = ExclusionsMachine.TestCase
TestExclusionsMachine.settings = settings(max_examples=60, stateful_step_count=20, deadline=None)
