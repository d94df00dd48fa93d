"""The tree through its verbs, over both engines."""

import asyncio
import hashlib
import json
from base64 import b64encode
from datetime import UTC, datetime

import pytest

from doctypes.files.errors import (
    AlreadyInTrash,
    IllegalName,
    IsADirectory,
    MoveIntoItself,
    NameTaken,
    NodeMissing,
    NotADirectory,
    NotInTrash,
    Protected,
    StaleRevision,
    TooDeep,
)
from doctypes.files.node import DOCTYPE, ROOT_ID, TRASH_ID, TRASH_NAME, Directory, File
from doctypes.files.usage import Usage
from replication.blobs.sweep import sweep
from replication.core.change import ChangesQuery
from replication.core.document import Edit
from replication.core.revision import Revision

LONG_AGO = datetime(1999, 12, 31, 23, 59, 59, 123456, tzinfo=UTC)


async def body(content):
    yield content


async def staged(tree, content):
    return await tree.stage(body(content))


async def create(tree, path, content=b"content", **facts):
    parent, _, name = path.rpartition("/")
    directory = await tree.at(parent or "/")
    return await tree.create(directory.id, name, await staged(tree, content), **facts)


async def make(tree, path):
    parent, _, name = path.rpartition("/")
    return await tree.make_directory((await tree.at(parent or "/")).id, name)


async def content_of(tree, file):
    return b"".join([piece async for piece in tree.read(file)])


async def names(tree, path):
    return [node.name async for page in tree.children(await tree.at(path)) for node in page]


async def sequence(store):
    return (await (await store.open(DOCTYPE)).sequence()).number


def fields(node):
    return json.loads(node.document.body)


async def missing(tree, path):
    with pytest.raises(NodeMissing):
        await tree.at(path)
    return True


class TestStart:
    async def test_a_new_home_has_a_root_and_a_trash(self, tree):
        root, trash = await tree.get(ROOT_ID), await tree.at("/.cozy_trash")
        assert (root.path, root.name, root.dir_id) == ("/", "", "")
        assert (trash.id, trash.name, trash.dir_id) == (TRASH_ID, TRASH_NAME, ROOT_ID)
        assert await tree.at("/") == root

    async def test_the_trash_is_not_listed(self, tree):
        await make(tree, "/a")
        assert await names(tree, "/") == ["a"]

    async def test_starting_again_changes_nothing(self, tree, store):
        before = await sequence(store)
        await tree.start()
        assert await sequence(store) == before


