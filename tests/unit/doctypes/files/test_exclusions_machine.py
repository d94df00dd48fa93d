"""Devices that exclude directories: each follows its own feed, and sees just its own tree."""

import asyncio
from datetime import UTC, datetime
from itertools import count

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from doctypes.files.errors import FileTreeError
from doctypes.files.file_tree import FileTree
from doctypes.files.node import ROOT_ID, TRASH_ID, Directory, parse_node
from replication.blobs.memory import MemoryBlobStore
from replication.core.change import ChangesQuery
from replication.store.memory import MemoryDocumentStore

PICKS = st.integers(min_value=0, max_value=10_000)
NAMES = st.sampled_from(["a", "b", "c"])
DEVICES = ("laptop", "phone")
FIXED = (ROOT_ID, TRASH_ID)


class Replica:
    """What a device has made of its feed so far: ids and revisions."""

    def __init__(self, changes):
        self.changes = changes
        self.since = 0
        self.documents = {}

    async def pull(self, limit):
        page = await self.changes.changes(
            ChangesQuery(since=self.since, limit=limit, include_documents=True)
        )
        for row in page.rows:
            assert row.document.deleted == row.deleted
            assert row.document.revision == row.leaves[0]
            if row.deleted:
                self.documents.pop(row.document_id, None)
            else:
                self.documents[row.document_id] = row.document.revision
        self.since = page.last.number
        return page.pending


class ExclusionsMachine(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.runner = asyncio.Runner()
        numbers = count()
        self.tree = FileTree(
            MemoryDocumentStore(),
            MemoryBlobStore(),
            clock=lambda: datetime(2026, 11, 23, tzinfo=UTC),
            new_id=lambda: f"id{next(numbers)}",
        )
        self.run(self.tree.start())
        self.replicas = {name: Replica(self.tree.changes_for(name)) for name in DEVICES}
        self.excluded = {name: set() for name in DEVICES}

    @initialize()
    def begin_with_some(self):
        for path in ("/a/b", "/c"):
            self.run(self.tree.make_directories(path))
        for path in ("/a", "/a/b", "/c"):
            self.create_in(self.run(self.tree.at(path)).id, "c")

    def teardown(self):
        self.runner.close()

    def run(self, step):
        return self.runner.run(step)

    def attempt(self, step):
        try:
            return self.run(step)
        except FileTreeError:
            return None

    def nodes(self):
        waiting, found = [self.run(self.tree.get(node)) for node in FIXED], {}
        while waiting:
            node = waiting.pop()
            found[node.id] = node
            if isinstance(node, Directory):
                waiting += self.run(self.children(node))
        return found

    async def children(self, directory):
        return [node async for page in self.tree.children(directory) for node in page]

    def pick(self, number, *, directory=False):
        nodes = self.nodes()
        known = [i for i, n in nodes.items() if not directory or isinstance(n, Directory)]
        return sorted(known)[number % len(known)]

    @rule(parent=PICKS, name=NAMES)
    def make_directory(self, parent, name):
        self.attempt(self.tree.make_directory(self.pick(parent, directory=True), name))

    @rule(parent=PICKS, name=NAMES)
    def create(self, parent, name):
        self.create_in(self.pick(parent, directory=True), name)

    def create_in(self, parent, name):
        async def body():
            yield b"x"

        content = self.run(self.tree.stage(body()))
        self.attempt(self.tree.create(parent, name, content))

    @rule(node=PICKS, parent=PICKS, name=NAMES)
    def move_directory(self, node, parent, name):
        node, parent = (self.pick(number, directory=True) for number in (node, parent))
        self.attempt(self.tree.move(node, parent, name, replace=True))

    @rule(node=PICKS, parent=PICKS, name=NAMES)
    def move(self, node, parent, name):
        target = self.pick(parent, directory=True)
        self.attempt(self.tree.move(self.pick(node), target, name, replace=True))

    @rule(node=PICKS, parent=PICKS, name=NAMES)
    def copy(self, node, parent, name):
        if len(self.nodes()) < 30:
            self.attempt(self.tree.copy(self.pick(node), self.pick(parent, directory=True), name))

    @rule(node=PICKS)
    def trash(self, node):
        self.attempt(self.tree.trash(self.pick(node)))

    @rule(node=PICKS, device=st.sampled_from(DEVICES))
    def trash_seen(self, node, device):
        node = self.pick(node)
        hidden = {other for other in self.nodes() if self.is_hidden(other, device)}
        before = {other: self.run(self.tree.get(other)) for other in hidden}
        done = self.attempt(self.tree.trash_seen(node, device))
        assert done is None or node not in hidden
        for other, found in before.items():
            assert self.run(self.tree.get(other)) == found
        if done is not None and done.dir_id != TRASH_ID:
            kept = [other for other in self.nodes() if node in self.line(other)]
            assert all(isinstance(self.nodes()[o], Directory) or o in hidden for o in kept)
            assert hidden & set(kept)

    @rule(node=PICKS)
    def restore(self, node):
        self.attempt(self.tree.restore(self.pick(node)))

    @rule(node=PICKS)
    def destroy(self, node):
        self.attempt(self.tree.destroy(self.pick(node)))

    @rule(node=PICKS, device=st.sampled_from(DEVICES))
    def exclude(self, node, device):
        node = self.pick(node, directory=True)
        if self.attempt(self.tree.exclude(node, [device])):
            self.excluded[device].add(node)

    @rule(number=PICKS, device=st.sampled_from(DEVICES))
    def include(self, number, device):
        known = sorted(self.excluded[device] & set(self.nodes()))
        if known:
            node = known[number % len(known)]
            self.run(self.tree.include(node, [device]))
            self.excluded[device].remove(node)

    @rule(device=st.sampled_from(DEVICES), limit=st.integers(1, 3))
    def pull_some(self, device, limit):
        self.run(self.replicas[device].pull(limit))

    def line(self, node):
        nodes, found = self.nodes(), []
        while node:
            found.append(node)
            node = nodes[node].dir_id
        return found

    def is_hidden(self, node, device):
        return bool(self.excluded[device] & set(self.line(node)))

    @rule()
    def what_is_excluded_is_known(self):
        for device in DEVICES:
            told = {directory.id for directory in self.run(self.tree.excluded_by(device))}
            assert told == self.excluded[device] & set(self.nodes())

    @invariant()
    def each_device_sees_its_own_tree(self):
        nodes = self.nodes()
        for device, replica in self.replicas.items():
            kept = replica.since, dict(replica.documents)
            while self.run(replica.pull(None)):
                pass
            expected = {
                node.id: node.revision
                for node in nodes.values()
                if not self.is_hidden(node.id, device)
            }
            assert replica.documents == expected
            replica.since, replica.documents = kept  # it goes on from wherever it was

    @invariant()
    def a_document_is_shown_as_in_the_feed(self):
        nodes = list(self.nodes().values())
        for device, replica in self.replicas.items():
            shown = self.run(replica.changes.shown([node.document for node in nodes]))
            assert [row.deleted for row in shown] == [self.is_hidden(n.id, device) for n in nodes]
            assert all(parse_node(row) for row in shown if not row.deleted)

    @invariant()
    def paths_are_told_at_once(self):
        nodes = list(self.nodes().values())
        assert self.run(self.tree.paths_of(nodes)) == [
            self.run(self.tree.path_of(node)) for node in nodes
        ]


TestExclusionsMachine = ExclusionsMachine.TestCase
TestExclusionsMachine.settings = settings(max_examples=30, stateful_step_count=25, deadline=None)
