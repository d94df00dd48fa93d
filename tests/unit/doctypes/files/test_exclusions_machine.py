"""Devices that exclude directories: each follows its own feed, and sees just its own tree."""

import asyncio
from datetime import UTC, datetime
from itertools import count

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from doctypes.files.errors import FileTreeError
from doctypes.files.file_tree import FileTree
from doctypes.files.node import ROOT_ID, TRASH_ID, Directory
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

    def run(self, step):
        return self.runner.run(step)

    def attempt(self, step):
        try:
            return self.run(step)
        except FileTreeError:
            return None

    def nodes(self):
        """All nodes by their ids, as they are now."""
        return self.run(self.all_nodes())

    async def all_nodes(self):
        waiting, found = [await self.tree.get(node) for node in FIXED], {}
        while waiting:
            node = waiting.pop()
            found[node.id] = node
            if isinstance(node, Directory):
                waiting += [n async for page in self.tree.children(node) for n in page]
        return found

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
        self.all_catch_up()
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
        before, node = self.nodes(), self.pick(node)
        hidden = {other for other in before if self.is_hidden(before, other, device)}
        done = self.attempt(self.tree.trash_seen(node, device))
        assert done is None or node not in hidden
        after = self.nodes()
        assert all(after[other] == before[other] for other in hidden)
        if done is not None and done.dir_id != TRASH_ID:
            kept = {other for other in after if node in line(after, other)}
            assert all(isinstance(after[other], Directory) for other in kept - hidden)
            assert hidden & kept

    @rule(node=PICKS)
    def restore(self, node):
        self.attempt(self.tree.restore(self.pick(node)))

    @rule(node=PICKS)
    def destroy(self, node):
        self.attempt(self.tree.destroy(self.pick(node)))

    @rule(node=PICKS, device=st.sampled_from(DEVICES))
    def exclude(self, node, device):
        self.all_catch_up()
        node = self.pick(node, directory=True)
        if self.attempt(self.tree.exclude(node, [device])):
            self.excluded[device].add(node)

    @rule(number=PICKS, device=st.sampled_from(DEVICES))
    def include(self, number, device):
        self.all_catch_up()
        known = sorted(self.excluded[device] & set(self.nodes()))
        if known:
            node = known[number % len(known)]
            self.run(self.tree.include(node, [device]))
            self.excluded[device].remove(node)

    @rule(device=st.sampled_from(DEVICES), limit=st.one_of(st.none(), st.integers(1, 3)))
    def pull(self, device, limit):
        pending = self.run(self.replicas[device].pull(limit))
        if not pending:
            assert self.replicas[device].documents == self.seen(self.nodes(), device)

    def all_catch_up(self):
        """What a device has seen already is not told again: so what is missed shows."""
        for replica in self.replicas.values():
            while self.run(replica.pull(None)):
                pass

    def seen(self, nodes, device):
        return {
            node.id: node.revision
            for node in nodes.values()
            if not self.is_hidden(nodes, node.id, device)
        }

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


def line(nodes, node):
    """The node, what it lies in, and so on up to the root."""
    found = []
    while node:
        found.append(node)
        node = nodes[node].dir_id
    return found


TestExclusionsMachine = ExclusionsMachine.TestCase
TestExclusionsMachine.settings = settings(max_examples=40, stateful_step_count=20, deadline=None)