class TestCreate:
    async def test_a_file_is_found_by_path_and_by_id(self, tree):
        await make(tree, "/letters")
        file = await create(tree, "/letters/to me.txt", b"dear me")
        assert await tree.at("/letters/to me.txt") == file == await tree.get(file.id)
        assert await tree.path_of(file) == "/letters/to me.txt"
        assert await content_of(tree, file) == b"dear me"

    async def test_its_document_is_cozys(self, tree):
        file = await create(tree, "/a.pdf", b"%PDF", executable=True, by="rclone")
        assert fields(file) == {
            "type": "file",
            "name": "a.pdf",
            "dir_id": ROOT_ID,
            "created_at": "2026-11-23T12:00:02Z",
            "updated_at": "2026-11-23T12:00:02Z",
            "tags": [],
            "size": "4",
            "md5sum": b64encode(hashlib.md5(b"%PDF").digest()).decode(),
            "sha256sum": hashlib.sha256(b"%PDF").hexdigest(),
            "mime": "application/pdf",
            "class": "pdf",
            "executable": True,
            "encrypted": False,
            "trashed": False,
            "cozyMetadata": {
                "doctypeVersion": "1",
                "metadataVersion": 1,
                "createdAt": "2026-11-23T12:00:02Z",
                "updatedAt": "2026-11-23T12:00:02Z",
                "createdByApp": "rclone",
                "updatedByApps": [{"slug": "rclone", "date": "2026-11-23T12:00:02Z"}],
                "uploadedAt": "2026-11-23T12:00:02Z",
                "uploadedBy": {"slug": "rclone"},
            },
        }

    async def test_a_directory_tells_its_path(self, tree):
        await make(tree, "/a")
        directory = await make(tree, "/a/b")
        assert fields(directory)["path"] == directory.path == "/a/b"
        assert fields(directory)["type"] == "directory"

    async def test_the_date_of_an_old_file_stays(self, tree):
        file = await create(tree, "/old", modified_at=LONG_AGO)
        assert (file.updated_at, file.created_at) == (LONG_AGO, LONG_AGO)

    async def test_a_media_type_that_was_said_is_kept(self, tree):
        file = await create(tree, "/page", mime="text/html; charset=utf-8")
        assert (file.mime, file.file_class) == ("text/html", "code")

    async def test_a_name_that_is_taken_is_refused(self, tree, store):
        await create(tree, "/a")
        await make(tree, "/b")
        before = await sequence(store)
        for path in ("/a", "/b", "/.cozy_trash"):
            with pytest.raises(NameTaken):
                await create(tree, path)
            with pytest.raises(NameTaken):
                await make(tree, path)
        assert await sequence(store) == before

    async def test_a_name_is_found_in_either_unicode_form(self, tree):
        file = await create(tree, "/cafe\u0301")
        assert file.name == "cafe\u0301"
        assert await tree.at("/cafe\u0301") == file == await tree.at("/caf\u00e9")
        with pytest.raises(NameTaken):
            await create(tree, "/caf\u00e9")

    async def test_a_name_stored_in_another_form_is_found_as_it_stands(self, tree, store):
        document = {"type": "directory", "name": "e\u0301", "dir_id": ROOT_ID, "path": "/e\u0301"}
        await (await store.open(DOCTYPE)).write([Edit("foreign", json.dumps(document).encode())])
        assert (await tree.at("/e\u0301")).id == "foreign"

    @pytest.mark.parametrize("name", ["", ".", "..", "a/b", "a\0b", "a\nb", "a\rb", "\ud800"])
    async def test_an_illegal_name_is_refused(self, tree, name):
        with pytest.raises(IllegalName):
            await tree.create(ROOT_ID, name, await staged(tree, b""))
        with pytest.raises(IllegalName):
            await tree.make_directory(ROOT_ID, name)

    async def test_a_parent_must_be_a_directory_outside_the_trash(self, tree):
        file = await create(tree, "/file")
        trashed = await tree.trash((await make(tree, "/gone")).id)
        for parent, error in [
            ("nobody", NodeMissing),
            (file.id, NotADirectory),
            (TRASH_ID, Protected),
            (trashed.id, Protected),
        ]:
            with pytest.raises(error):
                await tree.create(parent, "x", await staged(tree, b""))

    async def test_512_names_below_each_other_are_enough(self, tree):
        parent = ROOT_ID
        for _ in range(512):
            parent = (await tree.make_directory(parent, "d")).id
        with pytest.raises(TooDeep):
            await tree.make_directory(parent, "d")
        with pytest.raises(TooDeep):
            await tree.create(parent, "f", await staged(tree, b""))

    async def test_many_at_once_with_one_name_leave_one(self, tree):
        contents = [await staged(tree, b"%d" % n) for n in range(20)]
        outcomes = await asyncio.gather(
            *(tree.create(ROOT_ID, "x", content) for content in contents), return_exceptions=True
        )
        assert sum(isinstance(outcome, File) for outcome in outcomes) == 1
        assert sum(isinstance(outcome, NameTaken) for outcome in outcomes) == 19
        assert await names(tree, "/") == ["x"]

    async def test_one_cut_off_while_it_is_written_keeps_its_name(self, tree):
        for turns in range(12):  # cut off at one point after another
            first = asyncio.create_task(create(tree, f"/{turns}", b"1"))
            for _ in range(turns):
                await asyncio.sleep(0)
            first.cancel()
            await asyncio.gather(first, create(tree, f"/{turns}", b"2"), return_exceptions=True)
        assert sorted(await names(tree, "/"), key=int) == [f"{turns}" for turns in range(12)]

    async def test_a_copy_takes_the_first_name_that_is_free(self, tree):
        made = [
            (await tree.create_copy(ROOT_ID, "x.docx", await staged(tree, b"%d" % n))).name
            for n in range(3)
        ]
        assert made == ["x.docx", "x (2).docx", "x (3).docx"]


