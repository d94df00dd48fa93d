"""The tree against a model of a file system: dictionaries, and no cleverness."""

import asyncio
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from doctypes.files.amending import Amendment
from doctypes.files.errors import (
    AlreadyInTrash,
    FileTreeError,
    IsADirectory,
    MoveIntoItself,
    NameTaken,
    NotADirectory,
    NotInTrash,
    ParentInTrash,
    Protected,
    StaleRevision,
    VersionMissing,
)
from doctypes.files.file_tree import FileTree
from doctypes.files.node import ROOT_ID, TRASH_ID, TRASH_NAME, Directory, File
from doctypes.files.usage import Usage, usage_of
from doctypes.files.versioning import KeepingRules
from replication.blobs.memory import MemoryBlobStore
from replication.blobs.sweep import sweep
from replication.store.memory import MemoryDocumentStore

NAMES = st.sampled_from(["a", "b", "a (2)", "c.txt", "c (2).txt", "c (3).txt", TRASH_NAME])
CONTENTS = st.binary(max_size=3)
PICKS = st.integers(min_value=0, max_value=10_000)
MOST = 4  # contents of a file that are kept
FIXED = (ROOT_ID, TRASH_ID)


@dataclass(frozen=True)
class Old:
    """A content that another took the place of, at a minute."""

    content: bytes
    minute: int
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Entry:
    """A node of the model; `content` is None for a directory."""

    name: str
    parent: str
    content: bytes | None = None
    origin: str | None = None  # where it was thrown away from
    called: str | None = None  # what it was called there
    tags: tuple[str, ...] = ()
    olds: tuple[Old, ...] = ()  # contents it had, the latest first
    minute: int = 0  # when it was made


class Model:
    """What a file system with a trash does, said in as few words as possible."""

    def __init__(self):
        self.minutes = {}  # when things were thrown away
        self.entries = {ROOT_ID: Entry("", ""), TRASH_ID: Entry(TRASH_NAME, ROOT_ID)}

    def path(self, node):
        entry = self.entries[node]
        if node == ROOT_ID:
            return "/"
        return f"{self.path(entry.parent).rstrip('/')}/{entry.name}"

    def is_directory(self, node):
        return self.entries[node].content is None

    def child(self, parent, name):
        return next(
            (n for n, e in self.entries.items() if (e.parent, e.name) == (parent, name)), None
        )

    def line(self, node):
        """The node, what it lies in, and so on up to the root."""
        found = []
        while node:
            found.append(node)
            node = self.entries[node].parent
        return found

    def below(self, node):
        """The node, and all that lies in it."""
        return [other for other in self.entries if node in self.line(other)]

    def in_trash(self, node):
        return node != TRASH_ID and TRASH_ID in self.line(node)

    def free_name(self, parent, name, *, is_file):
        if self.child(parent, name) is None:
            return name
        stem, ending = re.fullmatch(r"(.+?)(\.txt)?", name).groups() if is_file else (name, None)
        numbered = re.fullmatch(r"(.+) \((\d+)\)", stem)
        stem, number = (numbered[1], int(numbered[2]) + 1) if numbered else (stem, 2)
        candidates = (f"{stem} ({n}){ending or ''}" for n in count(number))
        return next(name for name in candidates if self.child(parent, name) is None)

    def may_take(self, parent):
        """The error for putting something into this, if any."""
        if not self.is_directory(parent):
            return NotADirectory
        return ParentInTrash if TRASH_ID in self.line(parent) else None

    def why_not_placed(self, node, parent, name, *, overwrite, into_itself):
        """The error for putting a node there, if any."""
        if error := self.may_take(parent):
            return error
        if into_itself:
            return MoveIntoItself
        target = self.child(parent, name)
        if target is None:
            return None
        if not overwrite:
            return NameTaken
        if target in FIXED:
            return Protected
        return MoveIntoItself if target in self.line(node) else None

    def edit(self, node, **changes):
        self.entries[node] = replace(self.entries[node], **changes)

    def thrown_away_before(self, minute):
        """What lies directly in the trash, and has since before a minute."""
        tops = [node for node, entry in self.entries.items() if entry.parent == TRASH_ID]
        return [node for node in tops if minute is None or self.minutes[node] < minute]

    def trash(self, node, minute):
        entry = self.entries[node]
        name = self.free_name(TRASH_ID, entry.name, is_file=entry.content is not None)
        origin = self.path(entry.parent)
        self.minutes[node] = minute
        self.edit(node, origin=origin, called=entry.name, name=name, parent=TRASH_ID)

    def replaced(self, node, content, minute, *, always=False):
        """Give a file another content; the old one is kept by Cozy's rules."""
        entry, olds = self.entries[node], self.entries[node].olds
        late = not olds or olds[0].minute + 15 <= minute
        if entry.content and (always or entry.tags or late):
            new = (Old(entry.content, minute, entry.tags),)
        else:
            new = ()
        olds = new + self.bounded(olds, MOST - 1 - len(new))
        self.edit(node, content=content, olds=olds)

    def bounded(self, olds, most):
        """What is left of old contents: the eldest go, but for those that are pinned."""
        kept = list(olds)
        for place in reversed(range(len(olds))):
            if len(kept) > most and not olds[place].tags:
                del kept[place]
        return tuple(kept)

    def clear(self, parent, name, minute):
        if (target := self.child(parent, name)) is not None:
            self.trash(target, minute)


