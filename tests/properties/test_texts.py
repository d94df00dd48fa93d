"""Whatever is written, deleted and purged, a search finds what looking at every document finds."""

import asyncio
import json
import shutil
import tempfile
from pathlib import Path

import apsw
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from replication.core.document import Edit
from replication.core.errors import DocumentMissing
from replication.store.memory import MemoryDocumentStore
from replication.store.protocol import IdRange
from replication.store.sqlite.store import SqliteDocumentStore
from replication.store.text_protocol import Wanted
from replication.text.catch_up import catch_up
from replication.text.definition import DocumentTexts, TextDefinition, TextField
from replication.text.question import parse_question

IDS = st.sampled_from("abcdef")
WORDS = st.sampled_from(["facture", "factures", "fact", "edf", "gaz", "été", "東京", "2026"])
TEXTS = st.lists(WORDS, max_size=4).map(" ".join)
BODIES = st.fixed_dictionaries({"name": TEXTS, "note": TEXTS, "aside": st.booleans()})
PARTS = st.builds(
    "{}{}{}".format, st.sampled_from(["", "", "", "-", "name:"]), WORDS, st.sampled_from(["", "*"])
) | st.builds('"{} {}"'.format, WORDS, WORDS)
QUESTIONS = st.builds(
    "{} {}{}".format, WORDS, st.lists(PARTS, max_size=3).map(" ".join), st.sampled_from(["", " "])
)

COUNTS_WHAT_IS_GONE = tuple(map(int, apsw.sqlite_lib_version().split("."))) < (3, 54, 1)
"""Until then the averages of tables without contents, and so scores, count what is gone too."""


class Notes:
    """Two fields, and a mark of what is put aside."""

    definition = TextDefinition((TextField("name", 8.0), TextField("note")))

    async def texts(self, documents):
        bodies = [json.loads(document.body) for document in documents]
        return [DocumentTexts([[b["name"]], [b["note"]]], b["aside"]) for b in bodies]

    async def dependents(self, documents):
        del documents
        return []


class SearchesAgree(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.folder = Path(tempfile.mkdtemp(prefix="foyer-texts-"))
        self.something_went = False
        self.run(self.open())

    def run(self, awaitable):
        return self.loop.run_until_complete(awaitable)

    async def open(self):
        self.model = await MemoryDocumentStore().create("d")
        self.store = SqliteDocumentStore(self.folder / "d.db", new_epoch=lambda: "memory")
        self.real = await self.store.create("d")

    def teardown(self):
        self.run(self.store.close())
        self.loop.close()
        shutil.rmtree(self.folder)

    async def bases(self, document_id):
        try:
            return [leaf.revision for leaf in await self.model.leaves(document_id)]
        except DocumentMissing:
            return [None]

    async def write(self, edits):
        for database in (self.model, self.real):
            await database.write(edits)

    @rule(changed=st.dictionaries(IDS, BODIES, min_size=1, max_size=4))
    def put(self, changed):
        bases = {name: self.run(self.bases(name))[0] for name in changed}
        self.something_went |= any(bases.values())
        edits = [
            Edit(name, json.dumps(body).encode(), base=bases[name])
            for name, body in changed.items()
        ]
        self.run(self.write(edits))

    @rule(name=IDS)
    def delete(self, name):
        base = self.run(self.bases(name))[0]
        self.something_went |= base is not None
        self.run(self.write([Edit(name, deleted=True, base=base)] if base else []))

    @rule(name=IDS)
    def purge(self, name):
        leaves = [leaf for leaf in self.run(self.bases(name)) if leaf]
        self.something_went |= bool(leaves)
        for database in (self.model, self.real):
            self.run(database.purge({name: leaves}))

    @rule()
    def reopen(self):
        async def again():
            await self.store.close()
            self.store = SqliteDocumentStore(self.folder / "d.db")
            self.real = await self.store.open("d")

        self.run(again())

    @rule(text=QUESTIONS, with_aside=st.booleans(), limit=st.integers(1, 3))
    def search(self, text, with_aside, limit):
        self.run(self.searched(text, with_aside, limit))

    async def searched(self, text, with_aside, limit):
        question = parse_question(text, Notes.definition)
        for database in (self.model, self.real):
            await catch_up(database, Notes())
        rebuilt = await MemoryDocumentStore().create("d")
        for row in (await self.model.all_docs(IdRange()))[0]:
            await rebuilt.write([Edit(row.document_id, row.body)])
        await catch_up(rebuilt, Notes())
        told = [
            await every_hit(database, question, limit, with_aside=with_aside)
            for database in (self.model, self.real, rebuilt)
        ]
        expected, found, from_scratch = told
        assert scores(from_scratch) == pytest.approx(scores(expected))
        assert ids(from_scratch) == ids(expected) == ids(found)
        if not (COUNTS_WHAT_IS_GONE and self.something_went):
            assert [hit.document_id for hit in found] == [hit.document_id for hit in expected]
            assert scores(found) == pytest.approx(scores(expected))


def ids(hits):
    return {hit.document_id for hit in hits}


async def every_hit(database, question, limit, *, with_aside):
    """Read all answers page by page; each page tells how many there are in all."""
    hits, after = [], None
    while True:
        wanted = Wanted(limit, after, with_aside)
        page = await database.texts.search(Notes.definition, question, wanted)
        if not page.hits:
            assert page.total == len(hits)
            return hits
        assert len(page.hits) <= limit
        hits += page.hits
        after = hits[-1].place


def scores(hits):
    return [hit.place.score for hit in hits]


SearchesAgree.TestCase.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
TestSearchesAgree = SearchesAgree.TestCase