class TestListing:
    async def test_children_come_by_name_in_pages(self, tree):
        for n in range(120):
            await create(tree, f"/{n:03}")
        assert await names(tree, "/") == [f"{n:03}" for n in range(120)]

    async def test_documents_that_are_no_nodes_are_passed_over(self, tree, store):
        database = await store.open(DOCTYPE)
        foreign = {"dir_id": ROOT_ID, "name": "x", "type": "wormhole"}
        odd = {"dir_id": ROOT_ID, "name": "y", "type": "file", "size": "many"}
        await database.write([Edit("x", json.dumps(foreign).encode())])
        await database.write([Edit("y", json.dumps(odd).encode())])
        await create(tree, "/z")
        assert await names(tree, "/") == ["z"]
        with pytest.raises(NodeMissing):
            await tree.get("x")

    @pytest.mark.parametrize("path", ["", "a", "//", "/a/", "/nothing", "/file/below"])
    async def test_a_path_to_nothing_is_missing(self, tree, path):
        await make(tree, "/a")
        await create(tree, "/file")
        assert await missing(tree, path)


class TestReplace:
    async def test_new_content_is_a_new_revision_of_the_same_file(self, tree):
        old = await create(tree, "/a.txt", b"old", by="web")
        new = await tree.replace(old.id, await staged(tree, b"newer"), by="office")
        assert (new.id, new.size, new.revision.generation) == (old.id, 5, 2)
        assert await content_of(tree, new) == b"newer"
        assert await content_of(tree, old) == b"old"
        metadata = fields(new)["cozyMetadata"]
        assert [app["slug"] for app in metadata["updatedByApps"]] == ["web", "office"]
        assert metadata["uploadedBy"] == {"slug": "office"}
        assert new.created_at == old.created_at < new.updated_at

    async def test_the_same_content_again_changes_nothing(self, tree, store):
        old = await create(tree, "/a.txt", b"same", modified_at=LONG_AGO)
        before = await sequence(store)
        content = await staged(tree, b"same")
        assert await tree.replace(old.id, content) == old
        assert await tree.replace(old.id, content, modified_at=LONG_AGO) == old
        assert await sequence(store) == before
        assert (await tree.replace(old.id, content, mime="text/html")).mime == "text/html"

    async def test_the_same_content_with_a_new_date_is_a_revision(self, tree):
        old = await create(tree, "/a.txt", b"same")
        new = await tree.replace(old.id, await staged(tree, b"same"), modified_at=LONG_AGO)
        assert (new.updated_at, new.revision.generation) == (LONG_AGO, 2)
        assert new.created_at <= new.updated_at

    async def test_what_was_expected_must_still_be_so(self, tree, store):
        first = await create(tree, "/a", b"1")
        second = await tree.replace(first.id, await staged(tree, b"2"))
        before = await sequence(store)
        for stale in ({"expected": first.revision}, {"expected_blob": first.blob}):
            with pytest.raises(StaleRevision):
                await tree.replace(first.id, await staged(tree, b"3"), **stale)
        assert await sequence(store) == before
        third = await tree.replace(
            first.id,
            await staged(tree, b"3"),
            expected=second.revision,
            expected_blob=second.blob,
        )
        assert await content_of(tree, third) == b"3"

    async def test_fields_of_other_hands_are_kept(self, tree, store):
        file = await create(tree, "/a", b"1")
        theirs = {"referenced_by": [{"type": "io.cozy.photos.albums", "id": "x"}], "later": 1.5}
        edit = Edit(file.id, json.dumps(fields(file) | theirs).encode(), base=file.revision)
        await (await store.open(DOCTYPE)).write([edit])
        new = await tree.replace(file.id, await staged(tree, b"2"))
        assert fields(new)["later"] == 1.5
        assert fields(new)["referenced_by"] == theirs["referenced_by"]

    async def test_a_directory_has_no_content(self, tree):
        with pytest.raises(IsADirectory):
            await tree.replace(ROOT_ID, await staged(tree, b""))

    async def test_of_many_at_once_on_one_revision_one_wins(self, tree):
        file = await create(tree, "/a", b"0")
        contents = [await staged(tree, b"%d" % n) for n in range(1, 11)]
        outcomes = await asyncio.gather(
            *(tree.replace(file.id, content, expected=file.revision) for content in contents),
            return_exceptions=True,
        )
        assert sum(isinstance(outcome, File) for outcome in outcomes) == 1
        assert sum(isinstance(outcome, StaleRevision) for outcome in outcomes) == 9


