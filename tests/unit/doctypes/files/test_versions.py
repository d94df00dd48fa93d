"""Old contents: which are kept, how they come back, and that they are written with the file."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from doctypes.files import version_reader
from doctypes.files.amending import Amendment
from doctypes.files.errors import IsADirectory, QuotaExceeded, StaleRevision, VersionMissing
from doctypes.files.file_tree import FileTree
from doctypes.files.node import ROOT_ID
from doctypes.files.usage import Usage
from doctypes.files.version import VERSIONS
from doctypes.files.versioning import KeepingRules
from replication.blobs.memory import MemoryBlobStore
from replication.core.errors import Conflict
from replication.store.memory import MemoryDocumentStore

START = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


class Home:
    """A tree whose clock stands still until it is told to move."""

    def __init__(self):
        self.now = START
        self.store = MemoryDocumentStore()
        self.numbers = iter(range(1000))
        self.tree = FileTree(
            self.store,
            MemoryBlobStore(),
            clock=lambda: self.now,
            new_id=lambda: f"id{next(self.numbers)}",
            address="https://alice.example/",
        )

    def later(self, **much):
        self.now += timedelta(**much)

    async def staged(self, content):
        async def body():
            yield content

        return await self.tree.stage(body())

    async def create(self, name, content, **said):
        return await self.tree.create(ROOT_ID, name, await self.staged(content), **said)

    async def replace(self, file, content, **said):
        return await self.tree.replace(file.id, await self.staged(content), **said)

    async def content(self, file):
        return b"".join([piece async for piece in self.tree.read(file)])

    async def olds(self, file):
        return [await self.content(version) for version in await self.tree.versions_of(file.id)]


@pytest.fixture
async def home():
    made = Home()
    await made.tree.start()
    return made


def fields(node):
    return json.loads(node.document.body)


async def test_a_replaced_content_is_a_version_as_cozy_writes_it(home):
    file = await home.create("a.txt", b"one", tags=["x"], metadata={"title": "T"}, by="web")
    home.later(hours=1)
    await home.replace(file, b"three", by="office")
    (version,) = await home.tree.versions_of(file.id)
    assert version.id == f"{file.id}/{file.revision}"
    assert fields(version) == {
        "file_id": file.id,
        "updated_at": "2026-11-23T12:00:00Z",
        "size": "3",
        "md5sum": fields(file)["md5sum"],
        "sha256sum": file.blob,
        "tags": ["x"],
        "metadata": {"title": "T"},
        "cozyMetadata": {
            "doctypeVersion": "1",
            "metadataVersion": 1,
            "createdAt": "2026-11-23T13:00:00Z",
            "updatedAt": "2026-11-23T13:00:00Z",
            "createdOn": "https://alice.example/",
            "uploadedAt": "2026-11-23T12:00:00Z",
            "uploadedBy": {"slug": "web"},
            "uploadedOn": "https://alice.example/",
        },
        "relationships": {"file": {"data": {"_id": file.id, "_type": "io.cozy.files"}}},
    }
    assert await home.tree.version(version.id) == version


async def test_two_that_are_kept_are_a_quarter_of_an_hour_apart(home):
    file = await home.create("a", b"0")
    for content in (b"1", b"2", b"3", b"4"):
        home.later(minutes=8)
        await home.replace(file, content)
    assert await home.olds(file) == [b"2", b"0"]


async def test_a_file_with_tags_keeps_every_content(home):
    file = await home.create("a", b"0", tags=["draft"])
    for content in (b"1", b"2"):
        await home.replace(file, content)
    assert sorted(await home.olds(file)) == [b"0", b"1"]


async def test_the_same_content_and_an_empty_one_are_no_versions(home):
    file = await home.create("a", b"")
    await home.replace(file, b"1")
    await home.replace(file, b"1", modified_at=START - timedelta(days=1))
    assert await home.olds(file) == []


async def test_twenty_contents_are_kept_and_those_with_tags_besides(home):
    file = await home.create("a", b"0")
    for number in range(1, 10):
        home.later(minutes=15)
        await home.replace(file, b"%d" % number)
    first = (await home.tree.versions_of(file.id))[-1]
    await home.tree.tag_version(first.id, ["kept"])
    for number in range(10, 30):
        home.later(minutes=15)
        await home.replace(file, b"%d" % number)
    olds = await home.olds(file)
    assert len(olds) == 19
    assert (olds[0], olds[-2:]) == (b"28", [b"11", b"0"])


async def test_where_none_are_to_be_kept_none_are(home):
    file = await home.create("a", b"0")
    await home.replace(file, b"1")
    home.tree.keeping = KeepingRules(most=0)
    await home.replace(file, b"2")
    assert await home.olds(file) == []


async def test_a_revert_swaps_a_version_with_the_content(home):
    file = await home.create("a.txt", b"old", tags=["x"], metadata={"title": "T"}, by="web")
    home.later(hours=1)
    new = await home.replace(file, b"newer", by="office")
    await home.tree.amend(file.id, Amendment(tags=[], metadata={}))
    (version,) = await home.tree.versions_of(file.id)
    home.later(minutes=1)
    back = await home.tree.revert(file.id, version.id, by="drive")
    assert await home.content(back) == b"old"
    assert (back.id, back.tags, back.updated_at) == (file.id, ("x",), START)
    assert fields(back)["metadata"] == {"title": "T"}
    metadata = fields(back)["cozyMetadata"]
    assert metadata["uploadedBy"] == {"slug": "web"}
    assert metadata["updatedByApps"][-1]["slug"] == "drive"
    assert await home.olds(file) == [b"newer"]
    assert back.revision.generation == new.revision.generation + 2
    assert await home.tree.usage() == Usage(3, versions=5)


async def test_a_version_of_another_file_is_none_of_this_one(home):
    one, other = await home.create("a", b"1"), await home.create("b", b"2")
    await home.replace(one, b"3")
    (version,) = await home.tree.versions_of(one.id)
    for file_id, version_id in [(other.id, version.id), (one.id, f"{one.id}/1-no"), (one.id, "x")]:
        with pytest.raises(VersionMissing):
            await home.tree.revert(file_id, version_id)
    with pytest.raises(IsADirectory):
        await home.tree.revert(ROOT_ID, version.id)
    with pytest.raises(StaleRevision):
        await home.tree.revert(one.id, version.id, expected=one.revision)
    with pytest.raises(VersionMissing):
        await home.tree.tag_version("x/y", ["z"])
    with pytest.raises(VersionMissing):
        await home.tree.delete_version("x/y")


async def test_new_metadata_may_be_a_new_version(home):
    file = await home.create("a", b"1", metadata={"version": 1})
    await home.replace(file, b"2")
    new = await home.tree.new_version(file.id, {"version": 2}, tags=["signed"])
    assert (fields(new)["metadata"], new.tags) == ({"version": 2}, ("signed",))
    assert await home.olds(file) == [b"2", b"1"]


@pytest.mark.parametrize("many", [200, 0], ids=["few", "many"])
async def test_versions_go_with_their_file_and_stay_with_it_in_the_trash(home, monkeypatch, many):
    monkeypatch.setattr(version_reader, "_MANY", many)
    other = await home.create("other", b"other")
    await home.replace(other, b"")
    folder = await home.tree.make_directory(ROOT_ID, "d")
    file = await home.tree.create(folder.id, "a", await home.staged(b"1"))
    await home.replace(file, b"22")
    await home.tree.trash(folder.id)
    assert await home.olds(file) == [b"1"]
    await home.tree.destroy(folder.id, trashed=True)
    assert await home.tree.versions_of(file.id) == []
    assert await home.olds(other) == [b"other"]
    assert await home.tree.usage() == Usage(versions=5)


async def test_all_versions_of_all_files_may_be_deleted(home):
    for name in ("a", "b"):
        file = await home.create(name, b"1", tags=["x"])
        await home.replace(file, b"2")
    assert await home.tree.delete_versions() == 2
    assert await home.tree.usage() == Usage(2)


async def test_versions_count_against_the_quota(home):
    home.tree.quota = 10
    file = await home.create("a", bytes(4))
    await home.replace(file, bytes(5))
    other = await home.staged(bytes(1))
    with pytest.raises(QuotaExceeded) as caught:
        await home.staged(bytes(2))
    assert (caught.value.quota, caught.value.used, caught.value.wanted) == (10, 9, 2)
    await home.tree.create(ROOT_ID, "b", other)
    with pytest.raises(QuotaExceeded):
        await home.tree.copy(file.id, ROOT_ID, "c")
    (version,) = await home.tree.versions_of(file.id)
    await home.tree.revert(file.id, version.id)  # they change places


async def test_a_file_and_its_version_are_written_in_one_transaction(home):
    """A store that refuses the version refuses the new content as well."""
    file = await home.create("a", b"1")
    versions = await home.store.open(VERSIONS)
    await home.replace(file, b"2")
    (version,) = await home.tree.versions_of(file.id)
    assert (await versions.sequence()).number == 1
    together = home.store.write_together

    async def overtaken(edits):
        await home.tree._work.database.write(
            [type(edits["io.cozy.files"][0])(file.id, b"{}", base=edits["io.cozy.files"][0].base)]
        )
        return await together(edits)

    home.store.write_together = overtaken
    home.later(hours=1)
    with pytest.raises(StaleRevision) as caught:
        await home.replace(file, b"3")
    assert isinstance(caught.value.__cause__, Conflict)
    assert await home.tree.versions_of(file.id) == [version]
