"""Every single step on a small tree, with every way to leave some of it out: what devices are told.

Chance seldom finds the one move that a device is not told of; here are all of them.
"""

import itertools
from datetime import UTC, datetime

import pytest

from doctypes.files.errors import FileTreeError
from doctypes.files.file_tree import FileTree
from doctypes.files.node import DOCTYPE, ROOT_ID
from doctypes.files.whole_tree import every_node
from replication.blobs.memory import MemoryBlobStore
from replication.store.memory import MemoryDocumentStore
from tests.support.replicas import Replica, seen

LAPTOP, PHONE = "laptop", "phone"
DIRECTORIES = ("/a", "/a/b", "/a/b/c", "/ab")
FILES = ("/f", "/a/b/f", "/a/b/c/f", "/ab/f")
LEFT_OUT = [(), ("/a",), ("/a/b",), ("/a/b/c",), ("/a", "/a/b/c"), ("/ab", "/a/b")]


async def content():
    yield b"x"


class Small:
    """The tree, two devices that have read all of it, and what they leave out."""

    @classmethod
    async def made(cls, laptop, phone):
        self, numbers, store = cls(), itertools.count(), MemoryDocumentStore()
        self.tree = FileTree(
            store,
            MemoryBlobStore(),
            clock=lambda: datetime(2026, 11, 23, tzinfo=UTC),
            new_id=lambda: f"id{next(numbers)}",
        )
        await self.tree.start()
        self.database = await store.open(DOCTYPE)
        self.ids = {"/": ROOT_ID}
        for path in DIRECTORIES:
            self.ids[path] = (await self.tree.make_directories(path)).id
        for path in FILES:
            parent, _, name = path.rpartition("/")
            staged = await self.tree.stage(content())
            self.ids[path] = (await self.tree.create(self.ids[parent or "/"], name, staged)).id
        self.excluded = {LAPTOP: set(), PHONE: set()}
        for device, paths in ((LAPTOP, laptop), (PHONE, phone)):
            for path in paths:
                await self.exclude(path, device)
        self.replicas = {device: Replica(self.tree.changes_for(device)) for device in self.excluded}
        await self.expect_told()
        return self

    async def exclude(self, path, device):
        await self.tree.exclude(self.ids[path], [device])
        self.excluded[device].add(self.ids[path])

    async def include(self, path, device):
        await self.tree.include(self.ids[path], [device])
        self.excluded[device].discard(self.ids[path])

    async def expect_told(self):
        nodes = await every_node(self.database)
        for device, replica in self.replicas.items():
            await replica.catch_up()
            assert replica.documents == seen(nodes, self.excluded[device]), device


def steps():
    """Yield what can be done to the tree: a name, and a function of it."""
    for path in (*DIRECTORIES, *FILES):
        yield f"trash {path} and back", trashed_and_back(path)
        for target in ("/", *DIRECTORIES):
            yield f"move {path} to {target}", moved(path, target)
    for path in DIRECTORIES:
        yield f"copy {path}", lambda s, p=path: s.tree.copy(s.ids[p], ROOT_ID, "copy")
        for device in (LAPTOP, PHONE):
            yield f"exclude {path} {device}", lambda s, p=path, d=device: s.exclude(p, d)
            yield f"include {path} {device}", lambda s, p=path, d=device: s.include(p, d)


def moved(path, target):
    return lambda small: small.tree.move(small.ids[path], small.ids[target], "moved")


def trashed_and_back(path):
    async def step(small):
        await small.tree.trash(small.ids[path])
        await small.expect_told()
        await small.tree.restore(small.ids[path])

    return step


STEPS = list(steps())


@pytest.mark.parametrize("laptop", LEFT_OUT, ids=" ".join)
@pytest.mark.parametrize("phone", [(), ("/a",), ("/a/b", "/ab")], ids=" ".join)
async def test_devices_are_told_of_every_step(laptop, phone):
    for name, step in STEPS:
        small = await Small.made(laptop, phone)
        try:
            await step(small)
        except FileTreeError:
            continue
        try:
            await small.expect_told()
        except AssertionError as error:
            raise AssertionError(f"{name}, with {laptop} and {phone} left out") from error


def kept_by(small, nodes, device):
    return {one for one in nodes if one not in seen(nodes, small.excluded[device])}


@pytest.mark.parametrize("laptop", LEFT_OUT, ids=" ".join)
async def test_a_device_removes_what_it_sees_and_nothing_else(laptop):
    for path in (*DIRECTORIES, *FILES):
        for verb in ("trash_seen", "destroy_seen"):
            small = await Small.made(laptop, ())
            before = await every_node(small.database)
            hidden = {one: before[one] for one in kept_by(small, before, LAPTOP)}
            node = small.ids[path]
            try:
                await getattr(small.tree, verb)(node, LAPTOP)
            except FileTreeError:
                assert node in hidden, (verb, path)
                continue
            assert node not in hidden, (verb, path)
            after = await every_node(small.database)
            assert {one: after.get(one) for one in hidden} == hidden, (verb, path)
            await small.expect_told()
            gone = node not in after or after[node].dir_id != before[node].dir_id
            assert gone != any(node in line_of(before, one) for one in hidden), (verb, path)


def line_of(nodes, node):
    while node:
        yield node
        node = nodes[node].dir_id