class TestMove:
    async def test_a_rename_keeps_id_dates_and_content(self, tree):
        file = await create(tree, "/a.txt", b"1", modified_at=LONG_AGO)
        moved = await tree.move(file.id, ROOT_ID, "b.txt")
        assert (moved.id, moved.name, moved.updated_at) == (file.id, "b.txt", LONG_AGO)
        assert await missing(tree, "/a.txt")
        assert await tree.at("/b.txt") == moved

    async def test_a_new_extension_tells_the_media_type(self, tree):
        file = await create(tree, "/draft.tmp")
        moved = await tree.move(file.id, ROOT_ID, "draft.pdf")
        assert (moved.mime, moved.file_class) == ("application/pdf", "pdf")

    async def test_a_directory_takes_all_along_and_touches_no_file(self, tree, store):
        for path in ("/a", "/a/b", "/a/b/c", "/ab", "/z"):
            await make(tree, path)
        files = [await create(tree, path) for path in ("/a/1", "/a/b/2", "/a/b/c/3", "/ab/4")]
        before = await sequence(store)
        target = await tree.at("/z")
        await tree.move((await tree.at("/a")).id, target.id, "moved")
        assert await sequence(store) == before + 3
        assert [await tree.path_of(await tree.get(file.id)) for file in files] == [
            "/z/moved/1",
            "/z/moved/b/2",
            "/z/moved/b/c/3",
            "/ab/4",
        ]
        assert [(await tree.get(file.id)).revision for file in files] == [
            file.revision for file in files
        ]
        assert (await tree.at("/z/moved/b/c")).path == "/z/moved/b/c"

    async def test_where_it_is_already_nothing_happens(self, tree, store):
        file = await create(tree, "/a")
        before = await sequence(store)
        assert await tree.move(file.id, ROOT_ID, "a", replace=True) == file
        assert await sequence(store) == before

    async def test_a_taken_name_needs_replace_and_the_old_goes_to_the_trash(self, tree, store):
        old, new = await create(tree, "/old", b"old"), await create(tree, "/new", b"new")
        with pytest.raises(NameTaken):
            await tree.move(new.id, ROOT_ID, "old")
        before = await sequence(store)
        moved = await tree.move(new.id, ROOT_ID, "old", replace=True)
        assert moved.id == new.id == (await tree.at("/old")).id
        trashed = await tree.get(old.id)
        assert (trashed.dir_id, trashed.trashed) == (TRASH_ID, True)
        assert await sequence(store) == before + 2

    async def test_a_directory_goes_neither_below_nor_in_place_of_itself(self, tree, store):
        for path in ("/a", "/a/b", "/a/b/c"):
            await make(tree, path)
        a, c = await tree.at("/a"), await tree.at("/a/b/c")
        before = await sequence(store)
        for node, parent, name in [(a, c.id, "x"), (a, a.id, "x"), (c, ROOT_ID, "a")]:
            with pytest.raises(MoveIntoItself):
                await tree.move(node.id, parent, name, replace=True)
        with pytest.raises(MoveIntoItself):
            await tree.copy(a.id, c.id, "x")
        with pytest.raises(MoveIntoItself):
            await tree.copy(c.id, ROOT_ID, "a", replace=True)
        assert await sequence(store) == before

    async def test_a_file_moved_over_the_directory_it_lies_in_is_refused(self, tree):
        await make(tree, "/a")
        file = await create(tree, "/a/a")
        with pytest.raises(MoveIntoItself):
            await tree.move(file.id, ROOT_ID, "a", replace=True)

    async def test_root_and_trash_stay(self, tree):
        directory = await make(tree, "/a")
        for node_id in (ROOT_ID, TRASH_ID):
            with pytest.raises(Protected):
                await tree.move(node_id, directory.id, "x")
            with pytest.raises(Protected):
                await tree.trash(node_id)
            with pytest.raises(Protected):
                await tree.destroy(node_id)
        with pytest.raises(Protected):
            await tree.move(directory.id, ROOT_ID, TRASH_NAME, replace=True)
        with pytest.raises(Protected):
            await tree.move(directory.id, TRASH_ID, "a")

    async def test_what_was_expected_must_still_be_so(self, tree):
        file = await create(tree, "/a")
        await tree.move(file.id, ROOT_ID, "b")
        with pytest.raises(StaleRevision):
            await tree.move(file.id, ROOT_ID, "c", expected=file.revision)
        with pytest.raises(StaleRevision):
            await tree.trash(file.id, expected=file.revision)

    async def test_a_path_that_grows_too_long_is_refused(self, tree):
        deep = await make(tree, "/deep")
        parent = deep.id
        for _ in range(300):
            parent = (await tree.make_directory(parent, "d")).id
        other = await make(tree, "/other")
        below = other.id
        for _ in range(300):
            below = (await tree.make_directory(below, "d")).id
        with pytest.raises(TooDeep):
            await tree.move(other.id, parent, "x")
        assert (await tree.at("/other")).id == other.id


