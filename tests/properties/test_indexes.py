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
from replication.index.index import Index
from replication.index.rows import EVERYTHING, Bound, KeyRange, row_text
from replication.store.memory import MemoryDocumentStore
from replication.store.sqlite.store import SqliteDocumentStore
from tests.support.indexing import (
    SMALL,
    ListMapper,
    all_rows,
    counted,
    some_rows,
    some_rows_as_text,
)

NAMES = st.sampled_from([f"d{n}" for n in range(8)])
KEYS = st.integers(0, 6)
LIMITS = st.integers(0, 12) | st.just(1000)
LISTS = st.lists(KEYS, max_size=6)


def bounds():
    sorts = KEYS.map(lambda n: b"%d" % n)
    return st.none() | st.builds(Bound, sorts, st.none() | NAMES, st.booleans())


RANGES = st.builds(KeyRange, bounds(), bounds(), st.booleans())


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

    @rule(view=st.integers(0, 1), key_range=RANGES, skip=st.integers(0, 7), limit=LIMITS)
    def read_as_text_alike(self, view, key_range, skip, limit):
        self.update()
        part = (view, key_range, skip, limit)
        offset, total, rows = self.run(some_rows(self.indexes[1], *part))
        shown = [json.loads(row_text(row)) for row in rows]
        for index in self.indexes:
            assert self.run(some_rows_as_text(index, *part)) == (offset, total, shown)

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
