"""An index kept in SQLite is the index kept in memory, and both are what a rebuild would give."""

import asyncio
import json
import tempfile
from contextlib import ExitStack
from pathlib import Path
from unittest.mock import patch

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from replication.core.document import Edit
from replication.core.revision import Revision
from replication.index.definition import IndexDefinition
from replication.index.index import Index
from replication.index.rows import EVERYTHING, Bound, Emitted, KeyRange
from replication.store.memory import MemoryDocumentStore
from replication.store.sqlite import index_pieces, index_runs, indexes
from replication.store.sqlite.store import SqliteDocumentStore

NAMES = st.sampled_from([f"d{n}" for n in range(8)])
KEYS = st.integers(0, 6)
LISTS = st.lists(KEYS, max_size=6)
SMALL = (
    (index_runs, "RUN_ROWS", 3),
    (indexes, "UNCUT_ROWS", 4),
    (indexes, "PAGE_ROWS", 5),
    (index_pieces, "MOST_ROWS", 6),
)


class ListMapper:
    """Emits, in the first view, each number of a document's list; in the second how many."""

    def __init__(self, signature="two"):
        self.definition = IndexDefinition(signature, 2)

    async def map(self, documents):
        return [self.rows(json.loads(document.body)["list"]) for document in documents]

    def rows(self, numbers):
        listed = [Emitted(b"%d" % n, b"%d" % n, b"1") for n in numbers]
        return listed, [Emitted(b"%03d" % len(numbers), b"%d" % len(numbers), b"null")]


def bounds():
    sorts = KEYS.map(lambda n: b"%d" % n)
    return st.none() | st.builds(Bound, sorts, st.none() | NAMES, st.booleans())


RANGES = st.builds(KeyRange, bounds(), bounds(), st.booleans())


async def all_rows(index, view, key_range, limit=None):
    page = await index.read(view, key_range, with_offset=True, limit=limit)
    offset, total, rows = page.offset, page.total, list(page.rows)
    while not page.ended:
        page = await index.read(view, key_range, after=rows[-1])
        rows += page.rows
    return offset, total, rows


async def counted(index, database, view, key_range):
    """Count the rows of a range by its pieces; keep what was counted where it can be kept."""
    count, rest = 0, key_range.upwards()
    while rest is not None:
        found = await database.indexes.pieces(index.definition, view, rest)
        known = {}
        for place, reduction, rows in found.pieces:
            part = len(rows) if reduction is None else int(reduction)
            count += part
            if place is not None and reduction is None:
                known[place] = b"%d" % part
        await database.indexes.keep_reductions(index.definition, view, found.through, known)
        rest = found.rest
    return count


class Indexes(RuleBasedStateMachine):
    @initialize()
    def begin(self):
        self.loop = asyncio.new_event_loop()
        self.opened = ExitStack()
        for module, name, value in SMALL:
            self.opened.enter_context(patch.object(module, name, value))
        self.folder = Path(self.opened.enter_context(tempfile.TemporaryDirectory()))
        self.revisions = {}
        self.rebuilds = 0
        self.run(self.make())

    def run(self, work):
        return self.loop.run_until_complete(work)

    async def make(self):
        self.stores = [
            SqliteDocumentStore(self.folder / "documents.db", new_epoch=lambda: "memory"),
            MemoryDocumentStore(),
        ]
        self.databases = [await store.create("things") for store in self.stores]
        self.indexes = [Index(database, ListMapper()) for database in self.databases]

    async def write(self, edits):
        outcomes = [await database.write(edits) for database in self.databases]
        assert outcomes[0] == outcomes[1]
        for outcome in outcomes[0]:
            self.revisions.setdefault(outcome.document_id, []).append(outcome.revision)

    @rule(lists=st.dictionaries(NAMES, LISTS, max_size=5), digest=st.integers(0, 3))
    def write_beside(self, lists, digest):
        """Replicated revisions: documents, or conflicts of them."""
        self.run(
            self.write(
                [
                    Edit(
                        name,
                        json.dumps({"list": numbers}).encode(),
                        history=(Revision(1, f"{digest}{len(numbers)}"),),
                    )
                    for name, numbers in lists.items()
                ]
            )
        )

    @rule(name=NAMES, numbers=LISTS, deleted=st.booleans(), data=st.data())
    def write_upon(self, name, numbers, deleted, data):
        if name not in self.revisions:
            return
        base = data.draw(st.sampled_from(self.revisions[name]))
        history = (Revision(base.generation + 1, f"{len(numbers)}"), base)
        body = json.dumps({"list": numbers}).encode()
        self.run(self.write([Edit(name, body, deleted=deleted, history=history)]))

    @rule(name=NAMES, data=st.data())
    def purge(self, name, data):
        if name in self.revisions:
            revision = data.draw(st.sampled_from(self.revisions[name]))
            purged = [self.run(each.purge({name: [revision]})) for each in self.databases]
            assert purged[0] == purged[1]

    @rule()
    def update(self):
        for index in self.indexes:
            self.run(index.update())

    @rule()
    def open_again(self):
        """As after a crash: what was applied is there, and nothing else."""
        self.run(self.stores[0].close())
        self.stores[0] = SqliteDocumentStore(self.folder / "documents.db")
        self.databases[0] = self.run(self.stores[0].open("things"))
        self.indexes[0] = Index(self.databases[0], ListMapper())

    @rule(view=st.integers(0, 1), key_range=RANGES)
    def read_alike(self, view, key_range):
        self.update()
        assert self.run(all_rows(self.indexes[0], view, key_range)) == self.run(
            all_rows(self.indexes[1], view, key_range)
        )

    @rule(view=st.integers(0, 1), key_range=RANGES)
    def count_alike(self, view, key_range):
        self.update()
        expected = len(self.run(all_rows(self.indexes[1], view, key_range))[2])
        for index, database in zip(self.indexes, self.databases, strict=True):
            assert self.run(counted(index, database, view, key_range)) == expected

    @rule()
    def rebuild(self):
        self.update()
        self.rebuilds += 1
        anew = Index(self.databases[0], ListMapper(f"again-{self.rebuilds}"))
        self.run(anew.update())
        for view in (0, 1):
            kept = self.run(all_rows(self.indexes[0], view, EVERYTHING))
            assert kept == self.run(all_rows(anew, view, EVERYTHING))
        self.run(self.databases[0].indexes.drop([anew.definition.signature]))

    @invariant()
    def no_row_of_what_is_gone(self):
        if not hasattr(self, "databases"):
            return
        for index, database in zip(self.indexes, self.databases, strict=True):
            _, _, rows = self.run(all_rows(index, 0, EVERYTHING))
            names = {row.document_id for row in rows}
            assert all(self.run(database.get_many(sorted(names))))

    def teardown(self):
        if hasattr(self, "stores"):
            for store in self.stores:
                self.run(store.close())
            self.opened.close()
            self.loop.close()


TestIndexes = Indexes.TestCase
TestIndexes.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
