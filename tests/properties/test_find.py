"""What an index finds is what a look at every document finds, in the order asked for."""

import asyncio
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from replication.core.document import Edit
from replication.core.errors import Invalid
from replication.core.revision import Revision
from replication.index.index import Index
from replication.mango.book import MangoBook
from replication.mango.finding import Answer
from replication.mango.planning import plan
from replication.mango.question import read_question
from replication.query.sort_key import sort_key
from replication.store.memory import MemoryDocumentStore
from replication.store.protocol import IdRange
from replication.store.sqlite.store import SqliteDocumentStore
from replication.wire.document_json import render_document
from tests.support.mango_samples import DOCUMENTS, SELECTORS, VALUES
from tests.support.plain_mango import NOTHING, at, matches

INDEXES = {
    "one": {"fields": {"a": "asc"}, "partial_filter_selector": {}},
    "two": {"fields": {"b": "asc", "a": "asc"}, "partial_filter_selector": {}},
    "deep": {"fields": {"a.x": "asc"}, "partial_filter_selector": {}},
    "some": {"fields": {"a": "asc"}, "partial_filter_selector": {"b": {"$gt": 0}}},
}


def design():
    views = {
        name: {
            "map": definition,
            "reduce": "_count",
            "options": {"def": {"fields": list(definition["fields"])}},
        }
        for name, definition in INDEXES.items()
    }
    return Edit("_design/indexes", json.dumps({"language": "query", "views": views}).encode())


class Asking:
    """A database with its indexes, and questions to it."""

    def __init__(self, database):
        self.database = database
        self.book = MangoBook(self.never)
        self.indexes = {}

    async def never(self, *_):
        raise AssertionError("no pattern was asked for")

    async def page(self, **question):
        listing = await self.book.indexes(self.database)
        found = plan(read_question(question), listing.indexes)
        index, view = None, 0
        if found.index is not None and found.index.design is not None:
            mapper, view = listing.mapper_of(found.index)
            signature = mapper.definition.signature
            index = self.indexes.setdefault(signature, Index(self.database, mapper))
        answer = Answer(found, self.database, self.book.select, index, view)
        documents = [json.loads(text) async for batch in answer.batches() for text in batch]
        return documents, answer.bookmark

    async def all(self, limit=1000, **question):
        documents, bookmark = await self.page(limit=limit, **question)
        found = documents
        while len(documents) == limit:
            documents, bookmark = await self.page(limit=limit, bookmark=bookmark, **question)
            found += documents
        return found


def names(documents):
    return [document["_id"] for document in documents]


def matching(documents, selector):
    if is_about_nothing(selector):
        return []
    return [document for document in documents if matches(selector, document)]


def is_about_nothing(selector):
    """CouchDB answers an operator over no parts with nothing, though each document matches it."""
    while list(selector) == ["$not"]:
        selector = selector["$not"]
    return list(selector.values()) == [[]] and set(selector) <= {"$and", "$or", "$nor"}


NUMBERS = st.integers(0, 13)
FIELDS = st.dictionaries(st.sampled_from(["a", "b", "c"]), VALUES, max_size=3)
CHANGES = st.lists(
    st.one_of(
        st.tuples(st.just("write"), NUMBERS, FIELDS),
        st.tuples(st.just("conflict"), NUMBERS, FIELDS),
        st.tuples(st.just("delete"), NUMBERS, FIELDS),
        st.tuples(st.just("purge"), NUMBERS, FIELDS),
    ),
    max_size=6,
)


async def filled(store, members):
    database = await store.create("things")
    edits = [Edit(name(n), json.dumps(fields).encode()) for n, fields in enumerate(members)]
    await database.write([design(), *edits])
    return Asking(database)


def name(n):
    return f"d{n:02}"


async def change(database, kind, number, fields):
    (stored,) = await database.get_many([name(number)])
    base, body = stored.revision if stored else None, json.dumps(fields).encode()
    if kind == "conflict":
        edit = Edit(name(number), body, history=(Revision(1, "f"),))
    else:
        deleted = kind == "delete" and stored is not None and not stored.deleted
        edit = Edit(name(number), body, deleted=deleted, base=base)
    if kind != "purge":
        await database.write([edit])
    elif base is not None:
        await database.purge({name(number): [base]})


async def written(database):
    found, _ = await database.all_docs(IdRange(end="_", inclusive_end=False))
    more, _ = await database.all_docs(IdRange(start="a"))
    return [json.loads(render_document(stored)) for stored in (*found, *more)]


SORTS = st.sampled_from([["a"], ["b"], ["b", "a"], ["a.x"], ["b", "c"]])


@pytest.mark.parametrize("engine", ["memory", "sqlite"])
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(members=DOCUMENTS, changes=CHANGES, selector=SELECTORS, fields=SORTS, up=st.booleans())
def test_an_indexed_answer_is_the_answer(
    engine, tmp_path_factory, members, changes, selector, fields, up
):
    async def ask():
        folder = tmp_path_factory.mktemp("home")
        memory = engine == "memory"
        store = MemoryDocumentStore() if memory else SqliteDocumentStore(folder / "documents.db")
        try:
            asking = await filled(store, members)
            await check(asking, selector, fields, up=up)
            for one in changes:
                await change(asking.database, *one)
            await check(asking, selector, fields, up=up)
        finally:
            await store.close()

    asyncio.run(ask())


async def check(asking, selector, fields, *, up):
    expected = matching(await written(asking.database), selector)
    assert sorted(names(await asking.all(selector=selector))) == names(expected)
    paged = await asking.all(limit=3, selector=selector)
    assert sorted(names(paged)) == names(expected)
    await check_sorted(asking, expected, selector, fields, up=up)


async def check_sorted(asking, expected, selector, fields, *, up):
    """Documents without a field that sorts are in no index by it, and fall out, as in CouchDB."""
    question = {"selector": selector, "sort": [{one: "asc" if up else "desc"} for one in fields]}
    try:
        found = await asking.all(**question)
    except Invalid as refused:
        if refused.word != "no_usable_index":
            raise
        return
    sorts = {document["_id"]: sorts_at(document, fields) for document in expected}
    assert sorted(names(found)) == [one for one, place in sorts.items() if place is not None]
    places = [sorts[document["_id"]] for document in found]
    assert places == sorted(places, reverse=not up)
    assert names(await asking.all(limit=2, **question)) == names(found)


def sorts_at(document, fields):
    """Return where a document stands by these fields; None if it lacks one."""
    values = [at(document, one.split(".")) for one in fields]
    return None if NOTHING in values else [sort_key(value) for value in values]


@settings(max_examples=60, deadline=None)
@given(members=DOCUMENTS, selector=SELECTORS)
def test_a_partial_index_answers_for_what_it_holds(members, selector):
    async def ask():
        asking = await filled(MemoryDocumentStore(), members)
        documents = await written(asking.database)
        narrowed = {"$and": [{"a": {"$exists": True}}, {"b": {"$gt": 0}}, selector]}
        question = {"selector": narrowed, "use_index": ["indexes", "some"]}
        assert sorted(names(await asking.all(**question))) == names(matching(documents, narrowed))

    asyncio.run(ask())
