"""What every engine promises of databases: made, deleted, written together, closed."""

import asyncio
from contextlib import suppress
from functools import partial

import pytest

from replication.core.document import Edit
from replication.core.errors import (
    Conflict,
    DatabaseExists,
    DatabaseMissing,
    DocumentMissing,
    StoreClosed,
)
from tests.support.edits import body, everything, put


async def test_create_twice_is_refused(store):
    await store.create("a")
    with pytest.raises(DatabaseExists):
        await store.create("a")
    assert await store.names() == ["a"]


async def test_missing_database_cannot_be_opened_or_deleted(store):
    with pytest.raises(DatabaseMissing):
        await store.open("a")
    with pytest.raises(DatabaseMissing):
        await store.delete("a")


async def test_deleted_database_comes_back_empty_under_another_epoch_or_sequence(store):
    first = await store.create("a")
    await put(first, "x")
    await store.delete("a")
    assert await store.names() == []
    again = await store.create("a")
    assert (await again.info()).document_count == 0
    assert (await again.sequence()).number == 0


GONE = (DatabaseMissing, StoreClosed)


async def test_who_holds_a_deleted_database_reads_none_that_came_after_it(store):
    held = await store.create("a")
    await store.delete("a")
    for after in [await store.create(name) for name in ("b", "a")]:
        await put(after, "y")
        await after.put_local("_local/c", b"{}")
        await after.set_security(b'{"admins": {}}')
        with suppress(*GONE):
            assert await held.sequence() != await after.sequence()
        with suppress(*GONE):
            assert await held.security() != await after.security()
        for read, what in ((held.get, "y"), (held.get_local, "_local/c"), (held.leaves, "y")):
            with pytest.raises((DocumentMissing, *GONE)):
                await read(what)


async def test_who_holds_a_deleted_database_writes_none_that_came_after_it(store):
    held = await store.create("a")
    await store.delete("a")
    later = [await store.create(name) for name in ("b", "a")]
    known = {after.name: await put(after, "y") for after in later}
    for write, what in (
        (held.write, [Edit("z")]),
        (partial(held.write, together=True), [Edit("w")]),
        (partial(held.put_local, "_local/c"), b"{}"),
        (held.purge, {"y": list(known.values())}),
        (held.set_security, b'{"admins": {}}'),
    ):
        with suppress(*GONE):
            await write(what)
    for after in later:
        assert await everything(after) == ["y"]
        assert await after.security() == b"{}"
        with pytest.raises(DocumentMissing):
            await after.get_local("_local/c")


async def test_marks_are_put_to_the_sequence_of_the_edit_that_names_them(store):
    things, others = await store.create("things"), await store.create("others")
    assert await things.marks(["a", "b"]) == [0, 0]
    edits = [Edit("x", marks=("a", "b")), Edit("y", marks=("b",)), Edit("z")]
    await things.write(edits)
    assert await things.marks(["b", "nobody", "a"]) == [2, 0, 1]
    await store.write_together({"things": [Edit("w", marks=("a",))], "others": [Edit("x")]})
    assert await things.marks(["a", "b"]) == [4, 2]
    assert await others.marks(["a"]) == [0]
    assert await things.marks([]) == []


async def test_marks_stay_where_an_edit_is_not_written(store):
    things = await store.create("things")
    await put(things, "x")
    assert isinstance((await things.write([Edit("x", marks=("a",))]))[0], Conflict)
    with pytest.raises(Conflict):
        await things.write([Edit("y", marks=("a",)), Edit("x")], together=True)
    edits = {"things": [Edit("z", marks=("a",)), Edit("x", marks=("b",))]}
    with pytest.raises(Conflict):
        await store.write_together(edits)
    assert await things.marks(["a", "b"]) == [0, 0]


async def test_marks_go_with_their_database(store):
    await (await store.create("things")).write([Edit("x", marks=("a",))])
    await store.delete("things")
    assert await (await store.create("things")).marks(["a"]) == [0]


async def test_notes_are_read_by_the_sequence_of_their_edits(store):
    things = await store.create("things")
    await things.write([Edit("a", note="first"), Edit("b"), Edit("c", note="third")])
    assert isinstance((await things.write([Edit("a", note="refused")]))[0], Conflict)
    with pytest.raises(Conflict):
        await store.write_together({"things": [Edit("d", note="undone"), Edit("a")]})
    await store.write_together({"things": [Edit("d", note="fourth")]})
    assert await things.notes(0) == [(1, "first"), (3, "third"), (4, "fourth")]
    assert await things.notes(1, limit=1) == [(3, "third")]
    assert await things.notes(4) == []
    await things.forget_notes(3)
    assert await things.notes(0) == [(4, "fourth")]
    await things.write([Edit("e", note="fifth")])
    assert await things.notes(0) == [(4, "fourth"), (5, "fifth")]
    await store.delete("things")
    assert await (await store.create("things")).notes(0) == []


async def test_ensure_makes_once(store):
    first = await store.ensure("a")
    await put(first, "x")
    second = await store.ensure("a")
    assert (await second.info()).document_count == 1


async def test_security_object_is_kept(database):
    assert await database.security() == b"{}"
    await database.set_security(b'{"admins":{}}')
    assert await database.security() == b'{"admins":{}}'


async def test_closed_store_says_so(store, request):
    database = await store.create("a")
    await store.close()
    if "sqlite" in request.node.name:
        with pytest.raises(StoreClosed):
            await database.write([Edit("x", body())])
        with pytest.raises(StoreClosed):
            await database.get("x")
    with pytest.raises(StoreClosed):
        await database.wait_past(0)


async def test_databases_are_written_together_or_not_at_all(store):
    things, others = await store.create("things"), await store.create("others")
    first = await put(things, "a", n=1)
    edits = {"things": [Edit("a", body(n=2), base=first)], "others": [Edit("b", body(n=2))]}
    waiting = asyncio.create_task(others.wait_past(0))
    outcomes = await store.write_together(edits)
    await waiting
    assert {name: [row.document_id for row in rows] for name, rows in outcomes.items()} == {
        "things": ["a"],
        "others": ["b"],
    }
    with pytest.raises(Conflict):
        await store.write_together({"others": [Edit("c", body())], **edits})
    with pytest.raises(Conflict):
        await store.write_together({"others": [Edit("c", body())], "things": [edits["things"][0]]})
    with pytest.raises(DocumentMissing):
        await others.get("c")
    assert ((await things.sequence()).number, (await others.sequence()).number) == (2, 1)
    with pytest.raises(DatabaseMissing):
        await store.write_together({"others": [Edit("c", body())], "nowhere": []})
