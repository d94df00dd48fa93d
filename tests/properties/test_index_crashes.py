"""An index after a crash at any write call: brought up to date, it is what a rebuild would give."""

import asyncio
import json
import tempfile
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from unittest.mock import patch

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from replication.core.document import Edit
from replication.core.revision import Revision
from replication.index.index import Index
from replication.index.rows import EVERYTHING
from replication.store.sqlite import feed_rows
from replication.store.sqlite.store import SqliteDocumentStore
from tests.support.crashing_disk import NAME, crashing_disk
from tests.support.indexing import SMALL, ListMapper, all_rows, counted

NAMES = st.sampled_from([f"d{n}" for n in range(10)])
LISTS = st.lists(st.integers(0, 6), max_size=6)
STEPS = st.one_of(
    st.tuples(st.just("write"), st.dictionaries(NAMES, LISTS, min_size=1, max_size=8)),
    st.tuples(st.just("conflict"), NAMES, LISTS),
    st.tuples(st.just("delete"), NAMES),
    st.tuples(st.just("purge"), NAMES),
    st.tuples(st.just("update")),
    st.tuples(st.just("count"), st.integers(0, 1)),
    st.tuples(st.just("clean")),
)
FIRST = st.dictionaries(NAMES, LISTS, min_size=6, max_size=10)
KEPT, LATE = "kept", "late"


class History:
    """What happens to a database with an index, as its steps say."""

    def __init__(self, database):
        self.database = database
        self.index = Index(database, ListMapper(KEPT))
        self.revisions = {}
        self.generations = Counter()

    async def step(self, kind, *given):
        await getattr(self, kind)(*given)

    async def write(self, lists):
        edits = []
        for name, numbers in lists.items():
            stored = (await self.database.get_many([name]))[0]
            base = stored.revision if stored else None
            edits.append(Edit(name, json.dumps({"list": numbers}).encode(), base=base))
        await self.written(edits)

    async def written(self, edits):
        for outcome in await self.database.write(edits):
            self.revisions.setdefault(outcome.document_id, []).append(outcome.revision)

    async def conflict(self, name, numbers):
        """A replicated branch beside the others: longer, it wins."""
        self.generations[name] += 1
        history = tuple(
            Revision(n, f"{self.generations[name]:x}{n:x}") for n in range(len(numbers) + 1, 0, -1)
        )
        body = json.dumps({"list": numbers}).encode()
        await self.written([Edit(name, body, history=history)])

    async def delete(self, name):
        stored = (await self.database.get_many([name]))[0]
        if stored is not None and not stored.deleted:
            await self.written([Edit(name, b'{"list":[]}', deleted=True, base=stored.revision)])

    async def purge(self, name):
        leaves = self.revisions.pop(name, None)
        if leaves:
            await self.database.purge({name: leaves[-2:]})
            self.revisions[name] = leaves

    async def update(self):
        await self.index.update()

    async def count(self, view):
        await self.index.update()
        await counted(self.index, self.database, view, EVERYTHING)

    async def clean(self):
        await self.database.indexes.drop([KEPT])


async def play(folder, first, steps, every):
    """Play a history; return what a crash at each of its write calls leaves behind."""
    with crashing_disk(folder / "documents.db", folder) as crashes:
        store = SqliteDocumentStore(folder / "documents.db", vfs=NAME)
        history = History(await store.create("things"))
        await history.write(first)
        crashes.watching, crashes.every = True, every
        for step in steps:
            await history.step(*step)
        crashes.watching = False
        await store.close()
    return crashes


async def check(path):
    """Bring the index of what a crash left up to date, in two ways, and compare with a rebuild."""
    store = SqliteDocumentStore(path)
    try:
        database = await store.open("things")
        index, anew = (Index(database, ListMapper(name)) for name in (KEPT, LATE))
        await index.update()
        await anew.update()
        for view in (0, 1):
            rows = await all_rows(anew, view, EVERYTHING)
            assert await all_rows(index, view, EVERYTHING) == rows
            for one in (index, anew):
                assert await counted(one, database, view, EVERYTHING) == len(rows[2])
                assert await counted(one, database, view, EVERYTHING) == len(rows[2])
        names = {row.document_id for row in rows[2]}
        stored = await database.get_many(sorted(names))
        assert all(one is not None and not one.deleted for one in stored)
    finally:
        await store.close()


def survive(first, steps, every=1):
    """Play a history and check every crash; return how many there were."""
    with ExitStack() as stack:
        for module, name, value in (*SMALL, (feed_rows, "PAGE_ROWS", 4)):
            stack.enter_context(patch.object(module, name, value))
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        crashes = asyncio.run(play(folder, first, steps, every))
        for copy in crashes.copies:
            asyncio.run(check(copy))
        return len(crashes.copies)


NUMBERS = {f"d{n}": [n % 4, n % 3, 6] for n in range(10)}
ALL_KINDS = [
    ("update",),
    ("count", 0),
    ("write", {"d1": [5], "d2": [], "new": [1, 1, 1, 2]}),
    ("conflict", "d3", [4, 4]),
    ("delete", "d4"),
    ("update",),
    ("count", 1),
    ("purge", "d5"),
    ("purge", "d3"),
    ("clean",),
    ("update",),
]


def test_every_crash_of_a_history_with_all_that_can_happen():
    """Takes some seconds: it opens the database after each of almost two hundred crashes."""
    assert survive(NUMBERS, ALL_KINDS) > 100


@settings(
    max_examples=3, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
@given(first=FIRST, steps=st.lists(STEPS, min_size=2, max_size=8))
def test_crashes_of_any_history(first, steps):
    survive(first, [*steps, ("update",)], every=5)
