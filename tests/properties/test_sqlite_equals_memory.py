"""Whatever is written, in whatever order, the SQLite engine shows what the plain model shows."""

import asyncio
import json
import shutil
import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from replication.core.attachment import Attachment, AttachmentStub
from replication.core.change import ChangesQuery
from replication.core.document import Edit, Written
from replication.core.errors import ReplicationError
from replication.core.revision import Revision, history_of
from replication.store.memory import MemoryDocumentStore
from replication.store.protocol import FieldIndex, IdRange
from replication.store.sqlite.store import SqliteDocumentStore

IDS = st.sampled_from(["a", "b", "é", "_design/d"])
DIGESTS = st.sampled_from(["a" * 32, "b" * 32, "C" * 32, "x", "y"])
INDEX = FieldIndex("by_kind", ("kind", "name"))
BODIES = st.fixed_dictionaries(
    {},
    optional={
        "kind": st.sampled_from(["p", "q", 3]),
        "name": st.sampled_from(["one", "two"]),
        "n": st.integers(0, 3),
    },
).map(lambda fields: json.dumps(fields).encode())
PICTURE = st.integers(1, 2).map(lambda n: Attachment("image/png", f"md5-{n}", "a" * 64, n, 0))
ATTACHMENTS = st.dictionaries(
    st.sampled_from(["p", "q"]), st.one_of(PICTURE, st.just(AttachmentStub())), max_size=2
)


@st.composite
def replicated(draw):
    digests = draw(st.lists(DIGESTS, min_size=1, max_size=4))
    start = len(digests) + draw(st.integers(0, 1))
    return Edit(
        draw(IDS),
        draw(BODIES),
        deleted=draw(st.booleans()),
        history=history_of(start, digests),
        attachments=draw(ATTACHMENTS),
    )


class SqliteEqualsMemory(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.folder = Path(tempfile.mkdtemp(prefix="foyer-equals-"))
        self.run(self.open())

    def run(self, awaitable):
        return self.loop.run_until_complete(awaitable)

    async def open(self):
        self.model_store = MemoryDocumentStore()
        self.model = await self.model_store.create("d", [INDEX])
        self.store = SqliteDocumentStore(self.folder / "d.db", new_epoch=lambda: "memory")
        self.real = await self.store.create("d", [INDEX])

    def teardown(self):
        self.run(self.store.close())
        self.loop.close()
        shutil.rmtree(self.folder)

    def both(self, verb, *arguments, **named):
        return [self.run(told(db, verb, *arguments, **named)) for db in (self.model, self.real)]

    def agree(self, verb, *arguments, **named):
        expected, found = self.both(verb, *arguments, **named)
        assert found == expected, (verb, arguments, named)
        return found

    def known_revisions(self, document_id):
        document = self.model._documents.get(document_id)
        return sorted(document.bodies) if document else []

    @rule(edits=st.lists(replicated(), min_size=1, max_size=4))
    def replicate(self, edits):
        self.agree("write", edits)

    @rule(
        data=st.data(),
        name=IDS,
        body=BODIES,
        deleted=st.booleans(),
        together=st.booleans(),
        attachments=ATTACHMENTS,
    )
    def edit(self, data, name, body, deleted, together, attachments):
        bases = [None, Revision(1, "nobody"), *self.known_revisions(name)]
        base = data.draw(st.sampled_from(bases))
        edits = [
            Edit(name, body, deleted=deleted, base=base, attachments=attachments),
            Edit("c", body),
        ]
        self.agree("write", edits, together=together)

    @rule(data=st.data(), name=IDS)
    def purge(self, data, name):
        known = self.known_revisions(name) or [Revision(1, "nobody")]
        chosen = data.draw(st.lists(st.sampled_from(known), max_size=2, unique=True))
        self.agree("purge", {name: chosen})

    @rule(limit=st.integers(1, 3))
    def look_at_purges(self, limit):
        self.agree("purged_infos")
        self.agree("set_purged_infos_limit", limit)

    @rule()
    def compact(self):
        self.agree("compact")

    @rule(limit=st.integers(1, 4))
    def limit_revisions(self, limit):
        self.agree("set_revs_limit", limit)

    @rule(name=IDS)
    def look_at_bodies(self, name):
        self.agree("bodies_of", name)

    @rule()
    def reopen(self):
        async def again():
            await self.store.close()
            self.store = SqliteDocumentStore(self.folder / "d.db")
            self.real = await self.store.ensure("d", [INDEX])

        self.run(again())

    @rule(name=IDS)
    @precondition(lambda self: self.model._documents)
    def read(self, name):
        self.agree("get", name)
        self.agree("leaves", name)
        for revision in self.known_revisions(name):
            self.agree("get", name, revision)
            self.agree("get", name, revision, latest=True)

    @rule(start=st.integers(0, 8), limit=st.integers(1, 4), descending=st.booleans())
    def follow(self, start, limit, descending):
        query = ChangesQuery(since=start, limit=limit, descending=descending)
        self.agree("changes", query)

    @rule(only=st.frozensets(IDS, max_size=3), limit=st.none() | st.integers(1, 3))
    def follow_some(self, only, limit):
        self.agree("changes", ChangesQuery(document_ids=only, limit=limit))

    @rule(
        start=st.none() | IDS,
        end=st.none() | IDS,
        descending=st.booleans(),
        inclusive=st.booleans(),
        skip=st.integers(0, 2),
    )
    def list_ids(self, start, end, descending, inclusive, skip):
        ids = IdRange(start, end, inclusive, descending, skip)
        expected, found = self.both("all_docs", ids)
        assert found[0] == expected[0]
        if found[0]:
            assert found[1] == expected[1]

    @rule(values=st.sampled_from([("p",), ("q",), ("p", "one"), ("p", "t")]), prefix=st.booleans())
    def find(self, values, prefix):
        self.agree("find_by", INDEX, values, prefix=prefix)

    @rule(asked=st.dictionaries(IDS, st.lists(replicated().map(lambda e: e.history[0]))))
    def diff(self, asked):
        self.agree("revs_diff", asked)

    @invariant()
    def feeds_and_figures_agree(self):
        self.agree("changes", ChangesQuery(include_documents=True))
        self.agree("info")
        expected, found = self.both("attachment_blobs")
        assert set(found) == set(expected)


async def told(database, verb, *arguments, **named):
    """Return what a verb answers, with errors as comparable facts."""
    try:
        answer = await getattr(database, verb)(*arguments, **named)
    except ReplicationError as error:
        return type(error), str(error)
    if verb == "write":
        return [row if isinstance(row, Written) else (type(row), str(row)) for row in answer]
    return answer


SqliteEqualsMemory.TestCase.settings = settings(
    max_examples=60, stateful_step_count=30, deadline=None
)
TestSqliteEqualsMemory = SqliteEqualsMemory.TestCase
