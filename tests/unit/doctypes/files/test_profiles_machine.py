"""Devices with profiles that follow the feed of documents: each has just what its profile shows.

Profiles change at any time, with or without the device being told of it; folders that they follow
are moved, thrown away and brought back; files grow and shrink across their limits.
"""

import asyncio
from datetime import UTC, datetime
from itertools import count

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from doctypes.files.errors import FileTreeError
from doctypes.files.file_tree import FileTree
from doctypes.files.node import DOCTYPE, TRASH_ID, Directory
from doctypes.files.paths import is_in_trash
from doctypes.files.seen import item_of
from doctypes.files.whole_tree import every_node
from doctypes.profiles.profile import EVERYTHING, Mode, Profile, Rule
from doctypes.profiles.resolving import resolved
from replication.blobs.memory import MemoryBlobStore
from replication.store.memory import MemoryDocumentStore
from tests.support.replicas import Replica

PICKS = st.integers(min_value=0, max_value=10_000)
NAMES = st.sampled_from(["a", "b", "c.tmp"])
DEVICES = ("laptop", "phone")
PATHS = st.sampled_from(["/a", "/b", "/a/a", "/a/b", "/b/a", "/.cozy_trash/a"])
LARGE = 5
PLACES = st.one_of(PATHS, PICKS, st.none())
CONDITIONS = st.sampled_from(
    [{}, {}, {}, {"glob": "*.tmp"}, {"glob": "a/*"}, {"min_size": LARGE}, {"new_siblings": False}]
)


MODES = st.sampled_from([Mode.INCLUDE, Mode.EXCLUDE, Mode.INCLUDE, Mode.EXCLUDE, Mode.ALL])
RULES = st.lists(
    st.tuples(PLACES, CONDITIONS, st.sampled_from([None, None, True, False])),
    min_size=1,
    max_size=3,
)


