"""What an index finds is what a look at every document finds, in the order asked for."""

import asyncio
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from replication.core.document import Edit
from replication.core.errors import Invalid
from replication.index.index import Index
from replication.mango.book import MangoBook
from replication.mango.finding import Answer
from replication.mango.planning import plan
from replication.mango.question import read_question
from replication.query.matching import matcher
from replication.query.selector import parse_selector
from replication.query.sort_key import sort_key
from replication.store.memory import MemoryDocumentStore
from replication.store.sqlite.store import SqliteDocumentStore

VALUES = st.sampled_from(
    [None, False, True, -1, 0, 1, 1.5, 2, "", "a", "A", "b", "é", [], [1], ["a", 1], {}, {"x": 1}]
)
FIELDS = st.sampled_from(["a", "b", "c"])
DOCUMENTS = st.lists(st.dictionaries(FIELDS, VALUES, max_size=3), max_size=14)
COMPARISONS = st.sampled_from(["$lt", "$lte", "$eq", "$ne", "$gte", "$gt"])
CONDITIONS = st.one_of(
    VALUES.filter(lambda value: value != {}),
    st.builds(lambda operator, value: {operator: value}, COMPARISONS, VALUES),
    st.builds(
        lambda low, high: {"$gte": low, "$lt": high},
        VALUES,
        VALUES,
    ),
    st.booleans().map(lambda there: {"$exists": there}),
    st.lists(VALUES, max_size=3).map(lambda values: {"$in": values}),
    st.lists(VALUES, max_size=3).map(lambda values: {"$nin": values}),
    st.sampled_from(["null", "number", "string", "array"]).map(lambda name: {"$type": name}),
    st.sampled_from(["", "a", "é"]).map(lambda prefix: {"$beginsWith": prefix}),
    st.builds(lambda operator, value: {"$not": {operator: value}}, COMPARISONS, VALUES),
)
SELECTORS = st.recursive(
    st.dictionaries(FIELDS, CONDITIONS, min_size=1, max_size=3),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"$and": parts}),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"$or": parts}),
        inner.map(lambda part: {"$not": part}),
    ),
    max_leaves=5,
)
INDEXES = {
    "one": {"fields": {"a": "asc"}, "partial_filter_selector": {}},
    "two": {"fields": {"b": "asc", "a": "asc"}, "partial_filter_selector": {}},
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
    fits = matcher(parse_selector(selector))
    return [document for document in documents if fits(document)]


async def filled(store, members):
    database = await store.create("things")
    documents = [{"_id": f"d{n:02}", **fields} for n, fields in enumerate(members)]
    edits = [Edit(f"d{n:02}", json.dumps(fields).encode()) for n, fields in enumerate(members)]
    await database.write([design(), *edits])
    return Asking(database), documents


@pytest.mark.parametrize("engine", ["memory", "sqlite"])
@settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(members=DOCUMENTS, selector=SELECTORS, field=st.sampled_from(["a", "b"]), up=st.booleans())
def test_an_indexed_answer_is_the_answer(engine, tmp_path_factory, members, selector, field, up):
    async def ask():
        folder = tmp_path_factory.mktemp("home")
        memory = engine == "memory"
        store = MemoryDocumentStore() if memory else SqliteDocumentStore(folder / "documents.db")
        try:
            asking, documents = await filled(store, members)
            expected = matching(documents, selector)
            assert sorted(names(await asking.all(selector=selector))) == names(expected)
            paged = await asking.all(limit=3, selector=selector)
            assert sorted(names(paged)) == names(expected)
            await check_sorted(asking, expected, selector, field, up=up)
        finally:
            await store.close()

    asyncio.run(ask())


async def check_sorted(asking, expected, selector, field, *, up):
    """Documents without the field that sorts are in no index by it, and fall out, as in CouchDB."""
    question = {"selector": selector, "sort": [{field: "asc" if up else "desc"}]}
    try:
        found = await asking.all(**question)
    except Invalid as refused:
        if refused.word != "no_usable_index":
            raise
        return
    with_field = [document for document in expected if field in document]
    assert sorted(names(found)) == names(with_field)
    places = [sort_key(document[field]) for document in found]
    assert places == sorted(places, reverse=not up)
    assert names(await asking.all(limit=2, **question)) == names(found)


@settings(max_examples=60, deadline=None)
@given(members=DOCUMENTS, selector=SELECTORS)
def test_a_partial_index_answers_for_what_it_holds(members, selector):
    async def ask():
        asking, documents = await filled(MemoryDocumentStore(), members)
        narrowed = {"$and": [{"a": {"$exists": True}}, {"b": {"$gt": 0}}, selector]}
        question = {"selector": narrowed, "use_index": ["indexes", "some"]}
        assert sorted(names(await asking.all(**question))) == names(matching(documents, narrowed))

    asyncio.run(ask())
