"""Clients that follow sync-collection see what a fresh walk of their view shows, whatever happened.

Two devices, each with a profile that its owner changes at any time. Each keeps a copy by paths, as
RFC 6578 has it: what is told as changed is put in, what is told as gone goes with all below it.
"""

import asyncio
from datetime import UTC, date, datetime
from itertools import count

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from doctypes.files.errors import FileTreeError
from doctypes.files.file_tree import FileTree
from doctypes.files.node import ROOT_ID, TRASH_ID, Directory, File
from doctypes.files.view_store import ViewStore
from doctypes.profiles.profile import Mode, Profile, Rule
from replication.blobs.memory import MemoryBlobStore
from replication.store.memory import MemoryDocumentStore
from server.dav.changes import HomeChanges
from server.dav.file_resource import FileTreeBackend
from server.dav.sight import Sight
from webdav.model.resource import Located

PICKS = st.integers(min_value=0, max_value=10_000)
NAMES = st.sampled_from(["a", "b", "c.jpg"])
CONTENTS = st.sampled_from([b"", b"x", b"longer"])
DEVICES = ("laptop", "phone")
TODAY = date(2026, 11, 23)
DEVICE = st.sampled_from(DEVICES)
PLACES = st.sampled_from(["", "/a", "/a/b", "/b"])
RULES = st.builds(
    Rule,
    path=PLACES,
    glob=st.sampled_from(["", "", "b", "*.jpg"]),
    min_size=st.sampled_from([0, 0, 3]),
    types=st.sampled_from([(), (), ("image",)]),
    show=st.sampled_from([None, None, True, False]),
)
PROFILES = st.builds(
    Profile,
    st.sampled_from([Mode.INCLUDE, Mode.EXCLUDE]),
    st.lists(RULES, min_size=1, max_size=3).map(tuple),
)
LIMITS = st.one_of(st.none(), st.integers(1, 4))
FIXED = (ROOT_ID, TRASH_ID)


class Client:
    """A copy by paths of all below one place."""

    def __init__(self, place):
        self.place = place
        self.token = None
        self.copy = {}
        self.is_behind = False

    def take_in(self, changes, pages):
        told = [one.path for page in pages for one in page.changed]
        told += [path for page in pages for path in page.removed]
        assert len(told) == len(set(told)), told
        for page in pages:
            for gone in page.removed:
                self.drop(gone)
            for one in page.changed:
                self.put(one.path, one.resource)
        self.token, self.is_behind = changes.token, changes.is_truncated

    def put(self, path, resource):
        assert len(path) == len(self.place) + 1 or path[:-1] in self.copy, path
        if not resource.is_collection:
            self.drop(path)
        self.copy[path] = None if resource.is_collection else resource.etag

    def drop(self, gone):
        for path in [path for path in self.copy if path[: len(gone)] == gone]:
            del self.copy[path]


