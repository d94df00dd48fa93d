"""Cozy's desktop client follows a home: first fetch, feed, selective sync (cozy.md C3 to C5)."""

from datetime import UTC, datetime

import pytest

from tests.support.cozy_desktop import ROOT, Desktop, Doc, FetchError, checksum
from tests.support.devices import CLIENT, oauth_token
from tests.support.files import Drive
from tests.support.house import house

SCOPE = (
    "io.cozy.files io.cozy.settings:GET:io.cozy.settings.disk-usage "
    "io.cozy.jobs:POST:sendmail:worker"
)
COMPLETE = {
    "file": {"md5sum", "size", "executable", "mime", "class", "trashed", "tags"},
    "directory": set(),
}


@pytest.fixture
async def home(tmp_path):
    async with house(tmp_path) as running:
        yield running


@pytest.fixture
async def desktop(home):
    return Desktop(home.anybody, await oauth_token(home.app, SCOPE), CLIENT)


@pytest.fixture
def web(home):
    """What somebody does in a browser, or with another device, at the same time."""
    return Drive(home.owner)


def by_path(docs):
    return {doc["path"]: doc for doc in docs if not doc.get("_deleted")}


async def some_tree(web):
    """Folders and files, some of them in the trash and some gone for good."""
    photos = await web.directory("Photos")
    summer = await web.directory("Été 2024", parent=photos["id"])
    contents = {
        "/Photos/Été 2024/plage.jpg": b"not quite a picture",
        "/Photos/a+b & c%20#?.txt": b"odd",
        "/empty.txt": b"",
        "/notes.cozy-note": b"a note",
    }
    await web.upload("plage.jpg", contents["/Photos/Été 2024/plage.jpg"], parent=summer["id"])
    await web.upload("a+b & c%20#?.txt", b"odd", parent=photos["id"])
    await web.upload("empty.txt", b"")
    await web.upload("notes.cozy-note", b"a note")
    old = await web.directory("Old")
    await web.upload("in old.txt", parent=old["id"])
    await web.ask("DELETE", f"/files/{old['id']}", 200)
    thrown = await web.upload("thrown away.txt")
    await web.ask("DELETE", f"/files/{thrown['id']}", 200)
    gone = await web.upload("gone.txt")
    await web.patch(gone["id"], 204, permanent_delete=True)
    return contents


@pytest.mark.parametrize("page", [1, 3, 3000])
async def test_the_first_fetch_tells_the_whole_tree_and_nothing_else(desktop, web, page):
    contents = await some_tree(web)
    since, docs = await desktop.changes(page=page)
    found = by_path(docs)
    assert len(found) == len(docs)
    assert list(found) == sorted(found)
    assert set(found) == {"/Photos", "/Photos/Été 2024", *contents}
    for path, doc in found.items():
        assert {"_id", "_rev", "name", "dir_id", "updated_at"} <= set(doc)
        assert COMPLETE[doc["type"]] <= set(doc)
        if doc["type"] == "file":
            content = await desktop.download(doc["_id"])
            assert content == contents[path]
            assert (checksum(content), len(content)) == (doc["md5sum"], int(doc["size"]))
    assert found["/notes.cozy-note"]["mime"] == "text/vnd.cozy.note+markdown"
    assert await desktop.changes(since) == (since, [])


async def test_the_last_sequence_can_be_had_without_the_changes(desktop, web):
    await web.upload("a.txt")
    query = "since=0&descending=true&limit=1&include_docs=false"
    last = (await desktop.fetch("GET", f"/data/io.cozy.files/_changes?{query}"))["last_seq"]
    assert await desktop.changes(last) == (last, [])
    await web.upload("b.txt")
    assert list(by_path((await desktop.changes(last))[1])) == ["/b.txt"]