class TestCopy:
    async def test_a_deep_copy_shares_contents_and_nothing_else(self, tree, blobs):
        for path in ("/a", "/a/b"):
            await make(tree, path)
        file = await create(tree, "/a/b/f.txt", b"shared", modified_at=LONG_AGO, executable=True)
        copied = await tree.copy((await tree.at("/a")).id, ROOT_ID, "c")
        twin = await tree.at("/c/b/f.txt")
        assert isinstance(copied, Directory)
        assert twin.id != file.id
        assert (twin.blob, twin.updated_at, twin.executable) == (file.blob, LONG_AGO, True)
        assert len([blob async for blob in blobs.listing()]) == 1
        await tree.replace(twin.id, await staged(tree, b"other"))
        assert await content_of(tree, await tree.at("/a/b/f.txt")) == b"shared"

    async def test_a_shallow_copy_is_empty(self, tree):
        await make(tree, "/a")
        await create(tree, "/a/f")
        directory = await tree.at("/a")
        await tree.copy(directory.id, ROOT_ID, "b", deep=False)
        await tree.copy(directory.id, directory.id, "inside", deep=False)
        assert await names(tree, "/b") == []
        assert await names(tree, "/a") == ["f", "inside"]

    async def test_a_taken_name_needs_replace(self, tree):
        source, target = await create(tree, "/s", b"s"), await create(tree, "/t", b"t")
        with pytest.raises(NameTaken):
            await tree.copy(source.id, ROOT_ID, "t")
        copied = await tree.copy(source.id, ROOT_ID, "t", replace=True)
        assert copied.id not in (source.id, target.id)
        assert (await tree.get(target.id)).trashed
        with pytest.raises(MoveIntoItself):
            await tree.copy(source.id, ROOT_ID, "s", replace=True)

    async def test_references_stay_with_the_original(self, tree, store):
        file = await create(tree, "/a")
        theirs = {"referenced_by": [{"type": "t", "id": "x"}], "metadata": {"datetime": "x"}}
        edit = Edit(file.id, json.dumps(fields(file) | theirs).encode(), base=file.revision)
        await (await store.open(DOCTYPE)).write([edit])
        copied = await tree.copy(file.id, ROOT_ID, "b")
        assert "referenced_by" not in fields(copied)
        assert fields(copied)["metadata"] == theirs["metadata"]


