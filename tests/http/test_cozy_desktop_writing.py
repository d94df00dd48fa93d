"""Cozy's desktop client changes a home, request by request, and what it is refused (cozy.md C6)."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from server import keys
from tests.support.cozy_desktop import ROOT, TRASH, Desktop, FetchError, checksum, iso
from tests.support.devices import CLIENT, oauth_token
from tests.support.files import Drive
from tests.support.house import house

SCOPE = (
    "io.cozy.files io.cozy.settings:GET:io.cozy.settings.disk-usage "
    "io.cozy.jobs:POST:sendmail:worker"
)
MOMENT = datetime(2024, 2, 3, 4, 5, 6, 789_000, tzinfo=UTC)
NAMES = [
    "plain.txt",
    "é è.txt",
    "e\u0301 written in two.txt",
    "😀.png",
    "a+b=c & d;e.txt",
    "100%.txt",
    "what? #1.txt",
    "back\\slash.txt",
    "con",
    "trailing dot.",
    " around ",
    "-rf *",
    ".hidden",
    "n" * 255,
    "é" * 512,
]
ILLEGAL = ["", ".", "..", "a/b", "a\nb", "a\rb", "a\0b", "n" * 1025]


@pytest.fixture
async def home(tmp_path):
    async with house(tmp_path) as running:
        yield running


@pytest.fixture
async def desktop(home):
    return Desktop(home.anybody, await oauth_token(home.app, SCOPE), CLIENT)


@pytest.fixture
def web(home):
    return Drive(home.owner)


async def refused(step):
    """Return what the client makes of a refusal."""
    with pytest.raises(FetchError) as found:
        await step
    return found.value.code


async def paths(desktop):
    return {doc["path"] for doc in (await desktop.changes())[1]}


async def test_folders_and_files_are_made_with_the_dates_of_the_disk(desktop):
    folder = await desktop.create_directory("Dir", modified=MOMENT)
    assert folder["updated_at"] == folder["created_at"] == "2024-02-03T04:05:06Z"
    assert (folder["type"], folder["path"], folder.short_rev) == ("directory", "/Dir", 1)
    file = await desktop.create_file(
        "run.sh", b"#!/bin/sh", folder.id, executable=True, mime="application/x-sh", modified=MOMENT
    )
    assert (file["path"], file["executable"], file["encrypted"]) == ("/Dir/run.sh", True, False)
    assert (file["md5sum"], file["size"]) == (checksum(b"#!/bin/sh"), "9")
    assert (file["mime"], file["class"]) == ("application/x-sh", "code")
    assert file["updated_at"] == file["created_at"]
    assert datetime.fromisoformat(file["updated_at"]) == MOMENT
    assert file["cozyMetadata"]["uploadedBy"]["oauthClient"]["id"] == CLIENT


@pytest.mark.parametrize("name", NAMES)
async def test_any_name_that_a_disk_allows_is_kept_as_it_is(desktop, name):
    folder = await desktop.create_directory(name)
    file = await desktop.create_file(name, b"x", folder.id)
    assert (folder["name"], file["name"]) == (name, name)
    assert (await desktop.find_by_path(f"/{name}/{name}")).id == file.id
    (found,) = await desktop.search(dir_id=folder.id, name=name)
    assert found["id"] == file.id
    assert await desktop.download(file.id) == b"x"


@pytest.mark.parametrize("name", ILLEGAL)
async def test_names_that_none_may_have_are_put_aside(desktop, name):
    assert await refused(desktop.create_directory(name)) == "InvalidName"
    assert await refused(desktop.create_file(name, b"x")) == "InvalidName"
    file = await desktop.create_file("a.txt", b"x")
    if name:  # no name at all in a PATCH leaves the name as it is
        assert await refused(desktop.move(file, name, ROOT)) == "InvalidName"
    assert await paths(desktop) == {"/a.txt"}


async def test_a_path_has_so_many_levels_and_no_more(desktop, web):
    path = "/d" * 511
    query = {"Type": "directory", "Path": path, "Recursive": "true"}
    deep = (await web.ask("POST", "/files/", 201, params=query))["data"]
    last = await desktop.create_directory("last", deep["id"])
    assert await refused(desktop.create_directory("one more", last.id)) == "PathTooDeep"
    assert await refused(desktop.create_file("one more", b"", last.id)) == "PathTooDeep"
    folder = await desktop.create_directory("folder")
    await desktop.create_directory("inside", folder.id)
    assert await refused(desktop.move(folder, "folder", deep["id"])) == "PathTooDeep"


async def test_what_was_sent_wrongly_leaves_nothing_and_is_sent_again(desktop):
    other = checksum(b"another content")
    assert await refused(desktop.create_file("a", b"x", md5sum=other)) == "InvalidMetadata"
    assert await refused(desktop.create_file("a", b"x" * 10, length=5)) == "InvalidMetadata"
    assert await refused(desktop.create_file("a", b"x" * 10, length=11)) == "InvalidMetadata"
    assert await refused(desktop.create_file("a", b"x", md5sum="no checksum")) == "InvalidMetadata"
    assert await paths(desktop) == set()
    file = await desktop.create_file("a", b"x")
    assert await refused(desktop.update_file(file, b"y", md5sum=other)) == "InvalidMetadata"
    assert await refused(desktop.update_file(file, b"y" * 9, length=3)) == "InvalidMetadata"
    assert (await desktop.find(file.id)).rev == file.rev
    assert await desktop.download(file.id) == b"x"


async def test_a_taken_name_is_told_before_the_content_is_read(desktop):
    await desktop.create_file("a.txt", b"first")
    read = []

    async def content():
        for number in range(200):
            read.append(number)
            yield b"x" * (1 << 20)
            await asyncio.sleep(0.002)

    assert await refused(desktop.create_file("a.txt", content(), length=200 << 20)) == (
        "ConflictingName"
    )
    assert len(read) < 200
    assert await refused(desktop.create_directory("a.txt")) == "ConflictingName"
    assert len(await desktop.search(dir_id=ROOT, name="a.txt")) == 1


async def test_where_there_is_no_room_the_client_sees_how_much_there_is(home, desktop):
    kept = await desktop.create_file("kept", b"x" * 100)
    await home.app[keys.HOMES].update("localhost", lambda record: replace(record, quota=150))
    assert await refused(desktop.create_file("a", b"x" * 51)) == "NoCozySpace"
    assert await refused(desktop.create_file("a", b"x" * 51, length=0)) == "NoCozySpace"
    assert await refused(desktop.update_file(kept, b"y" * 151)) == "NoCozySpace"
    usage = (await desktop.fetch("GET", "/settings/disk-usage"))["data"]["attributes"]
    assert (usage["used"], usage["quota"]) == ("100", "150")
    await desktop.create_file("a", b"x" * 50)
    assert await refused(desktop.create_file("b", b"x")) == "NoCozySpace"
    await desktop.create_directory("no bytes")
    await desktop.create_file("empty", b"")


async def test_a_parent_that_is_gone_or_in_the_trash_is_missing(desktop, web):
    assert await refused(desktop.create_file("a", b"x", "nowhere")) == "MissingDocument"
    folder = await desktop.create_directory("dir")
    inner = await desktop.create_directory("inner", folder.id)
    other = await desktop.create_file("other", b"x")
    await web.ask("DELETE", f"/files/{folder.id}", 200)
    for parent in (folder.id, inner.id, TRASH):
        assert await refused(desktop.create_file("a", b"x", parent)) == "MissingDocument"
        assert await refused(desktop.create_directory("a", parent)) == "MissingDocument"
        assert await refused(desktop.move(other, "a", parent)) == "MissingDocument"
    await web.ask("DELETE", "/files/trash", 204)
    assert await refused(desktop.create_directory("a", inner.id)) == "MissingDocument"
    assert await refused(desktop.move(other, "a", folder.id)) == "MissingDocument"
    assert await paths(desktop) == {"/other"}


async def test_new_content_goes_over_what_the_client_knows_and_over_nothing_else(desktop, web):
    file = await desktop.create_file("a.txt", b"one", mime="text/plain")
    newer = await desktop.update_file(file, b"two", mime="text/plain", executable=True)
    assert (newer.id, newer.short_rev, newer["executable"]) == (file.id, 2, True)
    assert newer["md5sum"] == checksum(b"two")
    assert await desktop.old_versions(newer) == [(checksum(b"one"), 3)]
    assert await refused(desktop.update_file(file, b"three")) == "NeedsRemoteMerge"
    assert await desktop.download(file.id) == b"two"
    await web.patch(file.id, name="renamed.txt")
    assert await refused(desktop.update_file(newer, b"three")) == "NeedsRemoteMerge"
    await web.patch(file.id, 204, permanent_delete=True)
    assert await refused(desktop.update_file(newer, b"three")) == "MissingDocument"


async def test_the_same_content_again_is_no_new_version(desktop):
    file = await desktop.create_file("a.txt", b"one", mime="text/plain")
    again = await desktop.update_file(file, b"one", mime="text/plain")
    assert again["md5sum"] == file["md5sum"]
    assert await desktop.old_versions(again) == []


async def test_files_and_folders_are_renamed_and_moved(desktop):
    folder, other = await desktop.create_directory("a"), await desktop.create_directory("b")
    inner = await desktop.create_directory("inner", folder.id)
    file = await desktop.create_file("f.txt", b"x", inner.id)
    moved = await desktop.move(folder, "renamed", other.id)
    assert (moved["path"], moved.short_rev) == ("/b/renamed", 2)
    assert await paths(desktop) == {
        "/b",
        "/b/renamed",
        "/b/renamed/inner",
        "/b/renamed/inner/f.txt",
    }
    assert (await desktop.find(inner.id)).short_rev == 2
    assert (await desktop.find(file.id)).rev == file.rev
    other = await desktop.find(other.id)
    assert await refused(desktop.move(other, "b", inner.id)) == "InvalidFolderMove"
    assert await refused(desktop.move(other, "b", other.id)) == "InvalidFolderMove"
    assert await refused(desktop.move(folder, "late", ROOT)) == "NeedsRemoteMerge"
    await desktop.create_file("taken", b"x")
    assert await refused(desktop.move(moved, "taken", ROOT)) == "ConflictingName"
    renamed = await desktop.move(file, "F.TXT", inner.id)  # case alone
    assert renamed["name"] == "F.TXT"
    composed = await desktop.move(renamed, "e\u0301", inner.id)
    assert (await desktop.move(composed, "\u00e9", inner.id))["name"] == "\u00e9"


async def test_a_date_before_the_stored_one_is_refused_and_the_greater_is_taken(desktop):
    file = await desktop.create_file("a.txt", b"x", modified=MOMENT)
    old = iso(datetime(2020, 1, 1, tzinfo=UTC))
    step = desktop.update_attributes(file.id, file.rev, updated_at=old)
    assert await refused(step) == "InvalidMetadata"
    later = iso(datetime(2025, 1, 1, tzinfo=UTC))
    changed = await desktop.update_attributes(file.id, file.rev, executable=True, updated_at=later)
    assert (changed["executable"], changed["updated_at"]) == (True, "2025-01-01T00:00:00Z")
    back = await desktop.update_attributes(file.id, changed.rev, executable=False, updated_at=later)
    assert (back["executable"], back.short_rev) == (False, 3)
    folder = await desktop.create_directory("dir", modified=MOMENT)
    touched = await desktop.update_attributes(folder.id, folder.rev, updated_at=later)
    assert touched["updated_at"] == "2025-01-01T00:00:00Z"
    assert await refused(desktop.update_attributes(folder.id, folder.rev, updated_at=later)) == (
        "NeedsRemoteMerge"
    )


async def test_a_move_over_another_file_takes_its_albums_along(desktop):
    album = {"type": "io.cozy.photos.albums", "id": "holidays"}
    source = await desktop.create_file("new.jpg", b"new")
    target = await desktop.create_file("old.jpg", b"old")
    await desktop.refer(target, [album])
    target = await desktop.find(target.id)
    await desktop.trash(target)
    moved = await desktop.move(source, "old.jpg", ROOT)
    thrown = await desktop.find(target.id)
    assert thrown.relations("referenced_by") == [album]
    rev, listed = await desktop.refer(moved, thrown.relations("referenced_by"))
    assert listed == [album]
    found = await desktop.find(moved.id)
    assert (found.rev, found["path"]) == (rev, "/old.jpg")
    assert found["referenced_by"] == [album]


async def test_the_trash_takes_what_the_client_knows_and_is_not_asked_twice(desktop, web):
    folder = await desktop.create_directory("dir")
    file = await desktop.create_file("a.txt", b"x", folder.id)
    await web.overwrite(file.id, b"newer")
    assert await refused(desktop.trash(file)) == "NeedsRemoteMerge"
    assert (await desktop.find(file.id))["path"] == "/dir/a.txt"
    thrown = await desktop.trash(await desktop.find(file.id))
    assert (thrown["trashed"], thrown["path"]) == (True, "/.cozy_trash/a.txt")
    assert thrown["restore_path"] == "/dir"
    assert await refused(desktop.trash(thrown)) == "DocumentInTrash"
    assert (await desktop.trash(folder))["path"] == "/.cozy_trash/dir"
    await web.ask("POST", f"/files/trash/{file.id}", 200)
    back = await desktop.find(file.id)
    assert (back["trashed"], back["path"]) == (False, "/dir/a.txt")  # its folder was made anew
    await web.patch(file.id, 204, permanent_delete=True)
    assert await refused(desktop.trash(back)) == "MissingDocument"
    body = {"data": {"id": folder.id, "attributes": {"permanent_delete": True}}}
    await desktop.fetch("PATCH", f"/files/{folder.id}", body, headers={"If-Match": ""})
    assert await refused(desktop.find(folder.id)) == "MissingDocument"


async def test_a_conflict_leaves_both_under_names_of_their_own(desktop):
    remote = await desktop.create_file("report.txt", b"theirs")
    assert await refused(desktop.create_file("report.txt", b"ours")) == "ConflictingName"
    name = "report-conflict-2024-05-06T07_08_09.120Z.txt"
    kept = await desktop.move(remote, name, ROOT)
    await desktop.create_file("report.txt", b"ours")
    assert await paths(desktop) == {"/report.txt", f"/{name}"}
    assert await desktop.download(kept.id) == b"theirs"


async def test_a_note_stays_a_note_when_its_text_is_written_anew(desktop):
    mime = "text/vnd.cozy.note+markdown"
    note = await desktop.create_file("n.cozy-note", b"# one", mime=mime)
    assert (note["mime"], note["class"]) == (mime, "text")
    newer = await desktop.update_file(note, b"# two", mime=mime)
    assert newer["mime"] == mime


async def test_what_the_client_may_not_do_it_is_told_so(home, web):
    token = await oauth_token(home.app, "io.cozy.files:GET", client="d" * 32)
    reader = Desktop(home.anybody, token, "d" * 32)
    file = await web.upload("a.txt")
    found = await reader.find(file["id"])
    for step in (
        reader.create_file("b", b"x"),
        reader.create_directory("b"),
        reader.update_file(found, b"y"),
        reader.move(found, "b", ROOT),
        reader.trash(found),
    ):
        assert await refused(step) == "MissingPermissions"
    other = Desktop(home.anybody, "no token", CLIENT)
    assert await refused(other.find(ROOT)) == "OAuthClientRevoked"
