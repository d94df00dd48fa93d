"""Feeds that an engine writes by itself say to the letter what is written row by row."""

import json
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from replication.core.attachment import Attachment
from replication.core.change import ChangesQuery, Style
from replication.core.document import Edit
from replication.core.revision import Revision, history_of
from replication.feed import changes_feed
from replication.store.memory import MemoryDocumentStore
from replication.store.sqlite import feed_text
from replication.store.sqlite.store import SqliteDocumentStore
from replication.wire.document_json import Shown, render_document
from replication.wire.feed_frames import RowStyle, render_row
from server.data.written_changes import WrittenChanges

IDS = st.text(min_size=1, max_size=4).filter(lambda name: not name.startswith("_"))
BODIES = st.sampled_from(
    [b"{}", b'{"a":1}', b'{ "caf\xc3\xa9" : [1,\n2] }', b'{"n":"' + b"x" * 99 + b'"}']
)
DIGESTS = st.sampled_from(["a" * 32, "b" * 32, 'odd"\\', "É"])
EDITS = st.builds(
    lambda name, body, digest, start, deleted: Edit(
        name, body, deleted=deleted, history=history_of(start, (digest,))
    ),
    IDS,
    BODIES,
    DIGESTS,
    st.integers(1, 3),
    st.booleans(),
)


@pytest.fixture(params=["memory", "sqlite"])
async def store(request, tmp_path):
    made = (
        MemoryDocumentStore()
        if request.param == "memory"
        else SqliteDocumentStore(tmp_path / "documents.db")
    )
    yield made
    await made.close()


async def feed(source, query):
    return [page async for page in changes_feed.once(source, query)]


async def assert_same(database, query, style):
    look = RowStyle((await database.sequence()).epoch, style)
    separator = b",\n"
    written = await feed(WrittenChanges(database, look, separator, database), query)
    read = await feed(database, query)
    rows = [render_row(change, look) for page in read for change in page.rows]
    texts = [page.rows.text for page in written if page.rows]
    assert separator.join(texts) == separator.join(rows)
    assert sum(len(page.rows) for page in written) == len(rows)
    assert (written[-1].last, written[-1].pending) == (read[-1].last, read[-1].pending)
    found = json.loads(b"[" + separator.join(texts) + b"]")
    assert [row["id"] for row in found] == [row.document_id for page in read for row in page.rows]


@given(
    st.lists(EDITS, max_size=8),
    st.booleans(),
    st.booleans(),
    st.sampled_from(Style),
    st.sampled_from([None, 1, 3]),
)
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
async def test_text_is_what_rows_come_to(store, edits, documents, descending, style, limit):
    name = f"d{len(await store.names())}"
    database = await store.create(name)
    await database.write(edits)
    query = ChangesQuery(include_documents=documents, descending=descending, limit=limit)
    await assert_same(database, query, style)


@pytest.mark.parametrize("documents", [False, True])
async def test_text_goes_on_over_the_borders_of_pages(store, monkeypatch, documents):
    monkeypatch.setattr(feed_text, "MOST_ROWS", 3)
    monkeypatch.setattr(feed_text, "MOST_BYTES", 500)
    database = await store.create("d")
    await database.write([Edit(f"d{n}", b'{"a":"%s"}' % (b"x" * 50 * n)) for n in range(10)])
    for limit in (None, 7):
        query = ChangesQuery(include_documents=documents, limit=limit)
        await assert_same(database, query, Style.MAIN_ONLY)


async def test_attachments_and_conflicts_are_read_row_by_row(store):
    database = await store.create("d")
    picture = Attachment("image/png", "c3" * 12, "b" * 64, 3, 1)
    await database.write([Edit("a", b'{"a":1}', attachments={"p": picture})])
    await database.write([Edit("c", history=(Revision(1, digest),)) for digest in "xy"])
    for style in Style:
        for documents in (False, True):
            await assert_same(database, ChangesQuery(include_documents=documents), style)


async def test_a_page_is_kept_while_the_database_stands_still_and_no_longer(tmp_path):
    store = SqliteDocumentStore(tmp_path / "documents.db")
    database = await store.create("d")
    await database.write([Edit("a")])
    query = ChangesQuery()
    first = await database.changes_text(query, Style.MAIN_ONLY, b"\n")
    assert await database.changes_text(query, Style.MAIN_ONLY, b"\n") is first
    other = await database.changes_text(replace(query, limit=1), Style.MAIN_ONLY, b"\n")
    assert other is not first
    await database.write([Edit("b")])
    third = await database.changes_text(query, Style.MAIN_ONLY, b"\n")
    assert len(third.rows) == 2
    await store.close()


@given(st.lists(EDITS, max_size=8), st.booleans())
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
async def test_texts_of_documents_are_what_these_come_to(store, edits, history):
    database = await store.create(f"d{len(await store.names())}")
    await database.write(edits)
    names = [edit.document_id for edit in edits]
    texts = await database.documents_text([*names, "nobody"], history=history)
    for name, (revision, text, deleted) in texts.items():
        (stored,) = await database.get_many([name])
        assert (revision, deleted) == (str(stored.revision), stored.deleted)
        assert json.loads(text) == json.loads(render_document(stored, Shown(revisions=history)))
        assert len(stored.tree.branches) == 1
    for name in names:
        (stored,) = await database.get_many([name])
        one = await database.document_text(name)
        if one is not None:
            assert one == (str(stored.revision), render_document(stored), False)
            assert not stored.deleted


async def test_sqlite_writes_what_has_no_branches_and_no_attachments(tmp_path):
    store = SqliteDocumentStore(tmp_path / "documents.db")
    database = await store.create("d")
    picture = Attachment("image/png", "c3" * 12, "b" * 64, 3, 1)
    await database.write([Edit("attached", attachments={"p": picture}), Edit("plain")])
    await database.write([Edit("old", history=history_of(3, ("c", "b", "a")))])
    await database.write([Edit("branched", history=(Revision(1, digest),)) for digest in "xy"])
    names = ["attached", "plain", "old", "branched", "nobody"]
    texts = await database.documents_text(names, history=True)
    assert sorted(texts) == ["old", "plain"]
    assert json.loads(texts["old"].text)["_revisions"] == {"start": 3, "ids": ["c", "b", "a"]}
    assert await database.document_text("attached") is None
    assert await database.document_text("nobody") is None
    await store.close()
