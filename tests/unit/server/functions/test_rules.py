"""Which design documents have a say: always those there are, and read again only if need be."""

import asyncio

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from replication.core.document import Edit
from replication.core.revision import Revision
from replication.store.memory import MemoryDocumentStore
from replication.store.sqlite.store import SqliteDocumentStore
from server.functions.rules import RuleBook, _validating

VALIDATING = b'{"validate_doc_update":"function() {}"}'


class CountedDatabase:
    """A database that counts how often its documents and its feed are read."""

    def __init__(self, database):
        self._database = database
        self.listed = self.followed = 0

    def __getattr__(self, name):
        return getattr(self._database, name)

    async def all_docs(self, ids):
        self.listed += 1
        return await self._database.all_docs(ids)

    async def changes(self, query):
        self.followed += 1
        return await self._database.changes(query)


@pytest.fixture
async def database():
    return CountedDatabase(await MemoryDocumentStore().create("things"))


async def put(database, name, body=b"{}", rules=None, **options):
    edit = Edit(name, body, **options)
    outcomes = await database.write([edit])
    if rules is not None:
        rules.wrote([edit], outcomes)
    return outcomes[0]


async def keys(book, database):
    return [
        design.key.split("/", 2)[2].rpartition("/")[0]
        for design in (await book.of(database)).designs
    ]


async def test_own_writes_cost_no_reading(database):
    book = RuleBook()
    for number in range(50):
        rules = await book.of(database)
        await put(database, f"d{number}", rules=rules)
    assert (database.listed, database.followed) == (0, 0)


async def test_many_at_once_read_once(database):
    book = RuleBook()
    await put(database, "_design/a", VALIDATING)
    found = await asyncio.gather(*(book.of(database) for _ in range(9)))
    assert all(rules is found[0] for rules in found)
    assert database.listed == 1


async def test_writes_that_end_out_of_order_cost_no_reading_in_the_end(database):
    book = RuleBook()
    rules = await book.of(database)
    edits = [Edit(f"d{number}") for number in range(4)]
    outcomes = [(await database.write([edit]))[0] for edit in edits]
    for place in (2, 0, 3, 1):
        rules.wrote([edits[place]], [outcomes[place]])
    await book.of(database)
    assert (database.listed, database.followed) == (0, 0)


async def test_what_others_wrote_is_looked_through(database):
    book = RuleBook()
    await book.of(database)
    await put(database, "d")
    assert await keys(book, database) == []
    assert (database.listed, database.followed) == (0, 1)
    await put(database, "_design/a", VALIDATING)
    assert await keys(book, database) == ["_design/a"]
    assert database.listed == 1


async def test_only_validating_design_documents_count(database):
    book = RuleBook()
    written = await put(database, "_design/a", VALIDATING)
    await put(database, "_design/b", b'{"validate_doc_update":null}')
    await put(database, "_design/c", b'{"filters":{}}')
    await put(database, "_design", VALIDATING, history=(Revision(1, "a"),))
    await put(database, "_design0", VALIDATING, history=(Revision(1, "a"),))
    assert await keys(book, database) == ["_design/a"]
    await put(database, "_design/a", deleted=True, base=written.revision)
    assert await keys(book, database) == []


async def test_another_life_of_a_database_has_rules_of_its_own(tmp_path):
    store, book = SqliteDocumentStore(tmp_path / "documents.db"), RuleBook()
    database = await store.create("things")
    await put(database, "_design/a", VALIDATING)
    assert len((await book.of(database)).designs) == 1
    await store.delete("things")
    database = await store.create("things")
    await put(database, "d")
    assert (await book.of(database)).designs == ()
    await store.close()


WRITES = st.lists(
    st.tuples(
        st.sampled_from(["d1", "d2", "_design/a", "_design/b", "_design/c"]),
        st.sampled_from([b"{}", VALIDATING]),
        st.booleans(),
        st.booleans(),
        st.booleans(),
    ),
    max_size=20,
)


@given(WRITES)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
async def test_rules_are_those_there_are_whoever_wrote(writes):
    database, book = await MemoryDocumentStore().create("things"), RuleBook()
    known = {}
    rules = await book.of(database)
    for name, body, deleted, ours, asked in writes:
        written = await put(
            database, name, body, rules if ours else None, deleted=deleted, base=known.get(name)
        )
        known[name] = getattr(written, "revision", None)
        if asked:
            rules = await book.of(database)
            there = await _validating(database, rules.epoch)
            assert rules.designs == tuple(there)