class SyncMachine(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.runner = asyncio.Runner()
        numbers = count()
        self.store = MemoryDocumentStore()
        self.tree = FileTree(
            self.store,
            MemoryBlobStore(),
            clock=lambda: datetime(2026, 11, 23, tzinfo=UTC),
            new_id=lambda: f"id{next(numbers)}",
        )
        self.run(self.tree.start())
        self.profiles = dict.fromkeys(DEVICES, Profile())
        self.clients = {(name, place): Client(place) for name in DEVICES for place in ((), ("a",))}

    @initialize()
    def begin_with_some(self):
        for path in ("/a/b", "/b"):
            self.run(self.tree.make_directories(path))
        for path in ("/a", "/a/b", "/b"):
            self.create_in(self.run(self.tree.at(path)).id, "c.jpg", b"x")

    def teardown(self):
        self.runner.close()

    def run(self, step):
        return self.runner.run(step)

    def attempt(self, step):
        try:
            return self.run(step)
        except FileTreeError:
            return None

    def every_node(self):
        """All nodes outside the trash."""

        async def walk():
            found, waiting = [], [ROOT_ID]
            while waiting:
                directory = await self.tree.get(waiting.pop())
                async for page in self.tree.children(directory):
                    found.extend(page)
                    waiting.extend(node.id for node in page if isinstance(node, Directory))
            return found

        return self.run(walk())

    def pick(self, number, kind=(File, Directory)):
        nodes = sorted((n for n in self.every_node() if isinstance(n, kind)), key=lambda n: n.id)
        return nodes[number % len(nodes)].id if nodes else ROOT_ID

    def directory(self, number):
        ids = [ROOT_ID, *sorted(n.id for n in self.every_node() if isinstance(n, Directory))]
        return ids[number % len(ids)]

    def staged(self, content):
        async def body():
            yield content

        return self.run(self.tree.stage(body()))

    def create_in(self, parent, name, content):
        return self.attempt(self.tree.create(parent, name, self.staged(content)))

    @rule(parent=PICKS, name=NAMES)
    def make_directory(self, parent, name):
        self.attempt(self.tree.make_directory(self.directory(parent), name))

    @rule(parent=PICKS, name=NAMES, content=CONTENTS)
    def create(self, parent, name, content):
        self.create_in(self.directory(parent), name, content)

    @rule(node=PICKS, content=CONTENTS)
    def replace(self, node, content):
        self.attempt(self.tree.replace(self.pick(node, File), self.staged(content)))

    @rule(node=PICKS, parent=PICKS, name=NAMES, over=st.booleans())
    def move(self, node, parent, name, over):
        parent = self.directory(parent)
        self.attempt(self.tree.move(self.pick(node), parent, name, replace=over))

    @rule(node=PICKS, parent=PICKS, name=NAMES)
    def copy(self, node, parent, name):
        self.attempt(self.tree.copy(self.pick(node), self.directory(parent), name))

    @rule(node=PICKS, other=PICKS)
    def move_over(self, node, other):
        self.attempt(self.tree.move_over(self.pick(node, File), self.pick(other, File)))

    @rule(node=PICKS)
    def trash(self, node):
        self.attempt(self.tree.trash(self.pick(node)))

    @rule(node=PICKS)
    def destroy(self, node):
        self.attempt(self.tree.destroy(self.pick(node)))

    @rule()
    def empty_trash(self):
        self.run(self.tree.empty_trash())

    @rule()
    def restore(self):
        async def thrown_away():
            return [node async for page in self.tree.trashed() for node in page]

        for node in self.run(thrown_away())[:1]:
            self.attempt(self.tree.restore(node.id))

    @rule(device=DEVICE, node=PICKS, out=st.booleans())
    def leave_out(self, device, node, out):
        verb = self.tree.exclude if out else self.tree.include
        self.attempt(verb(self.pick(node, Directory), [device]))

    @rule(device=DEVICE, profile=PROFILES)
    def change_profile(self, device, profile):
        self.profiles[device] = profile

    @rule(device=DEVICE, node=PICKS, mode=st.sampled_from([Mode.INCLUDE, Mode.EXCLUDE]))
    def choose_folder(self, device, node, mode):
        self.profiles[device] = Profile(mode, (Rule(folder=self.pick(node, Directory)),))

    @rule(device=DEVICE, place=st.sampled_from([(), ("a",)]), limit=LIMITS)
    def sync(self, device, place, limit):
        self.run(self.one_page(device, self.clients[device, place], limit))

    async def backend(self, device):
        view = await self.tree.view_for(self.profiles[device], device)
        return FileTreeBackend(self.tree, sight=Sight(view))

    async def one_page(self, device, client, limit):
        backend = await self.backend(device)
        top = await backend.lookup(client.place)
        if top is None or not top.is_collection:
            client.token, client.copy, client.is_behind = None, {}, False  # it is told 404
            return
        source = HomeChanges(backend.visible, ViewStore(self.store, lambda: TODAY))
        changes = await source.changes_since(
            Located(client.place, top), client.token, is_deep=True, limit=limit
        )
        pages = [page async for page in changes.pages]
        if limit is not None:
            assert sum(len(page.changed) + len(page.removed) for page in pages) <= limit
        client.take_in(changes, pages)

    async def walked(self, backend, place):
        found = {}
        top = await backend.lookup(place)
        waiting = [(place, top)] if top is not None and top.is_collection else []
        while waiting:
            path, collection = waiting.pop()
            async for page in backend.children(collection):
                for one in page:
                    here = (*path, one.name)
                    found[here] = None if one.is_collection else one.etag
                    if one.is_collection:
                        waiting.append((here, one))
        return found

    @invariant()
    def a_client_that_follows_sees_what_a_fresh_walk_shows(self):
        for (device, _), client in self.clients.items():
            if client.token is None:
                continue
            for _ in range(200):
                if not client.is_behind:
                    break
                self.run(self.one_page(device, client, 3))
            assert not client.is_behind
            self.run(self.one_page(device, client, None))
            backend = self.run(self.backend(device))
            assert client.copy == self.run(self.walked(backend, client.place))


class SeldomMachine(SyncMachine):
    """The same, where clients come back after many changes, and in the middle of a page."""

    @invariant()
    def a_client_that_follows_sees_what_a_fresh_walk_shows(self):
        pass

    @rule()
    def catch_up(self):
        SyncMachine.a_client_that_follows_sees_what_a_fresh_walk_shows(self)

    def teardown(self):
        SyncMachine.a_client_that_follows_sees_what_a_fresh_walk_shows(self)
        super().teardown()


TestSync = SyncMachine.TestCase
TestSync.settings = settings(max_examples=30, stateful_step_count=20, deadline=None)
TestSeldom = SeldomMachine.TestCase
TestSeldom.settings = settings(max_examples=100, stateful_step_count=25, deadline=None)
