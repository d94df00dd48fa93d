"""What was thrown away or written over, as the phone apps show it and bring it back."""

import pytest

from tests.support.dialect import DAV, FILES, NC, OC

TRASH = "/remote.php/dav/trashbin/owner"
VERSIONS = "/remote.php/dav/versions/owner"
OF_TRASH = (
    "d:resourcetype", "d:getcontenttype", "d:getcontentlength", "oc:size", "oc:id", "oc:fileid",
    "nc:trashbin-filename", "nc:trashbin-original-location", "nc:trashbin-deletion-time",
    "nc:has-preview",
)  # fmt: skip


@pytest.fixture
async def thrown(cloud):
    """Throw a file and a folder away, and a second file of the same name."""
    await cloud.ask("MKCOL", f"{FILES}/d", 201)
    await cloud.ask("MKCOL", f"{FILES}/d/sub", 201)
    await cloud.put("d/a.txt", b"12345")
    await cloud.put("d/sub/b.txt", b"123")
    await cloud.ask("DELETE", f"{FILES}/d/a.txt", 204)
    await cloud.put("d/a.txt", b"1")
    await cloud.ask("DELETE", f"{FILES}/d/a.txt", 204)
    await cloud.ask("DELETE", f"{FILES}/d/sub", 204)


async def in_trash(cloud, path="trash/"):
    rows = await cloud.listed(path, *OF_TRASH, base=TRASH)
    return dict(list(rows.items())[1:])


@pytest.mark.usefixtures("thrown")
async def test_the_trash_tells_what_was_where(cloud):
    rows = await in_trash(cloud)
    told = sorted(
        (row[f"{NC}trashbin-filename"], row[f"{NC}trashbin-original-location"], row[f"{OC}size"])
        for row in rows.values()
    )
    assert told == [("a.txt", "d/a.txt", "1"), ("a.txt", "d/a.txt", "5"), ("sub", "d/sub", "3")]
    for row in rows.values():
        assert int(row[f"{NC}trashbin-deletion-time"]) > 1_600_000_000
        assert int(row[f"{OC}fileid"])
    inside = await in_trash(cloud, "trash/sub/")
    (row,) = inside.values()
    assert row[f"{NC}trashbin-original-location"] == "d/sub/b.txt"


@pytest.mark.usefixtures("thrown")
async def test_what_is_moved_to_restore_is_where_it_was(cloud):
    names = [
        href for href, row in (await in_trash(cloud)).items() if row[f"{OC}size"] in ("5", "3")
    ]
    for href in names:
        target = f"{TRASH}/restore/{href.rstrip('/').rpartition('/')[2]}"
        await cloud.ask("MOVE", href, 201, Destination=target, Overwrite="T")
    _, text = await cloud.ask("GET", f"{FILES}/d/a.txt", 200)
    assert text == "12345"
    await cloud.ask("GET", f"{FILES}/d/sub/b.txt", 200)
    assert len(await in_trash(cloud)) == 1


@pytest.mark.usefixtures("thrown")
async def test_a_file_in_the_trash_can_be_read_and_destroyed(cloud):
    href = next(h for h, row in (await in_trash(cloud)).items() if row[f"{OC}size"] == "5")
    _, text = await cloud.ask("GET", href, 200)
    assert text == "12345"
    await cloud.ask("DELETE", href, 204)
    await cloud.ask("GET", href, 404)
    assert len(await in_trash(cloud)) == 2


@pytest.mark.usefixtures("thrown")
async def test_the_trash_is_emptied_as_a_whole(cloud):
    await cloud.ask("DELETE", f"{TRASH}/trash", 204)
    assert await in_trash(cloud) == {}
    await cloud.ask("PROPFIND", f"{FILES}/d", 207, Depth=0)


@pytest.mark.usefixtures("thrown")
async def test_nothing_else_is_done_to_the_trash(cloud):
    href = next(iter(await in_trash(cloud)))
    await cloud.ask("PUT", f"{TRASH}/trash/x", 403, b"x")
    await cloud.ask("MKCOL", f"{TRASH}/trash/x", 403)
    await cloud.ask("MOVE", href, 403, Destination=f"{TRASH}/trash/other")
    await cloud.ask("MOVE", href, 502, Destination=f"{FILES}/elsewhere")
    await cloud.ask("COPY", href, 403, Destination=f"{TRASH}/restore/x")
    await cloud.ask("DELETE", f"{TRASH}/restore", 404)


@pytest.fixture
async def number(cloud):
    """Write a file three times over; returns its number."""
    for day, content in enumerate((b"first", b"second!", b"third")):
        await cloud.put("a.txt", content, 204 if day else 201, X_OC_Mtime=1700000000 + day)
    return (await cloud.told("a.txt", "oc:fileid"))[f"{OC}fileid"]


async def old_contents(cloud, number):
    asked = ("d:getcontentlength", "d:getlastmodified", "d:getcontenttype", "d:resourcetype")
    rows = await cloud.listed(f"versions/{number}", *asked, base=VERSIONS)
    return dict(list(rows.items())[1:])


async def test_a_version_comes_back_by_a_move(cloud, number):
    rows = await old_contents(cloud, number)
    sizes = [row[f"{DAV}getcontentlength"] for row in rows.values()]
    assert "5" in sizes
    href = next(href for href, row in rows.items() if row[f"{DAV}getcontentlength"] == "5")
    _, text = await cloud.ask("GET", href, 200)
    assert text == "first"
    await cloud.ask("MOVE", href, 201, Destination=f"{VERSIONS}/restore/{number}")
    _, text = await cloud.ask("GET", f"{FILES}/a.txt", 200)
    assert text == "first"
    assert (await cloud.told("a.txt", "oc:fileid"))[f"{OC}fileid"] == number


async def test_a_version_can_be_deleted_and_none_made(cloud, number):
    (href, *_) = await old_contents(cloud, number)
    await cloud.ask("DELETE", href, 204)
    await cloud.ask("DELETE", href, 404)
    await cloud.ask("PUT", href, 403, b"x")
    await cloud.ask("PROPFIND", f"{VERSIONS}/versions/12345", 404, Depth=1)
    await cloud.ask("PROPFIND", f"{VERSIONS}/versions/none", 404, Depth=1)