class FileTreeMachine(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.runner = asyncio.Runner()
        self.minute = 0
        self.blobs = MemoryBlobStore(clock=lambda: 0.0)
        numbers = count()
        self.tree = FileTree(
            MemoryDocumentStore(),
            self.blobs,
            clock=lambda: datetime(2026, 11, 23, tzinfo=UTC) + timedelta(minutes=self.minute),
            new_id=lambda: f"id{next(numbers)}",
        )
        self.tree.keeping = KeepingRules(most=MOST)
        self.run(self.tree.start())
        self.model = Model()
        self.before = {}
        self.places, self.since = {}, 0

    def teardown(self):
        self.runner.close()

    def run(self, step):
        return self.runner.run(step)

    def outcome(self, step):
        try:
            return self.run(step)
        except FileTreeError as error:
            return type(error)

    def pick(self, number):
        known = sorted(self.model.entries)
        return known[number % len(known)]

    def staged(self, content):
        async def body():
            yield content

        return self.run(self.tree.stage(body()))

    @rule(parent=PICKS, name=NAMES)
    def make_directory(self, parent, name):
        parent = self.pick(parent)
        made = self.outcome(self.tree.make_directory(parent, name))
        self.expect_new(made, parent, name, None)

    @rule(parent=PICKS, name=NAMES, content=CONTENTS)
    def create(self, parent, name, content):
        parent = self.pick(parent)
        made = self.outcome(self.tree.create(parent, name, self.staged(content)))
        self.expect_new(made, parent, name, content)

    def expect_new(self, made, parent, name, content):
        taken = NameTaken if self.model.child(parent, name) else None
        if error := self.model.may_take(parent) or taken:
            assert made is error
        else:
            self.model.entries[made.id] = Entry(name, parent, content, minute=self.minute)

    @rule(parent=PICKS, name=NAMES, content=CONTENTS)
    def create_copy(self, parent, name, content):
        parent = self.pick(parent)
        made = self.outcome(self.tree.create_copy(parent, name, self.staged(content)))
        if error := self.model.may_take(parent):
            assert made is error
        else:
            free = self.model.free_name(parent, name, is_file=True)
            self.model.entries[made.id] = Entry(free, parent, content, minute=self.minute)

    @rule(node=PICKS, content=CONTENTS, stale=st.booleans())
    def replace(self, node, content, stale):
        node = self.pick(node)
        expected = "0" * 64 if stale else None
        step = self.tree.replace(node, self.staged(content), expected_blob=expected)
        done = self.outcome(step)
        if self.model.is_directory(node):
            assert done is IsADirectory
        elif stale:
            assert done is StaleRevision
        else:
            assert done.id == node
            if content != self.model.entries[node].content:
                self.model.replaced(node, content, self.minute)

    @rule(minutes=st.integers(1, 20))
    def wait(self, minutes):
        self.minute += minutes

    @rule(node=PICKS, number=PICKS)
    def revert(self, node, number):
        node = self.pick(node)
        if not (olds := self.model.entries[node].olds):
            assert self.outcome(self.tree.revert(node, f"{node}/1-x")) in (
                IsADirectory,
                VersionMissing,
            )
            return
        place = number % len(olds)
        version = self.run(self.tree.versions_of(node))[place]
        self.run(self.tree.revert(node, version.id))
        self.model.edit(node, olds=(*olds[:place], *olds[place + 1 :]))
        self.model.replaced(node, olds[place].content, self.minute, always=True)
        self.model.edit(node, tags=olds[place].tags)

    @rule(node=PICKS, number=PICKS, pinned=st.booleans())
    def tag_version(self, node, number, pinned):
        node = self.pick(node)
        if olds := self.model.entries[node].olds:
            place, tags = number % len(olds), ("kept",) if pinned else ()
            version = self.run(self.tree.versions_of(node))[place]
            assert self.run(self.tree.tag_version(version.id, tags)).tags == tags
            changed = replace(olds[place], tags=tags)
            self.model.edit(node, olds=(*olds[:place], changed, *olds[place + 1 :]))

    @rule(node=PICKS, number=PICKS)
    def delete_version(self, node, number):
        node = self.pick(node)
        if olds := self.model.entries[node].olds:
            place = number % len(olds)
            version = self.run(self.tree.versions_of(node))[place]
            self.run(self.tree.delete_version(version.id))
            self.model.edit(node, olds=(*olds[:place], *olds[place + 1 :]))

    @rule(node=PICKS, tags=st.sets(st.sampled_from(["red", "blue"])))
    def amend(self, node, tags):
        node, tags = self.pick(node), tuple(sorted(tags))
        done = self.run(self.tree.amend(node, Amendment(tags=tags)))
        assert done.tags == tags
        self.model.edit(node, tags=tags)

    @rule(node=PICKS, parent=PICKS, name=NAMES, overwrite=st.booleans())
    def move(self, node, parent, name, overwrite):
        node, parent = self.pick(node), self.pick(parent)
        done = self.outcome(self.tree.move(node, parent, name, replace=overwrite))
        entry = self.model.entries[node]
        error = self.model.why_not_placed(
            node, parent, name, overwrite=overwrite, into_itself=node in self.model.line(parent)
        )
        if node in FIXED:
            assert done is Protected
        elif (entry.parent, entry.name) == (parent, name):
            assert done.id == node
        elif error:
            assert done is error
        else:
            self.model.clear(parent, name, self.minute)
            self.model.edit(node, parent=parent, name=name, origin=None, called=None)

    @rule(node=PICKS, parent=PICKS, name=NAMES, overwrite=st.booleans(), deep=st.booleans())
    @precondition(lambda self: len(self.model.entries) < 40)
    def copy(self, node, parent, name, overwrite, deep):
        node, parent = self.pick(node), self.pick(parent)
        done = self.outcome(self.tree.copy(node, parent, name, replace=overwrite, deep=deep))
        error = self.model.why_not_placed(
            node,
            parent,
            name,
            overwrite=overwrite,
            into_itself=deep and node in self.model.line(parent),
        )
        if node == TRASH_ID:
            error = Protected
        if error:
            assert done is error
            return
        self.model.clear(parent, name, self.minute)
        self.model.entries[done.id] = replace(
            self.model.entries[node], name=name, parent=parent, origin=None, called=None, olds=(),
            minute=self.minute,
        )  # fmt: skip
        if deep:
            self.adopt(node, done.id)

    def adopt(self, source, copy):
        """Take over the ids that the tree gave, matching what it copied name by name."""
        copied = {child.name: child for child in self.listed(copy)}
        for child, entry in list(self.model.entries.items()):
            if entry.parent == source:
                twin = copied.pop(entry.name)
                self.model.entries[twin.id] = replace(
                    entry, parent=copy, origin=None, called=None, olds=(), minute=self.minute
                )
                self.adopt(child, twin.id)
        assert not copied

    @rule(node=PICKS, other=PICKS, copies=st.booleans())
    def put_over(self, node, other, copies):
        self.over(self.pick(node), self.pick(other), copies=copies)

    @rule(other=PICKS, content=CONTENTS, copies=st.booleans(), marked=st.booleans())
    @precondition(lambda self: any(not self.model.is_directory(n) for n in self.model.entries))
    def save(self, other, content, copies, marked):
        files = sorted(n for n in self.model.entries if not self.model.is_directory(n))
        made = self.run(self.tree.create_copy(ROOT_ID, "c.txt", self.staged(content)))
        tags = ("red",) if marked else ()
        entry = Entry(made.name, ROOT_ID, content, tags=tags, minute=self.minute)
        self.model.entries[made.id] = entry
        self.run(self.tree.amend(made.id, Amendment(tags=tags)))
        self.directories_are_marked_where_something_changed_in_them_or_below()
        self.what_is_no_longer_where_it_was_has_left_a_note()  # and this one was here
        self.over(made.id, files[other % len(files)], copies=copies)

    def over(self, node, target, *, copies):
        step = self.tree.copy_over if copies else self.tree.move_over
        done = self.outcome(step(node, target))
        if error := self.why_not_over(node, target, copies=copies):
            assert done is error
            return
        assert done.id == target
        entry = self.model.entries[node]
        is_saving = not (copies or entry.tags or entry.olds or entry.minute + 60 <= self.minute)
        if entry.content != self.model.entries[target].content:
            self.model.replaced(target, entry.content, self.minute, always=not is_saving)
        if is_saving:
            del self.model.entries[node]
        elif not copies:
            self.model.trash(node, self.minute)

    def why_not_over(self, node, target, *, copies):
        if self.model.is_directory(node):
            return IsADirectory
        if self.model.in_trash(node) and not copies:
            return AlreadyInTrash
        if node == target:
            return MoveIntoItself
        if self.model.is_directory(target):
            return IsADirectory
        return ParentInTrash if self.model.in_trash(target) else None

    @rule(node=PICKS)
    def trash(self, node):
        node = self.pick(node)
        done = self.outcome(self.tree.trash(node))
        if node in FIXED:
            assert done is Protected
        elif self.model.in_trash(node):
            assert done is AlreadyInTrash
        else:
            self.model.trash(node, self.minute)

    @rule(node=PICKS)
    def restore(self, node):
        node = self.pick(node)
        done = self.outcome(self.tree.restore(node))
        if not self.model.in_trash(node):
            assert done is NotInTrash
            return
        parent = self.way_back(node)
        entry = self.model.entries[node]
        name = entry.called or entry.name
        name = self.model.free_name(parent, name, is_file=entry.content is not None)
        self.model.edit(node, parent=parent, name=name, origin=None, called=None)

    def way_back(self, node):
        """The directory a node of the trash comes from; those made anew get the tree's ids."""
        line = self.model.line(node)
        top = line[line.index(TRASH_ID) - 1]
        names = self.model.entries[top].origin.split("/")[1:]
        between = line[1 : line.index(top) + 1] if top != node else []
        names += [self.model.entries[other].name for other in reversed(between)]
        here = ROOT_ID
        for name in filter(None, names):
            child = self.model.child(here, name)
            if child is None:
                made = self.run(self.tree.at(f"{self.model.path(here).rstrip('/')}/{name}"))
                child = made.id
                assert child not in self.model.entries
                self.model.entries[child] = Entry(name, here)
            elif not self.model.is_directory(child):
                break
            here = child
        return here

    @rule(node=PICKS)
    def destroy(self, node):
        node = self.pick(node)
        done = self.outcome(self.tree.destroy(node))
        if node in FIXED:
            assert done is Protected
        else:
            assert done is None
            for gone in self.model.below(node):
                del self.model.entries[gone]

    @rule(minutes=st.one_of(st.none(), st.integers(0, 30)))
    def empty_trash(self, minutes):
        waited = None if minutes is None else timedelta(minutes=minutes)
        before = self.model.thrown_away_before(None if minutes is None else self.minute - minutes)
        assert self.run(self.tree.empty_trash(older_than=waited)) == len(before)
        for top in before:
            for gone in self.model.below(top):
                del self.model.entries[gone]

    @rule()
    def sweep_blobs(self):
        self.run(sweep(self.blobs, self.tree.named_blobs(), now=10_000.0))
        named = {file.blob for file in self.all_nodes() if isinstance(file, File)}
        named |= {old.blob for node in self.model.entries for old in self.old_versions(node)}
        assert self.run(self.digests()) == named

    def old_versions(self, node):
        return self.run(self.tree.versions_of(node))

    async def digests(self):
        return {blob.digest async for blob in self.blobs.listing()}

    def listed(self, directory_id):
        async def pages():
            directory = await self.tree.get(directory_id)
            return [node async for page in self.tree.children(directory) for node in page]

        return self.run(pages())

    def all_nodes(self):
        waiting, found = [ROOT_ID, TRASH_ID], []
        while waiting:
            children = self.listed(waiting.pop())
            found += children
            waiting += [child.id for child in children if isinstance(child, Directory)]
        return found

    @invariant()
    def the_tree_is_as_the_model(self):
        shown = {node.id: (node.name, node.dir_id) for node in self.all_nodes()}
        assert shown == {
            node: (entry.name, entry.parent)
            for node, entry in self.model.entries.items()
            if node not in FIXED
        }

    @invariant()
    def names_are_unique_and_paths_lead_back(self):
        paths = set()
        for node in self.all_nodes():
            path = self.run(self.tree.path_of(node))
            assert path == self.model.path(node.id)
            assert self.run(self.tree.at(path)) == node
            assert path not in paths
            paths.add(path)

    @invariant()
    def contents_are_there_and_counted(self):
        usage = Usage()
        for node in self.all_nodes():
            entry = self.model.entries[node.id]
            assert node.tags == entry.tags
            if isinstance(node, File):
                assert self.run(self.content(node)) == entry.content
                assert node.trashed == self.model.in_trash(node.id)
                usage += usage_of([node])
            olds = self.old_versions(node.id)
            assert [(self.run(self.content(old)), old.tags) for old in olds] == [
                (old.content, old.tags) for old in entry.olds
            ]
            usage += Usage(versions=sum(old.size for old in olds))
        assert self.run(self.tree.usage()) == usage

    @invariant()
    def directories_are_marked_where_something_changed_in_them_or_below(self):
        every = [*self.all_nodes(), self.run(self.tree.get(TRASH_ID))]
        nodes = {node.id: (node.revision, node.dir_id) for node in every}
        below = {
            directory: {node: nodes[node] for node in self.model.below(directory) if node in nodes}
            for directory in self.model.entries
            if self.model.is_directory(directory)
        }
        for directory, held in below.items():
            held.pop(directory, None)
        marks = dict(zip(below, self.run(self.tree.marks(list(below))), strict=True))
        for directory in below.keys() & self.before.keys():
            changed = self.before[directory][0] != below[directory]
            assert changed == (self.before[directory][1] != marks[directory])
        self.before = {directory: (below[directory], marks[directory]) for directory in below}

    @invariant()
    def what_is_no_longer_where_it_was_has_left_a_note(self):
        places = {node.id: (node.dir_id, node.name) for node in self.all_nodes()}
        gone = {(node, *place) for node, place in self.places.items() if places.get(node) != place}
        left = self.run(self.tree.departures(self.since))
        assert gone <= {(one.id, one.dir_id, one.name) for one in left}
        assert {one.id for one in left} == {node for node, *_ in gone}
        self.places, self.since = places, self.run(self.tree.sequence()).number

    async def content(self, file):
        return b"".join([piece async for piece in self.tree.read(file)])


TestFileTreeMachine = FileTreeMachine.TestCase
TestFileTreeMachine.settings = settings(max_examples=50, stateful_step_count=30, deadline=None)
