"""What documents say beyond name, place and content."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from doctypes.files.amending import Amendment, Reference, references
from doctypes.files.authors import Author
from doctypes.files.errors import (
    LookAlike,
    NameTaken,
    NotADirectory,
    OlderThanStored,
    Protected,
    StaleRevision,
)
from doctypes.files.node import DOCTYPE, ROOT_ID, TRASH_ID

EARLY = datetime(2020, 1, 1, tzinfo=UTC)
LATE = datetime(2030, 1, 1, tzinfo=UTC)
ALBUM = Reference("io.cozy.photos.albums", "x")


def fields(node):
    return json.loads(node.document.body)


async def body(content):
    yield content


async def create(tree, name, parent=ROOT_ID, content=b"content", **said):
    return await tree.create(parent, name, await tree.stage(body(content)), **said)


async def sequence(store):
    return (await (await store.open(DOCTYPE)).sequence()).number


async def test_all_that_may_be_said_is_said(tree):
    file = await create(tree, "a.txt", metadata={"old": 1})
    change = Amendment(
        tags=[" red ", "red", "", "blue"],
        executable=True,
        encrypted=True,
        file_class="code",
        updated_at=LATE,
        metadata={"new": 2},
        cozy_metadata={"favorite": True, "sourceAccount": "acc", "createdAt": "forged"},
    )
    amended = await tree.amend(file.id, change, by="drive")
    told = fields(amended)
    assert told["tags"] == ["red", "blue"]
    assert (told["executable"], told["encrypted"], told["class"]) == (True, True, "code")
    assert (told["updated_at"], amended.updated_at) == ("2030-01-01T00:00:00Z", LATE)
    assert told["metadata"] == {"new": 2}
    metadata = told["cozyMetadata"]
    assert (metadata["favorite"], metadata["sourceAccount"]) == (True, "acc")
    assert metadata["createdAt"] == fields(file)["cozyMetadata"]["createdAt"]
    assert metadata["updatedByApps"][-1]["slug"] == "drive"
    assert amended.revision.generation == 2
    plain = await tree.amend(file.id, Amendment(cozy_metadata={"favorite": False}))
    assert "favorite" not in fields(plain)["cozyMetadata"]


async def test_what_is_said_already_changes_nothing(tree, store):
    file = await create(tree, "a", tags=["x"])
    before = await sequence(store)
    assert await tree.amend(file.id, Amendment()) == file
    assert await tree.amend(file.id, Amendment(tags=["x"], executable=False)) == file
    assert await tree.refer(file.id, remove=[ALBUM]) == file
    assert await sequence(store) == before


async def test_members_of_the_metadata_are_changed_one_by_one(tree):
    file = await create(tree, "a", metadata={"a": 1, "b": 2})
    amended = await tree.amend(file.id, Amendment(metadata_members={"a": None, "c": 3}))
    assert fields(amended)["metadata"] == {"b": 2, "c": 3}


async def test_a_date_does_not_go_back_unless_it_is_meant_to(tree):
    file = await create(tree, "a")
    early = file.updated_at - timedelta(days=1)
    with pytest.raises(OlderThanStored) as caught:
        await tree.amend(file.id, Amendment(updated_at=early))
    assert (caught.value.stored, caught.value.given) == (file.updated_at, early)
    back = await tree.amend(file.id, Amendment(updated_at=early, backdated=True))
    assert back.created_at == back.updated_at == early


async def test_nothing_is_updated_before_it_was_created(tree):
    file = await create(tree, "a", created_at=LATE, modified_at=EARLY)
    assert file.created_at == file.updated_at == LATE
    other = await create(tree, "b", created_at=EARLY, modified_at=LATE)
    assert (other.created_at, other.updated_at) == (EARLY, LATE)
    later = LATE + timedelta(days=1)
    amended = await tree.amend(other.id, Amendment(created_at=later))
    assert amended.created_at == amended.updated_at == later


async def test_what_only_files_have_is_not_said_of_directories(tree, store):
    directory = await tree.make_directory(ROOT_ID, "d", tags=["x"], created_at=EARLY)
    assert (directory.tags, directory.created_at) == (("x",), EARLY)
    before = await sequence(store)
    await tree.amend(directory.id, Amendment(executable=True, encrypted=True, file_class="x"))
    assert await sequence(store) == before
    named = await tree.amend(directory.id, Amendment(metadata={"decorations": {"color": "red"}}))
    assert fields(named)["metadata"] == {"decorations": {"color": "red"}}


async def test_an_editor_who_saw_another_state_is_told(tree):
    file = await create(tree, "a")
    await tree.amend(file.id, Amendment(tags=["x"]))
    for step in (
        tree.amend(file.id, Amendment(tags=["y"]), expected=file.revision),
        tree.refer(file.id, add=[ALBUM], expected=file.revision),
    ):
        with pytest.raises(StaleRevision):
            await step


async def test_a_rename_and_what_goes_with_it_are_one_revision(tree, store):
    file = await create(tree, "a.txt")
    before = await sequence(store)
    change = Amendment(updated_at=LATE, tags=["x"])
    moved = await tree.move(file.id, ROOT_ID, "b.txt", change=change)
    assert (moved.name, moved.updated_at, moved.tags) == ("b.txt", LATE, ("x",))
    assert await sequence(store) == before + 1
    same = await tree.move(file.id, ROOT_ID, "b.txt", change=Amendment(tags=[]))
    assert (same.tags, same.revision.generation) == ((), 3)
    with pytest.raises(OlderThanStored):
        await tree.move(file.id, ROOT_ID, "c.txt", change=Amendment(updated_at=EARLY))


async def test_references_come_and_go(tree):
    file = await create(tree, "a", references=[ALBUM, ALBUM])
    assert fields(file)["referenced_by"] == [{"type": ALBUM.type, "id": ALBUM.id}]
    other = Reference("io.cozy.bills", "y")
    both = await tree.refer(file.id, add=[other, ALBUM], by="photos")
    assert references(fields(both), "referenced_by") == [ALBUM, other]
    one = await tree.refer(file.id, add=[ALBUM], remove=[other])
    assert references(fields(one), "referenced_by") == [ALBUM]
    assert "referenced_by" not in fields(await tree.refer(file.id, remove=[ALBUM]))


@pytest.mark.parametrize("odd", [None, "x", [1, {"type": "t"}, {"type": 1, "id": 2}]])
def test_references_of_another_shape_are_passed_over(odd):
    assert references({"referenced_by": odd}, "referenced_by") == []


async def test_names_that_look_alike_are_refused_on_request(tree):
    file = await create(tree, "Photo.JPG")
    other = await create(tree, "photo.jpg")
    for step in (
        create(tree, "PHOTO.jpg", distinct=True),
        tree.make_directory(ROOT_ID, "\uff50hoto.jpg", distinct=True),
        tree.move(other.id, ROOT_ID, "PHOTO.JPG", distinct=True),
    ):
        with pytest.raises(LookAlike) as caught:
            await step
        assert isinstance(caught.value, NameTaken)
        assert caught.value.found in ("Photo.JPG", "photo.jpg")
    await tree.destroy(other.id)
    assert (await tree.move(file.id, ROOT_ID, "photo.jpg", distinct=True)).name == "photo.jpg"


async def test_a_name_may_change_its_unicode_form(tree):
    file = await create(tree, "\u00e9")
    with pytest.raises(NameTaken):
        await create(tree, "e\u0301")
    moved = await tree.move(file.id, ROOT_ID, "e\u0301")
    assert (moved.id, moved.name) == (file.id, "e\u0301")
    assert (await tree.at("/\u00e9")).id == file.id


async def test_a_directory_in_another_form_takes_its_own_along(tree):
    top = await tree.make_directory(ROOT_ID, "e\u0301")
    below = await tree.make_directory(top.id, "\u00e9")
    file = await create(tree, "f", below.id)
    await tree.move(top.id, ROOT_ID, "\u00e8")
    assert (await tree.get(below.id)).path == "/\u00e8/\u00e9"
    assert await tree.path_of(await tree.get(file.id)) == "/\u00e8/\u00e9/f"


async def test_a_way_is_made_once(tree, store):
    made = await tree.make_directories("/a/b/c")
    assert made.path == "/a/b/c"
    before = await sequence(store)
    assert await tree.make_directories("/a/b/c") == made
    assert (await tree.make_directories("/")).id == ROOT_ID
    assert await sequence(store) == before
    await create(tree, "f", made.id)
    with pytest.raises(NotADirectory):
        await tree.make_directories("/a/b/c/f/g")
    with pytest.raises(Protected):
        await tree.make_directories("/.cozy_trash/x")


async def test_a_copy_may_take_a_free_name(tree):
    file = await create(tree, "x.docx")
    assert (await tree.copy(file.id, ROOT_ID, "x.docx", free=True)).name == "x (2).docx"


class TestTrash:
    async def test_a_name_that_had_to_change_in_the_trash_comes_back(self, tree):
        first, second = await create(tree, "a.txt"), None
        await tree.trash(first.id, by=Author("drive", name="Alice"))
        second = await create(tree, "a.txt")
        trashed = await tree.trash(second.id)
        assert trashed.name == "a (2).txt"
        restored = await tree.restore(second.id)
        assert restored.name == "a.txt"
        assert "restore_name" not in fields(restored)
        assert (await tree.restore(first.id)).name == "a (2).txt"

    async def test_the_trash_is_listed_and_emptied(self, tree):
        for name in ("a", "b"):
            await tree.trash((await create(tree, name)).id)
        assert [node.name async for page in tree.trashed() for node in page] == ["a", "b"]
        assert await tree.empty_trash(older_than=timedelta(days=30)) == 0
        assert await tree.empty_trash() == 2
        assert (await tree.usage()).total == 0
        assert (await tree.get(TRASH_ID)).id == TRASH_ID

    async def test_what_has_lain_there_for_long_goes(self, tree):
        old = await create(tree, "old")
        await tree.trash(old.id)
        tree._work.clock.now += timedelta(days=31)
        await tree.trash((await create(tree, "new")).id)
        assert await tree.empty_trash(older_than=timedelta(days=30)) == 1
        assert [node.name async for page in tree.trashed() for node in page] == ["new"]
