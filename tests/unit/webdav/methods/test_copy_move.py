import pytest

BOTH = pytest.mark.parametrize("method", ["COPY", "MOVE"])


@pytest.fixture
async def tree(dav):
    """/a  /c/x  /c/d/y"""
    await dav("PUT", "/a", b"A")
    await dav("MKCOL", "/c")
    await dav("PUT", "/c/x", b"X")
    await dav("MKCOL", "/c/d")
    await dav("PUT", "/c/d/y", b"Y")
    return await dav.tree()


async def test_copy_leaves_the_source(dav, tree):
    answer = await dav("COPY", "/c", Destination="/e")
    assert answer.status == 201
    assert answer.headers["Location"] == "/dav/files/e/"
    copied = {path.replace("/c", "/e", 1): content for path, content in tree.items()}
    assert await dav.tree() == tree | copied


async def test_copy_of_depth_0_leaves_the_members(dav, tree):
    assert (await dav("COPY", "/c", Destination="/e", Depth="0")).status == 201
    assert await dav.tree() == tree | {"/e": None}


async def test_move_takes_the_source_along_and_keeps_its_id(dav, tree):
    before = await dav.backend.lookup(("c", "d", "y"))
    assert (await dav("MOVE", "/c", Destination="http://home.example/dav/files/e/")).status == 201
    moved = {path.replace("/c", "/e", 1): content for path, content in tree.items()}
    assert await dav.tree() == moved
    assert (await dav.backend.lookup(("e", "d", "y"))).id == before.id


@BOTH
async def test_destination_is_replaced_unless_overwrite_is_f(dav, tree, method):
    answer = await dav(method, "/a", Destination="/c/x", Overwrite="F")
    assert answer.status == 412
    assert await dav.tree() == tree
    answer = await dav(method, "/a", Destination="/c/x", Overwrite="T")
    assert answer.status == 204
    assert (await dav.tree())["/c/x"] == b"A"


@BOTH
@pytest.mark.usefixtures("tree")
async def test_a_file_replaces_a_collection_with_all_below(dav, method):
    assert (await dav(method, "/a", Destination="/c")).status == 204
    assert {"/c": b"A"}.items() <= (await dav.tree()).items()
    assert "/c/x" not in await dav.tree()


@BOTH
@pytest.mark.parametrize(
    ("source", "destination", "status"),
    [
        ("/c", "/c", 403),
        ("/c", "/c/d/e", 403),
        ("/c/d", "/c", 403),
        ("/a", "/a/", 403),
        ("/", "/e", 403),
        ("/a", "/", 403),
        ("/missing", "/e", 404),
        ("/a", "/missing/e", 409),
        ("/a", "/c/x/e", 409),
        ("/a", "http://other.example/dav/files/e", 502),
    ],
)
async def test_journeys_that_cannot_be_made_change_nothing(
    dav, tree, method, source, destination, status
):
    assert (await dav(method, source, Destination=destination)).status == status
    assert await dav.tree() == tree


@BOTH
@pytest.mark.parametrize(
    "headers",
    [{}, {"Destination": "/e", "Overwrite": "maybe"}, {"Destination": "/e", "Depth": "1"},
     {"Destination": "/../e"}],
)  # fmt: skip
async def test_journeys_that_are_badly_asked_for_are_400(dav, tree, method, headers):
    assert (await dav(method, "/c", **headers)).status == 400
    assert await dav.tree() == tree


async def test_move_of_a_collection_is_never_shallow(dav, tree):
    assert (await dav("MOVE", "/c", Destination="/e", Depth="0")).status == 400
    assert await dav.tree() == tree


@BOTH
async def test_conditions_are_about_the_source(dav, tree, method):
    etag = (await dav.backend.lookup(("a",))).etag
    assert (await dav(method, "/a", Destination="/c/x", If_Match='"wrong"')).status == 412
    assert await dav.tree() == tree
    assert (await dav(method, "/a", Destination="/c/x", If_Match=etag)).status == 204