async def test_the_feed_tells_what_others_did_in_revisions_that_count_up(desktop, web):
    folder = await web.directory("dir")
    inner = await web.directory("inner", parent=folder["id"])
    file = await web.upload("a.txt", b"one", parent=inner["id"])
    kept, _ = await desktop.changes()

    await web.overwrite(file["id"], b"two", headers={"Content-Type": "text/plain"})
    await web.patch(folder["id"], name="moved")
    since, docs = await desktop.changes(kept)
    found = by_path(docs)
    assert set(found) == {"/moved", "/moved/inner", "/moved/inner/a.txt"}
    assert [doc["_rev"].split("-")[0] for doc in docs] == ["2", "2", "2"]
    assert found["/moved/inner/a.txt"]["md5sum"] == checksum(b"two")

    await web.ask("DELETE", f"/files/{folder['id']}", 200)
    since, docs = await desktop.changes(since)
    found = by_path(docs)
    assert set(found) == {
        "/.cozy_trash/moved",
        "/.cozy_trash/moved/inner",
        "/.cozy_trash/moved/inner/a.txt",
    }
    assert found["/.cozy_trash/moved/inner/a.txt"]["trashed"] is True

    await web.ask("POST", f"/files/trash/{folder['id']}", 200)
    since, docs = await desktop.changes(since)
    assert set(by_path(docs)) == {"/moved", "/moved/inner", "/moved/inner/a.txt"}
    assert not any(doc.get("trashed") or "restore_path" in doc for doc in docs)

    await web.ask("DELETE", f"/files/{file['id']}", 200)
    await web.ask("DELETE", f"/files/trash/{file['id']}", 204)
    _, docs = await desktop.changes(since)
    (gone,) = docs
    assert gone == {"_id": file["id"], "_rev": gone["_rev"], "_deleted": True}
    assert int(gone["_rev"].split("-")[0]) > 4


async def test_what_a_client_leaves_out_goes_and_comes_back_as_ordinary_changes(desktop, web):
    folder = Doc.of(await web.directory("Videos"))
    inner = await web.directory("2024", parent=folder.id)
    file = await web.upload("film.mkv", parent=inner["id"])
    since, _ = await desktop.changes()

    await desktop.exclude(folder)
    since, docs = await desktop.changes(since)
    assert {doc["_id"] for doc in docs} == {folder.id, inner["id"], file["id"]}
    assert all(doc["_deleted"] for doc in docs)
    await web.upload("another.mkv", parent=inner["id"])
    assert by_path((await desktop.changes(since))[1]) == {}

    # A folder of that name is made here: the name is taken, by one that was left out.
    with pytest.raises(FetchError) as refused:
        await desktop.create_directory("Videos")
    assert refused.value.code == "ConflictingName"
    (taken,) = await desktop.search(dir_id=ROOT, name="Videos")
    assert desktop.is_excluded(Doc.of(taken))
    found = await desktop.find_by_path("/Videos")
    assert desktop.is_excluded(found)
    assert found.id not in {doc.id for doc in await desktop.directory_content(ROOT)}

    await desktop.include(found)
    _, docs = await desktop.changes(since)
    paths = {"/Videos", "/Videos/2024", "/Videos/2024/film.mkv", "/Videos/2024/another.mkv"}
    assert set(by_path(docs)) == paths
    back = next(doc for doc in docs if doc["_id"] == folder.id)
    assert int(back["_rev"].split("-")[0]) > 2  # the client looks what is in it


@pytest.mark.parametrize("page", [2, 3, 3000])
async def test_a_directory_that_came_back_is_listed_page_by_page(desktop, web, page):
    folder = await web.directory("dir")
    names = {f"{number}.txt" for number in range(5)} | {"below", "kept away"}
    for name in sorted(names):
        if name.endswith(".txt"):
            await web.upload(name, parent=folder["id"])
        else:
            await web.directory(name, parent=folder["id"])
    await desktop.exclude(await desktop.find_by_path("/dir/kept away"))
    found = await desktop.directory_content(folder["id"], page)
    assert sorted(doc["name"] for doc in found) == sorted(names - {"kept away"})
    for doc in found:
        if doc["type"] == "directory":
            assert doc["path"] == "/dir/below"


async def test_what_was_overwritten_remotely_is_told_from_what_is_only_older(desktop, web):
    modified = datetime(2024, 1, 1, tzinfo=UTC)
    file = await desktop.create_file("a.txt", b"one", modified=modified)
    await web.overwrite(file.id, b"two")
    with pytest.raises(FetchError) as refused:
        await desktop.update_file(file, b"three")
    assert refused.value.code == "NeedsRemoteMerge"
    assert (checksum(b"one"), 3) in await desktop.old_versions(file)
    assert await desktop.download(file.id) == b"two"
