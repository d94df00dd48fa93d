"""What every engine promises to those who search, run against each of them."""

import json

import pytest

from replication.core.document import Edit
from replication.store.memory import MemoryDocumentStore
from replication.store.sqlite.store import SqliteDocumentStore
from replication.store.text_protocol import TextBatch, TextPosition, Wanted
from replication.text.catch_up import PAGE_ROWS, catch_up, take_in_again
from replication.text.definition import DocumentTexts, TextDefinition, TextField, WordsOfDocument
from replication.text.question import parse_question
from replication.text.words import field_words

ONE = TextDefinition((TextField("name"),))


class Names:
    """Draws the field `name`, and reads again the `parts` of documents that changed."""

    def __init__(self, definition=ONE, database=None):
        self.definition = definition
        self.database = database
        self.read = []

    async def texts(self, documents):
        self.read += [document.document_id for document in documents]
        return [DocumentTexts([[json.loads(d.body)["name"]]]) for d in documents]

    async def dependents(self, documents):
        ids = [name for d in documents for name in json.loads(d.body).get("parts", [])]
        return [row for row in await self.database.get_many(ids) if row] if ids else []


@pytest.fixture(params=["memory", "sqlite"])
async def store(request, tmp_path):
    made = (
        MemoryDocumentStore()
        if request.param == "memory"
        else SqliteDocumentStore(tmp_path / "documents.db")
    )
    yield made
    await made.close()


@pytest.fixture
async def database(store):
    return await store.create("things")


async def put(database, document_id, base=None, **fields):
    (written,) = await database.write([Edit(document_id, json.dumps(fields).encode(), base=base)])
    return written.revision


async def put_text(source, database, text):
    source.said = text
    await take_in_again(database, source, ["a", "nobody"])


class Said(Names):
    """Draws what is said of any document, which no document tells."""

    said = "first"

    async def texts(self, documents):
        return [DocumentTexts([[self.said]]) for _ in documents]


async def test_texts_that_are_not_in_documents_are_taken_in_again(database):
    source = Said()
    await put(database, "a", name="x")
    await put_text(source, database, "early")  # the index has not come to it: nothing is done
    assert (await database.texts.position(ONE)).through == 0
    source.said = "second"
    await catch_up(database, source)
    assert await found(database, "second") == ["a"]
    await put_text(source, database, "third")
    assert (await found(database, "third"), await found(database, "second")) == (["a"], [])
    other = await put(database, "b", name="y")
    await put_text(source, database, "fourth")
    assert await found(database, "fourth") == ["a"]
    await database.write([Edit("b", base=other, deleted=True)])
    await catch_up(database, source)
    await take_in_again(database, source, ["a", "b"])
    assert await found(database, "fourth") == ["a"]


async def test_heavy_texts_are_taken_in_by_several_transactions(database, monkeypatch):
    monkeypatch.setattr("replication.text.catch_up.HEAVY", 100)
    monkeypatch.setattr("replication.text.catch_up.AT_ONCE", 2)
    source = Said()
    source.said = "long " * 50
    for number in range(9):
        await put(database, f"{number}", name="x")
    await catch_up(database, source)
    assert len(await found(database, "long")) == 9
    wanted = (await database.sequence()).number
    assert (await database.texts.position(ONE)).through == wanted


async def found(database, text, definition=ONE):
    question = parse_question(text, definition)
    page = await database.texts.search(definition, question, Wanted(1000))
    assert page.total == len(page.hits)
    return [hit.document_id for hit in page.hits]


async def test_an_index_that_is_not_there_is_empty(database):
    assert await database.texts.position(ONE) == TextPosition(0, 0)
    assert await found(database, "a") == []


async def test_catching_up_reads_each_document_once(database):
    for number in range(PAGE_ROWS + 3):
        await put(database, str(number), name=f"edf {number}")
    source = Names()
    await catch_up(database, source)
    await catch_up(database, source)
    assert len(source.read) == len(set(source.read)) == PAGE_ROWS + 3
    assert len(await found(database, "edf")) == PAGE_ROWS + 3
    await put(database, "x", name="edf")
    source.read.clear()
    await catch_up(database, source)
    assert source.read == ["x"]


async def test_documents_without_words_and_design_documents_are_not_found(database):
    await put(database, "_design/d", name="edf")
    await put(database, "a", name="")
    await catch_up(database, Names())
    assert await found(database, "edf") == []


async def test_of_equal_answers_what_changed_last_is_first(database):
    revision = await put(database, "a", name="edf")
    for name in ("b", "c"):
        await put(database, name, name="edf")
    await put(database, "a", revision, name="edf")
    await catch_up(database, Names())
    assert await found(database, "edf") == ["a", "c", "b"]


async def test_other_fields_make_another_index(database):
    await put(database, "a", name="edf")
    await catch_up(database, Names())
    other = TextDefinition((TextField("title"),))
    assert await database.texts.position(other) == TextPosition(0, 0)
    assert await found(database, "edf", other) == []
    await catch_up(database, Names(other))
    assert await found(database, "edf", other) == ["a"]
    assert await found(database, "edf") == []


async def test_other_weights_keep_the_index(database):
    await put(database, "a", name="edf")
    await catch_up(database, Names())
    heavier = TextDefinition((TextField("name", 5.0),))
    assert await found(database, "edf", heavier) == ["a"]


async def test_a_batch_that_a_purge_overtook_is_refused(database):
    revision = await put(database, "a", name="edf")
    start = await database.texts.position(ONE)
    words = WordsOfDocument("a", 1, (field_words(["edf"]),))
    await database.purge({"a": [revision]})
    assert not await database.texts.apply(ONE, TextBatch(start, 1, [words]))
    assert await found(database, "edf") == []
    await catch_up(database, Names())
    assert await found(database, "edf") == []


async def test_a_batch_that_does_not_follow_is_refused(database):
    await put(database, "a", name="edf")
    await catch_up(database, Names())
    assert not await database.texts.apply(ONE, TextBatch(TextPosition(0, 0), 1, []))
    assert await database.texts.position(ONE) == TextPosition(1, 0)


async def test_a_purged_document_is_gone_at_once(database):
    revision = await put(database, "a", name="edf")
    await catch_up(database, Names())
    await database.purge({"a": [revision]})
    assert await found(database, "edf") == []


async def test_documents_that_a_change_concerns_are_read_again(database):
    await put(database, "part", name="edf")
    whole = await put(database, "whole", name="gaz")
    source = Names(database=database)
    await catch_up(database, source)
    await put(database, "whole", whole, name="gaz", parts=["part"])
    source.read.clear()
    await catch_up(database, source)
    assert sorted(source.read) == ["part", "whole"]
    assert await found(database, "edf") == ["part"]


async def test_a_database_made_anew_has_no_words_of_the_old(store, database):
    await put(database, "a", name="edf")
    await catch_up(database, Names())
    await store.delete("things")
    again = await store.create("things")
    assert await found(again, "edf") == []
