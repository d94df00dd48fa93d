"""What the three trees hold, and that it is there again after a restart."""

import apsw
import pytest

from clients.desktop.disk.port import Entry, EntryKind, Identity
from clients.desktop.home.port import ROOT_ID, FeedPage, Gone, RemoteNode
from clients.desktop.model.content import Content
from clients.desktop.model.folding import Folding
from clients.desktop.model.kind import Kind
from clients.desktop.trees.local_tree import ROOT_KEY, LocalNode, Offer
from clients.desktop.trees.schema import OfAnotherVersion, open_trees
from clients.desktop.trees.trees import Trees

HELD = Content("aa" * 32, 3)


@pytest.fixture
def file(tmp_path):
    return tmp_path / "trees.db"


@pytest.fixture
def trees(file):
    connection = open_trees(file)
    yield Trees(connection, Folding(case=True, unicode=True))
    connection.close()


def directory(node_id, parent_id=ROOT_ID, revision="1-a"):
    return RemoteNode(node_id, revision, parent_id, node_id, Kind.DIRECTORY)


def document(node_id, parent_id=ROOT_ID, revision="1-a", held=HELD):
    return RemoteNode(node_id, revision, parent_id, node_id, Kind.FILE, held)


def entry(name, number=1, kind=EntryKind.FILE):
    return Entry(name, kind, Identity(1, number, 7), size=3, modified=5, changed=6)


def again(file):
    connection = open_trees(file)
    found = Trees(connection, Folding())
    connection.close()
    return found.suspects


def test_a_page_is_kept_with_its_place_or_not_at_all(trees):
    trees.take_in(FeedPage((document("a"),), "7", more=False))
    broken = FeedPage((document("b"), None), "8", more=False)
    with pytest.raises(AttributeError):
        trees.take_in(broken)
    assert trees.feed_place == "7"
    assert trees.remote.get("b") is None


def test_what_was_told_later_stays(trees):
    trees.told(document("a", revision="12-x"))
    trees.told(document("a", revision="9-y", held=Content("bb" * 32, 1)))
    assert trees.remote.seen("a") == document("a", revision="12-x")


def test_what_is_in_a_directory_goes_with_it(trees):
    for node in (directory("a"), directory("b", "a"), document("c", "b"), document("d")):
        trees.told(node)
    trees.join(document("c", "b"), trees.local.add(ROOT_KEY, entry("c"), HELD))
    trees.gone(Gone("a", trashed=True))
    assert trees.remote.get("c") == Gone("c", trashed=True)
    assert trees.remote.get("b") is None  # the disk never had it
    assert [node.id for node in trees.remote.children(ROOT_ID)] == ["d"]


def test_any_name_of_a_disk_is_kept(trees):
    for number, name in enumerate(("é", "e\u0301", "\udce9", "A")):
        key = trees.local.add(ROOT_KEY, entry(name, number)).key
        assert trees.local.get(key).name == name
        assert trees.local.at(name) == key
    assert trees.local.named(ROOT_KEY, "a").name == "A"
    assert trees.local.at("a") is None


def test_nodes_keep_all_that_is_known_of_them(trees):
    offer = Offer("p", "n", HELD)
    made = trees.local.add(ROOT_KEY, entry("a"), HELD)
    node = LocalNode(made.key, ROOT_KEY, made.entry, HELD, offer)
    trees.local.put(node)
    assert trees.local.get(made.key) == node
    assert trees.local.offered("p", "n") == [node]
    assert trees.local.holding(HELD) == node
    assert trees.local.identified(Identity(1, 1, 7)) == [node]


def test_where_a_node_is_follows_its_directories(trees):
    above = trees.local.add(ROOT_KEY, entry("a", kind=EntryKind.DIRECTORY))
    below = trees.local.add(above.key, entry("b", 2))
    assert trees.local.path(below.key) == "a/b"
    moved = LocalNode(above.key, ROOT_KEY, entry("c", kind=EntryKind.DIRECTORY))
    trees.local.put(moved)
    assert trees.local.path(below.key) == "c/b"
    trees.local.remove(above.key)
    assert trees.local.get(below.key) is None


def test_what_differs_is_found_after_a_restart(file, trees):
    equal = trees.local.add(ROOT_KEY, entry("equal"), HELD)
    written = trees.local.add(ROOT_KEY, entry("written", 2), HELD)
    new = trees.local.add(ROOT_KEY, entry("new", 3))
    for node, local in ((document("equal"), equal), (document("written"), written)):
        trees.told(node)
        trees.join(node, local)
    trees.told(document("told"))
    trees.local.put(LocalNode(written.key, ROOT_KEY, entry("written", 2)))
    found = again(file)
    assert (found.ids, found.keys) == ({"written", "told"}, {new.key})


def test_a_file_of_another_version_is_not_read(file):
    connection = apsw.Connection(str(file))
    connection.pragma("user_version", 99)
    connection.close()
    with pytest.raises(OfAnotherVersion):
        open_trees(file)