class TestTrash:
    async def test_a_file_remembers_where_it_lay(self, tree):
        await make(tree, "/a")
        file = await create(tree, "/a/f")
        trashed = await tree.trash(file.id, by="web")
        assert (trashed.dir_id, trashed.trashed) == (TRASH_ID, True)
        assert fields(trashed)["restore_path"] == "/a"
        assert fields(trashed)["cozyMetadata"]["trashedBy"] == {
            "kind": "member",
            "displayName": "web",
        }
        assert await tree.path_of(trashed) == "/.cozy_trash/f"
        restored = await tree.restore(file.id)
        assert await tree.path_of(restored) == "/a/f"
        assert not restored.trashed
        assert "restore_path" not in fields(restored)
        assert "trashedAt" not in fields(restored)["cozyMetadata"]

    async def test_all_below_a_directory_goes_along_and_comes_back(self, tree):
        for path in ("/a", "/a/b"):
            await make(tree, path)
        file = await create(tree, "/a/b/f")
        directory = await tree.at("/a")
        trashed = await tree.trash(directory.id)
        assert trashed.path == "/.cozy_trash/a"
        assert "trashed" not in fields(trashed)
        assert (await tree.at("/.cozy_trash/a/b/f")).trashed
        await tree.restore(directory.id)
        assert await tree.at("/a/b/f") == await tree.get(file.id)
        assert not (await tree.get(file.id)).trashed

    async def test_names_in_the_trash_are_counted_up(self, tree):
        for _ in range(3):
            await tree.trash((await create(tree, "/f.txt")).id)
        assert await names(tree, "/.cozy_trash") == ["f (2).txt", "f (3).txt", "f.txt"]

    async def test_a_restored_name_that_is_taken_is_counted_up(self, tree):
        trashed = await tree.trash((await create(tree, "/f.txt")).id)
        await create(tree, "/f.txt")
        assert (await tree.restore(trashed.id)).name == "f (2).txt"

    async def test_a_way_back_that_is_gone_is_made_again(self, tree):
        for path in ("/a", "/a/b"):
            await make(tree, path)
        file = await create(tree, "/a/b/f")
        await tree.trash(file.id)
        await tree.destroy((await tree.at("/a")).id)
        await tree.restore(file.id)
        assert (await tree.at("/a/b/f")).id == file.id

    async def test_a_way_back_ends_where_a_file_stands(self, tree):
        await make(tree, "/a")
        file = await create(tree, "/a/f")
        await tree.trash(file.id)
        await tree.destroy((await tree.at("/a")).id)
        await create(tree, "/a")
        assert await tree.path_of(await tree.restore(file.id)) == "/f"

    async def test_one_of_many_comes_back_from_a_directory_in_the_trash(self, tree):
        for path in ("/a", "/a/b", "/a/b/c"):
            await make(tree, path)
        file = await create(tree, "/a/b/c/f")
        await tree.trash((await tree.at("/a/b")).id)
        assert await tree.path_of(await tree.restore(file.id)) == "/a/b/c/f"
        assert (await tree.at("/.cozy_trash/b/c")).path == "/.cozy_trash/b/c"

    async def test_a_node_of_the_trash_may_be_moved_out(self, tree):
        await make(tree, "/a")
        file = await create(tree, "/a/f")
        directory = await tree.trash((await tree.at("/a")).id)
        moved = await tree.move(directory.id, ROOT_ID, "back")
        assert "restore_path" not in fields(moved)
        assert not (await tree.get(file.id)).trashed

    async def test_what_is_in_the_trash_is_not_thrown_away_again(self, tree):
        await make(tree, "/a")
        file = await create(tree, "/a/f")
        trashed = await tree.trash((await tree.at("/a")).id)
        for node_id in (trashed.id, file.id):
            with pytest.raises(AlreadyInTrash):
                await tree.trash(node_id)
        with pytest.raises(NotInTrash):
            await tree.restore((await create(tree, "/b")).id)
        with pytest.raises(NotInTrash):
            await tree.restore(TRASH_ID)

    async def test_the_deepest_directory_can_be_thrown_away(self, tree):
        parent = ROOT_ID
        for _ in range(512):
            parent = (await tree.make_directory(parent, "d")).id
        await tree.trash((await tree.at("/d")).id)
        assert (await tree.get(parent)).path == "/.cozy_trash" + "/d" * 512


class TestDestroy:
    async def test_all_below_is_gone_in_one_transaction(self, tree, store):
        for path in ("/a", "/a/b"):
            await make(tree, path)
        file = await create(tree, "/a/b/f")
        database = await store.open(DOCTYPE)
        await tree.destroy((await tree.at("/a")).id)
        with pytest.raises(NodeMissing):
            await tree.get(file.id)
        page = await database.changes(ChangesQuery())
        assert sum(row.deleted for row in page.rows) == 3
        assert await names(tree, "/") == []


class TestOtherWriters:
    async def test_a_write_beside_the_tree_is_noticed(self, tree, store):
        """Someone writes between the tree's look and its write: nothing is overwritten."""
        file = await create(tree, "/a", b"1")
        database = await store.open(DOCTYPE)
        get, stolen = database.get, []

        async def get_and_be_overtaken(document_id):
            found = await get(document_id)
            if not stolen:
                edit = Edit(document_id, json.dumps(fields(file)).encode(), base=found.revision)
                stolen.append(await database.write([edit]))
            return found

        tree._work.nodes._database = Overtaken(database, get_and_be_overtaken)
        with pytest.raises(StaleRevision):
            await tree.replace(file.id, await staged(tree, b"2"))
        assert (await tree.get(file.id)).blob == file.blob


