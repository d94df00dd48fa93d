"""What every engine promises of listings by id and by fields."""

import json

from replication.store.protocol import FieldIndex, IdRange
from tests.support.edits import delete, put

BY_FOLDER = FieldIndex("by_folder", ("folder", "name"))
BY_NAME = FieldIndex("by_name", ("folder", "name"), composed=True)


async def test_all_docs_lists_live_documents_by_id(database):
    for name in ("b", "é", "a", "Z", "c"):
        await put(database, name)
    await delete(database, "c", (await database.get("c")).revision)
    rows, offset = await database.all_docs(IdRange())
    assert [row.document_id for row in rows] == ["Z", "a", "b", "é"]
    assert offset == 0
    rows, offset = await database.all_docs(IdRange(start="a", end="b"))
    assert ([row.document_id for row in rows], offset) == (["a", "b"], 1)
    rows, _ = await database.all_docs(IdRange(start="a", end="b", inclusive_end=False))
    assert [row.document_id for row in rows] == ["a"]
    rows, _ = await database.all_docs(IdRange(start="b", end="Z", descending=True, limit=2))
    assert [row.document_id for row in rows] == ["b", "a"]
    rows, offset = await database.all_docs(IdRange(skip=1, limit=1))
    assert ([row.document_id for row in rows], offset) == (["a"], 1)


async def test_all_docs_sees_what_was_just_written(database):
    assert (await database.all_docs(IdRange()))[0] == []
    await put(database, "a")
    assert len((await database.all_docs(IdRange()))[0]) == 1
    await put(database, "b")
    assert len((await database.all_docs(IdRange()))[0]) == 2


async def test_find_by_reads_in_index_order(store):
    database = await store.ensure("files", [BY_FOLDER])
    for name in ("b", "a", "ab", "C"):
        await put(database, f"id-{name}", folder="f", name=name)
    await put(database, "elsewhere", folder="g", name="a")
    await put(database, "nameless", folder="f")
    await put(database, "numbered", folder="f", name=7)
    found = await database.find_by(BY_FOLDER, ["f"])
    assert [row.document_id for row in found] == ["id-C", "id-a", "id-ab", "id-b"]
    found = await database.find_by(BY_FOLDER, ["f", "a"])
    assert [row.document_id for row in found] == ["id-a"]
    found = await database.find_by(BY_FOLDER, ["f", "a"], prefix=True)
    assert [row.document_id for row in found] == ["id-a", "id-ab"]
    first = await database.find_by(BY_FOLDER, ["f"], limit=2)
    rest = await database.find_by(BY_FOLDER, ["f"], after=first[-1])
    assert [row.document_id for row in rest] == ["id-ab", "id-b"]


async def test_find_by_follows_updates_moves_and_deletions(store):
    database = await store.ensure("files", [BY_FOLDER])
    first = await put(database, "x", folder="f", name="a")
    second = await put(database, "x", base=first, folder="f", name="b", more=1)
    assert await database.find_by(BY_FOLDER, ["f", "a"]) == []
    (row,) = await database.find_by(BY_FOLDER, ["f", "b"])
    assert row.revision == second
    await delete(database, "x", second)
    assert await database.find_by(BY_FOLDER, ["f"]) == []


async def test_find_by_covers_what_was_there_before_the_index(store):
    database = await store.create("files")
    await put(database, "x", folder="f", name="a")
    database = await store.ensure("files", [BY_FOLDER])
    assert [row.document_id for row in await database.find_by(BY_FOLDER, ["f"])] == ["x"]


async def test_find_by_prefix_of_odd_characters(store):
    database = await store.ensure("files", [BY_FOLDER])
    names = ["a\ud7ff", "a\ud7ffb", "a\U0010ffff", "a\U0010ffffz", "b", "a\ue000"]
    for n, name in enumerate(names):
        await put(database, str(n), folder="f", name=name)
    for prefix in ("a", "a\ud7ff", "a\U0010ffff", ""):
        found = await database.find_by(BY_FOLDER, ["f", prefix], prefix=True)
        expected = sorted(name for name in names if name.startswith(prefix))
        assert [json.loads(row.body)["name"] for row in found] == expected


async def test_a_composed_index_finds_either_spelling(store):
    database = await store.ensure("files", [BY_NAME])
    await put(database, "mixed", folder="f", name="e\u0302\u0301")
    await put(database, "plain", folder="f", name="e")
    for name in ("e\u0302\u0301", "\u00ea\u0301", "\u1ebf"):
        found = await database.find_by(BY_NAME, ["f", name])
        assert [row.document_id for row in found] == ["mixed"]
    found = await database.find_by(BY_NAME, ["f", "\u00ea"], prefix=True)
    assert found == []
    (first,) = await database.find_by(BY_NAME, ["f"], limit=1)
    rest = await database.find_by(BY_NAME, ["f"], after=first)
    assert [first.document_id, *(row.document_id for row in rest)] == ["plain", "mixed"]
    await store.ensure("files", [FieldIndex("by_name", ("folder", "name"))])
    plain = FieldIndex("by_name", ("folder", "name"))
    assert await database.find_by(plain, ["f", "\u1ebf"]) == []
