"""A folder as it was: after ransomware, after a rash hand, and as far back as anything reaches."""

import asyncio
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from doctypes.files.errors import FileTreeError, NotADirectory
from doctypes.files.file_tree import FileTree
from doctypes.files.node import ROOT_ID, TRASH_ID, Directory
from doctypes.files.versioning import KeepingRules
from replication.blobs.memory import MemoryBlobStore
from replication.store.memory import MemoryDocumentStore


async def staged(tree, content):
    async def body():
        yield content

    return await tree.stage(body())


async def create(tree, path, content):
    parent, _, name = path.rpartition("/")
    directory = await tree.make_directories(parent or "/")
    return await tree.create(directory.id, name, await staged(tree, content))


async def contents(tree, directory):
    """Return what lies below a directory: contents by path, None for a directory."""
    found, waiting = {}, [directory]
    while waiting:
        async for page in tree.children(waiting.pop()):
            for node in page:
                is_directory = isinstance(node, Directory)
                waiting += [node] if is_directory else []
                path = await tree.path_of(node)
                found[path] = None if is_directory else await content(tree, node)
    return found


async def content(tree, file):
    return b"".join([piece async for piece in tree.read(file)])


def clock_of(tree):
    return tree._work.clock


async def test_what_was_encrypted_renamed_and_thrown_away_comes_back(tree):
    folder = await tree.make_directories("/docs")
    for path, text in [("/docs/a.txt", b"a"), ("/docs/sub/b.txt", b"b"), ("/docs/c.txt", b"c")]:
        await create(tree, path, text)
    before = await contents(tree, folder)
    clock_of(tree).now += timedelta(days=1)
    moment = clock_of(tree).now
    clock_of(tree).now += timedelta(days=1)
    a = await tree.at("/docs/a.txt")
    await tree.replace(a.id, await staged(tree, b"#!@"))
    await tree.move(a.id, folder.id, "a.txt.locked")
    await tree.trash((await tree.at("/docs/sub")).id)
    await tree.trash((await tree.at("/docs/c.txt")).id)
    await create(tree, "/docs/READ_ME.txt", b"pay")
    steps = []
    done = await tree.rewind(folder.id, moment, progress=lambda *step: steps.append(step))
    assert await contents(tree, folder) == before
    assert (done.placed, done.reverted, done.thrown_away, done.lost) == (3, 1, 1, [])
    assert steps == [(n, 5) for n in range(1, 6)]
    again = await tree.rewind(folder.id, moment)
    assert (again.placed, again.reverted, again.thrown_away) == (0, 0, 0)
    undone = [await content(tree, version) for version in await tree.versions_of(a.id)]
    assert undone == [b"#!@"]


async def test_what_is_kept_nowhere_is_told(tree):
    file = await create(tree, "/a", b"first")
    moment = clock_of(tree)()
    tree.keeping = KeepingRules(most=0)
    await tree.replace(file.id, await staged(tree, b"second"))
    done = await tree.rewind(ROOT_ID, moment)
    assert done.lost == ["/a"]
    assert await content(tree, await tree.get(file.id)) == b"second"


async def test_what_was_destroyed_is_beyond_reach_and_its_folder_is_made_again(tree):
    await create(tree, "/d/e/f", b"x")
    gone = await tree.at("/d")
    file = await tree.at("/d/e/f")
    moment = clock_of(tree)()
    await tree.move(file.id, ROOT_ID, "saved")
    await tree.destroy(gone.id)
    done = await tree.rewind(ROOT_ID, moment)
    assert (done.placed, done.lost) == (0, [])
    assert (await tree.at("/saved")).id == file.id


async def test_what_was_only_moved_in_stays(tree):
    folder = await tree.make_directories("/docs")
    file = await create(tree, "/elsewhere", b"x")
    moment = clock_of(tree)()
    await tree.move(file.id, folder.id, "in")
    past = await tree.past_of(folder.id, moment)
    assert (past.nodes, past.newcomers) == ((), ())
    await tree.rewind(folder.id, moment)
    assert (await tree.at("/docs/in")).id == file.id


async def test_a_name_that_is_taken_by_now_is_counted_up(tree):
    folder = await tree.make_directories("/docs")
    file, other = await create(tree, "/docs/a.txt", b"old"), await create(tree, "/a.txt", b"other")
    moment = clock_of(tree)()
    await tree.move(file.id, folder.id, "b.txt")
    await tree.move(other.id, folder.id, "a.txt")
    await tree.rewind(folder.id, moment)
    assert (await tree.get(file.id)).name == "a (2).txt"


async def test_only_a_folder_has_such_a_past(tree):
    file = await create(tree, "/a", b"x")
    with pytest.raises(NotADirectory):
        await tree.rewind(file.id, clock_of(tree)())


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["make", "create", "replace", "move", "trash", "restore", "copy"]),
        st.integers(0, 100),
        st.integers(0, 100),
        st.sampled_from("abc"),
    ),
    max_size=12,
)


@given(STEPS, STEPS)
@example(  # a newcomer in a directory of old that was thrown away, and comes back
    [("make", 0, 0, "a"), ("make", 0, 80, "a")],
    [("make", 0, 0, "b"), ("make", 0, 2, "b"), ("move", 45, 0, "a")],
)
@example([("make", 0, 0, "a"), ("make", 0, 0, "b")], [("move", 3, 0, "a")])  # a name taken for now
@example([("make", 0, 0, "a"), ("trash", 98, 0, "a")], [("move", 44, 0, "a")])  # out of the trash
@settings(max_examples=40, deadline=None)
def test_the_whole_tree_comes_back_whatever_was_done(before, after):
    asyncio.run(came_back(before, after))


async def came_back(before, after):
    numbers = count()
    clock = Clock()
    tree = FileTree(
        MemoryDocumentStore(),
        MemoryBlobStore(),
        clock=clock,
        new_id=lambda: f"id{next(numbers)}",
    )
    tree.keeping = KeepingRules(most=1000, delay=timedelta())
    await tree.start()
    for step in before:
        await do(tree, *step)
    root = await tree.get(ROOT_ID)
    then, moment = await contents(tree, root), clock()
    for step in after:
        await do(tree, *step)
    done = await tree.rewind(ROOT_ID, moment)
    assert done.lost == []
    assert await contents(tree, root) == then


class Clock:
    def __init__(self):
        self.now = datetime(2026, 11, 23, tzinfo=UTC)

    def __call__(self):
        self.now += timedelta(minutes=20)
        return self.now


async def everything(tree):
    found, waiting = [], [await tree.get(ROOT_ID), await tree.get(TRASH_ID)]
    while waiting:
        node = waiting.pop(0)
        found.append(node)
        if isinstance(node, Directory):
            waiting += [child async for page in tree.children(node) for child in page]
    return found


async def do(tree, verb, number, other, name):
    nodes = await everything(tree)
    node, target = nodes[number % len(nodes)], nodes[other % len(nodes)]
    content = await staged(tree, b"%d" % number)
    steps = {
        "make": lambda: tree.make_directory(target.id, name),
        "create": lambda: tree.create(target.id, name, content),
        "replace": lambda: tree.replace(node.id, content),
        "move": lambda: tree.move(node.id, target.id, name, replace=True),
        "trash": lambda: tree.trash(node.id),
        "restore": lambda: tree.restore(node.id),
        "copy": lambda: tree.copy(node.id, target.id, name),
    }
    try:
        await steps[verb]()
    except FileTreeError:
        return