class Overtaken:
    def __init__(self, database, get):
        self._database = database
        self.get = get

    def __getattr__(self, name):
        return getattr(self._database, name)


class TestUsage:
    async def test_bytes_are_counted_through_every_verb(self, tree, store):
        assert await tree.usage() == Usage()
        await make(tree, "/a")
        file = await create(tree, "/a/f", b"12345")
        assert await tree.usage() == Usage(5)
        await tree.replace(file.id, await staged(tree, b"1234567"))
        assert await tree.usage() == Usage(7, versions=5)
        copied = await tree.copy((await tree.at("/a")).id, ROOT_ID, "b")
        assert await tree.usage() == Usage(14, versions=5)
        await tree.trash(copied.id)
        assert await tree.usage() == Usage(14, trash=7, versions=5)
        assert (await tree.usage()).total == 19
        await tree.restore(copied.id)
        assert await tree.usage() == Usage(14, versions=5)
        await tree.trash(copied.id)
        await tree.destroy(copied.id)
        assert await tree.usage() == Usage(7, versions=5)
        assert await tree.size_of(ROOT_ID) == 7
        database = await store.open(DOCTYPE)
        foreign = {"type": "file", "name": "x", "dir_id": "nowhere", "size": 100}
        await database.write([Edit("foreign", json.dumps(foreign).encode())])
        assert await tree.usage() == Usage(107, versions=5)
        await tree.destroy(file.id)
        assert await tree.usage() == Usage(100)

    async def test_many_files_at_once_are_counted(self, tree):
        assert await tree.usage() == Usage()
        await asyncio.gather(*(create(tree, f"/{n}", bytes(n)) for n in range(30)))
        assert await tree.usage() == Usage(sum(range(30)))

    async def test_more_files_than_a_page_of_changes_are_counted(self, tree, store):
        database = await store.open(DOCTYPE)
        documents = [
            Edit(f"{n}", json.dumps({"type": "file", "name": f"{n}", "size": "3"}).encode())
            for n in range(2500)
        ]
        await database.write(documents)
        assert await tree.usage() == Usage(7500)


class TestSweep:
    async def test_contents_that_no_file_names_are_swept(self, tree, blobs):
        kept = await create(tree, "/kept", b"kept")
        old = await create(tree, "/old", b"old")
        new = await tree.replace(old.id, await staged(tree, b"new"))
        (version,) = await tree.versions_of(old.id)
        assert await sweep(blobs, tree.named_blobs(), now=1e12) == []
        await tree.delete_version(version.id)
        trashed = await tree.trash((await create(tree, "/trashed", b"trashed")).id)
        swept = await sweep(blobs, tree.named_blobs(), now=1e12)
        assert swept == [old.blob]
        assert {blob.digest async for blob in blobs.listing()} == {
            kept.blob,
            new.blob,
            trashed.blob,
        }

    async def test_the_content_of_a_losing_revision_is_kept(self, tree, store, blobs):
        file = await create(tree, "/a", b"ours")
        theirs = await staged(tree, b"theirs")
        await theirs.commit()
        loser = Edit(
            file.id,
            json.dumps(fields(file) | {"sha256sum": theirs.digest}).encode(),
            history=(Revision(1, "0"),),
        )
        await (await store.open(DOCTYPE)).write([loser])
        assert await sweep(blobs, tree.named_blobs(), now=1e12) == []


async def test_a_move_of_many_files_is_one_small_write(tree, store):
    await make(tree, "/many")
    directory = await tree.at("/many")
    database = await store.open(DOCTYPE)
    await database.write(
        [
            Edit(
                f"file{n}",
                json.dumps(
                    {"type": "file", "name": f"{n}", "dir_id": directory.id, "size": "1"}
                ).encode(),
            )
            for n in range(5000)
        ]
    )
    before = await sequence(store)
    await tree.move(directory.id, ROOT_ID, "moved")
    assert await sequence(store) == before + 1