class ProfilesMachine(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.runner = asyncio.Runner()
        self.numbers, self.store, self.blobs = count(), MemoryDocumentStore(), MemoryBlobStore()
        self.profiles = dict.fromkeys(DEVICES, EVERYTHING)
        self.opened()
        self.database = self.run(self.store.open(DOCTYPE))
        self.replicas = {name: Replica(self.changes_of(name)) for name in DEVICES}

    def opened(self):
        self.tree = FileTree(
            self.store,
            self.blobs,
            clock=lambda: datetime(2026, 11, 23, tzinfo=UTC),
            new_id=lambda: f"id{next(self.numbers)}",
        )
        self.run(self.tree.start())

    @initialize(
        profiles=st.tuples(MODES, RULES, MODES, RULES),
    )
    def begin_with_some(self, profiles):
        for path in ("/a/b", "/b/a"):
            self.run(self.tree.make_directories(path))
        for path in ("/a", "/a/b", "/b/a"):
            self.create_in(self.run(self.tree.at(path)).id, "c.tmp", 1)
        for device, mode, rules in zip(DEVICES, profiles[::2], profiles[1::2], strict=True):
            self.give_profile(device, mode, rules, junk=False, is_told=True)
        self.all_have_what_they_see()

    def run(self, step):
        return self.runner.run(step)

    def attempt(self, step):
        try:
            return self.run(step)
        except FileTreeError:
            return None

    def reader(self, device):
        async def read():
            return self.profiles[device]

        return read

    def changes_of(self, device):
        return self.tree.changes_for(device, self.reader(device))

    def nodes(self):
        return self.run(every_node(self.database))

    def pick(self, number, *, directory=False):
        nodes = self.nodes()
        known = [i for i, n in nodes.items() if not directory or isinstance(n, Directory)]
        return sorted(known)[number % len(known)]

    def create_in(self, parent, name, size):
        async def body():
            yield b"x" * size

        content = self.run(self.tree.stage(body()))
        self.attempt(self.tree.create(parent, name, content))

    @rule(parent=PICKS, name=NAMES)
    def make_directory(self, parent, name):
        self.attempt(self.tree.make_directory(self.pick(parent, directory=True), name))

    @rule(parent=PICKS, name=NAMES, size=st.sampled_from([1, LARGE]))
    def create(self, parent, name, size):
        self.create_in(self.pick(parent, directory=True), name, size)

    @rule(node=PICKS, size=st.sampled_from([1, LARGE]))
    def write(self, node, size):
        async def body():
            yield b"y" * size

        self.attempt(self.tree.replace(self.pick(node), self.run(self.tree.stage(body()))))

    @rule(node=PICKS, parent=PICKS, name=NAMES, directory=st.sampled_from([True, True, False]))
    def move(self, node, parent, name, directory):
        self.all_have_what_they_see()
        node = self.pick(node, directory=directory)
        parent = self.pick(parent, directory=True)
        self.attempt(self.tree.move(node, parent, name, replace=True))
        self.all_have_what_they_see()

    @rule(node=PICKS, parent=PICKS, name=NAMES)
    def copy(self, node, parent, name):
        if len(self.nodes()) < 30:
            self.attempt(self.tree.copy(self.pick(node), self.pick(parent, directory=True), name))

    @rule(node=PICKS, directory=st.booleans(), back=st.booleans())
    def trash(self, node, directory, back):
        node = self.pick(node, directory=directory)
        self.attempt(self.tree.trash(node))
        self.all_have_what_they_see()
        if back:
            self.attempt(self.tree.restore(node))

    @rule(node=PICKS)
    def destroy(self, node):
        self.attempt(self.tree.destroy(self.pick(node)))

    @rule(node=PICKS, device=st.sampled_from(DEVICES), forever=st.booleans())
    def remove_what_is_seen(self, node, device, forever):
        before, node = self.nodes(), self.pick(node)
        hidden = before.keys() - self.seen(device).keys()
        verb = self.tree.destroy_seen if forever else self.tree.trash_seen
        done = self.attempt(verb(node, device, self.reader(device)))
        assert done is None or node not in hidden
        after = self.nodes()
        assert all(after[other].dir_id == before[other].dir_id for other in hidden)

    @rule(node=PICKS, device=st.sampled_from(DEVICES), back=st.booleans())
    def leave_out(self, node, device, back):
        verb = self.tree.include if back else self.tree.exclude
        self.attempt(verb(self.pick(node, directory=True), [device]))

    @rule(
        device=st.sampled_from(DEVICES),
        mode=MODES,
        rules=RULES,
        junk=st.booleans(),
        is_told=st.booleans(),
    )
    def give_profile(self, device, mode, rules, junk, is_told):
        """Without `is_told`, whoever gave it came to an end in between."""
        made = tuple(self.rule_of(place, conditions, show) for place, conditions, show in rules)
        self.profiles[device] = Profile(mode, made, hide_junk=junk)
        if is_told:
            self.run(self.tree.profile_changed(device, self.reader(device)))
        else:
            self.begin_anew()

    def rule_of(self, place, conditions, show):
        if isinstance(place, int):
            place = {"folder": self.pick(place, directory=True)}
        else:
            place = {} if place is None else {"path": place}
        conditions = {"glob": "*.tmp"} if not place and "glob" not in conditions else conditions
        known = ()
        if "new_siblings" in conditions:
            known = tuple(one.id for one in self.nodes().values() if isinstance(one, Directory))
        return Rule(**place, **conditions, show=show, known=known)

    @rule()
    def begin_anew(self):
        """The home is closed and opened; devices connect again, where they were."""
        self.opened()
        for device, replica in self.replicas.items():
            replica.changes = self.changes_of(device)

    @rule(device=st.sampled_from(DEVICES))
    def forget_all(self, device):
        """A device begins at nothing."""
        self.replicas[device] = Replica(self.changes_of(device))

    @rule(device=st.sampled_from(DEVICES), limit=st.one_of(st.none(), st.integers(1, 3)))
    def pull(self, device, limit):
        pending = self.run(self.replicas[device].pull(limit))
        if not pending:
            assert self.replicas[device].documents == self.seen(device)

    def all_have_what_they_see(self):
        for device, replica in self.replicas.items():
            self.run(replica.catch_up())
            assert replica.documents == self.seen(device)

    @rule()
    def a_document_is_shown_as_in_the_feed(self):
        self.all_have_what_they_see()
        for device, replica in self.replicas.items():
            documents = [node.document for node in self.nodes().values()]
            shown = self.run(replica.changes.shown(documents))
            visible = {row.document_id: row.revision for row in shown if not row.deleted}
            assert visible == self.seen(device)

    def seen(self, device):
        """Ids and revisions of what the profile shows where all lies now."""
        nodes, profile = self.nodes(), self.profiles[device]
        paths = {one: self.run(self.tree.path_of(node)) for one, node in nodes.items()}
        excluded = [paths[one.id] for one in self.run(self.tree.excluded_by(device))]
        folders = {
            one: paths[one]
            for one, node in nodes.items()
            if isinstance(node, Directory) and one != TRASH_ID and not is_in_trash(paths[one])
        }
        view = resolved(profile, folders, excluded)
        return {
            one: node.revision
            for one, node in nodes.items()
            if one == TRASH_ID or view.shows(item_of(node, paths[one]))
        }

    def teardown(self):
        try:
            self.a_document_is_shown_as_in_the_feed()
        finally:
            self.runner.close()


TestProfilesMachine = ProfilesMachine.TestCase
TestProfilesMachine.settings = settings(max_examples=60, stateful_step_count=20, deadline=None)
