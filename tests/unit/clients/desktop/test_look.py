"""A look at the disk knows again what was there, wherever it is now."""

import asyncio
from random import Random

import apsw
import pytest

from clients.desktop.disk.port import EntryKind, RootState, Unwritable
from clients.desktop.engine.look import Look, RootLost
from clients.desktop.home.port import ROOT_ID, RemoteNode
from clients.desktop.model.folding import Folding
from clients.desktop.model.kind import Kind
from clients.desktop.trees.schema import prepare
from clients.desktop.trees.trees import Trees
from tests.support.desktop.fake_disk import FakeDisk, content_of
from tests.support.desktop.faults import Faults

FILE, DIRECTORY = EntryKind.FILE, EntryKind.DIRECTORY


class Eye:
    """A disk, its trees, and looks at it."""

    def __init__(self, folding=None):
        connection = apsw.Connection(":memory:")
        prepare(connection)
        self.disk = FakeDisk(Faults(Random(1), slowest=0), folding=folding)
        self.trees = Trees(connection, self.disk.folding)
        self.is_ignored = lambda path: path.endswith(".part")

    async def look(self, *directories):
        look = Look(self.disk, self.trees, self.is_ignored, asyncio.Lock())
        if directories:
            await look.at([self.trees.local.at(path) for path in directories])
        else:
            await look.at_all()
        return look

    def key(self, path):
        return self.trees.local.at(path)

    def sync(self, path):
        """Have it that the home knows a file."""
        node = self.trees.local.get(self.key(path))
        held = content_of(self.disk.find(path).data)
        remote = RemoteNode(f"id of {path}", "1-a", ROOT_ID, node.name, Kind.FILE, held)
        self.trees.remote.put(remote)
        self.trees.join(remote, node)
        return node.key


@pytest.fixture
async def eye():
    eye = Eye()
    for path in ("a", "b", "a/deep"):
        eye.disk.make(path, DIRECTORY)
    for path in ("one", "a/two", "a/deep/three"):
        eye.disk.make(path, FILE, path.encode())
    await eye.look()
    return eye


async def test_what_was_moved_while_nobody_looked_is_the_same(eye):
    keys = [eye.key(path) for path in ("a", "a/two", "a/deep/three", "one")]
    eye.disk.rename("a", "b/c")
    eye.disk.rename("b/c/two", "two")
    eye.disk.rename("one", "b/c/deep/one")
    await eye.look()
    found = [eye.key(path) for path in ("b/c", "two", "b/c/deep/three", "b/c/deep/one")]
    assert found == keys


async def test_two_that_swapped_their_names_are_not_taken_for_each_other(eye):
    one, two = eye.sync("one"), eye.sync("a/two")
    eye.disk.rename("one", "tmp")
    eye.disk.rename("a/two", "one")
    eye.disk.rename("tmp", "a/two")
    await eye.look()
    assert (eye.key("a/two"), eye.key("one")) == (one, two)


@pytest.mark.parametrize("was_seen", [False, True])
async def test_a_file_that_was_saved_by_moving_another_over_it_is_the_same(eye, was_seen):
    one = eye.sync("one")
    eye.disk.make("one~", FILE, b"new")
    if was_seen:
        await eye.look("")
    eye.disk.rename("one~", "one")
    await eye.look("")
    assert eye.key("one") == one
    assert eye.trees.local.get(one).content is None
    assert eye.key("one~") is None


async def test_an_inode_that_was_used_again_is_another_file(eye):
    one = eye.key("one")
    eye.disk.unlink("one")
    made = eye.disk.make("else", FILE, b"else")
    await eye.look()
    assert made.inode == 12 + 1  # the inode of what was there
    assert eye.key("else") != one
    assert eye.trees.local.get(one) is None


async def test_a_directory_in_the_place_of_a_file_is_new(eye):
    one = eye.key("one")
    eye.disk.unlink("one")
    eye.disk.make("one", DIRECTORY)
    await eye.look("")
    assert eye.key("one") != one


async def test_a_file_out_of_a_directory_that_is_gone_is_found_again(eye):
    three = eye.key("a/deep/three")
    eye.disk.rename("a/deep/three", "three")
    eye.disk.unlink("a")
    await eye.look()
    assert eye.key("three") == three
    assert eye.key("a") is None


async def test_a_hint_at_where_something_came_is_enough_to_know_it_again(eye):
    two = eye.key("a/two")
    eye.disk.rename("a/two", "b/two")
    await eye.look("b")
    assert eye.key("b/two") == two


async def test_a_content_is_known_until_the_file_is_touched(eye):
    key = eye.sync("one")
    node = eye.trees.local.get(key)
    eye.trees.local.put(type(node)(key, node.parent, node.entry, content_of(b"one")))
    await eye.look()
    assert eye.trees.local.get(key).content == content_of(b"one")
    eye.disk.write(eye.disk.find("one"), b"one")
    await eye.look()
    assert eye.trees.local.get(key).content is None


async def test_what_is_ignored_is_not_seen(eye):
    eye.disk.make("film.part", FILE, b"half")
    await eye.look()
    assert eye.key("film.part") is None


async def test_a_directory_that_cannot_be_read_is_taken_for_unchanged(eye):
    class Locked(FakeDisk):
        async def list(self, path):
            if path == "a":
                raise Unwritable(path)
            return await super().list(path)

    eye.disk.__class__ = Locked
    two = eye.key("a/two")
    look = await eye.look()
    assert look.unreadable == ["a"]
    assert eye.key("a/two") == two


async def test_what_is_gone_counts_for_nothing_where_the_folder_is(eye):
    keys = [eye.key(path) for path in ("one", "a/deep/three")]
    for path in ("one", "a", "b"):
        eye.disk.unlink(path)
    eye.disk.state = RootState.MISSING
    with pytest.raises(RootLost):
        await eye.look()
    assert [eye.key(path) for path in ("one", "a/deep/three")] == keys


async def test_a_new_case_of_a_name_is_seen_where_the_disk_folds_it():
    eye = Eye(Folding(case=True))
    eye.disk.make("name", FILE, b"x")
    await eye.look()
    key = eye.key("name")
    eye.disk.rename("name", "NAME")
    await eye.look()
    assert (eye.key("NAME"), eye.key("name")) == (key, None)


async def test_a_directory_where_a_file_was_is_not_looked_into_as_if_it_were_the_file(eye):
    one = eye.key("one")
    eye.disk.unlink("one")
    eye.disk.make("one", DIRECTORY)
    eye.disk.make("one/x", FILE, b"x")
    await eye.look("one")
    assert eye.trees.local.children(one) == []
