"""Places by hash: whatever was written, merged and purged, each document is found, and once."""

import apsw
import pytest
from hypothesis import given
from hypothesis import strategies as st

from replication.core.document import Edit
from replication.store.sqlite import hash_rows
from replication.store.sqlite.hash_rows import FEWEST_YOUNG, SLICES
from replication.store.sqlite.schema import Tables, id_hash
from replication.store.sqlite.store import SqliteDocumentStore

TABLES = Tables.of(1)
TURN = FEWEST_YOUNG // SLICES
HASHES = st.sampled_from([-(1 << 63), -1, 0, (1 << 63) - 1, *(n * 1 << 59 for n in range(-8, 8))])


def found(connection, hashed):
    sql = (
        f"SELECT sequence FROM {TABLES.document} WHERE hash = ? AND sequence IN "
        f"{hash_rows.places_of(str(hashed), TABLES)}"
    )
    return [sequence for (sequence,) in connection.execute(sql, (hashed,))]


def held(connection, table):
    return next(connection.execute(f"SELECT count(*) FROM {table}"))[0]


class Model:
    """Documents that are nothing but their hash, in the tables and in a dictionary."""

    def __init__(self):
        self.connection = apsw.Connection(":memory:")
        self.connection.execute(TABLES.creation())
        self.places = {}
        self.sequence = 0

    def write(self, hashed):
        before = self.places.get(hashed)
        self.sequence += 1
        self._row(hashed, before)
        self.places[hashed] = self.sequence
        sql = f"INSERT INTO {TABLES.document} VALUES (?, ?, '', '', 0, x'', x'', NULL)"
        self.connection.execute(sql, (self.sequence, hashed))
        old = [] if before is None else [(hashed, before)]
        hash_rows.moved(self.connection, TABLES, old, [(hashed, self.sequence)])

    def purge(self, hashed):
        if (before := self.places.pop(hashed, None)) is not None:
            self._row(hashed, before)
            hash_rows.forget(self.connection, TABLES, [(hashed, before)])

    def _row(self, hashed, sequence):
        sql = f"DELETE FROM {TABLES.document} WHERE hash = ? AND sequence = ?"
        self.connection.execute(sql, (hashed, sequence))

    def merge(self, turns):
        start = self.sequence
        self.sequence += turns * TURN
        hash_rows.merge_due(self.connection, TABLES, len(self.places), start, self.sequence)


@given(
    st.lists(
        st.one_of(
            st.tuples(st.just(Model.write), HASHES),
            st.tuples(st.just(Model.purge), HASHES),
            st.tuples(st.just(Model.merge), st.integers(1, 2 * SLICES)),
        )
    )
)
def test_each_document_is_found_once(steps):
    model = Model()
    touched = set()
    for act, argument in steps:
        act(model, argument)
        if act is not Model.merge:
            touched.add(argument)
    for hashed in touched:
        place = model.places.get(hashed)
        assert found(model.connection, hashed) == ([] if place is None else [place])
    model.merge(SLICES)
    assert held(model.connection, TABLES.young) == 0
    stale = held(model.connection, TABLES.old) - len(model.places)
    assert 0 <= stale <= len(touched) - len(model.places)
    model.connection.close()


@pytest.mark.parametrize("each", [700, 12_000])
async def test_the_young_table_stays_small_while_documents_come(tmp_path, each):
    store = SqliteDocumentStore(tmp_path / "documents.db")
    database = await store.create("d")
    names = [f"n{n}" for n in range(24_000)]
    for start in range(0, len(names), each):
        await database.write([Edit(name) for name in names[start : start + each]])
    assert all(await database.get_many(names))
    await store.close()
    connection = apsw.Connection(str(tmp_path / "documents.db"))
    young = held(connection, TABLES.young)
    assert young + held(connection, TABLES.old) == len(names)
    assert young < FEWEST_YOUNG
    connection.close()


async def test_a_purged_document_leaves_no_place(tmp_path):
    store = SqliteDocumentStore(tmp_path / "documents.db")
    database = await store.create("d")
    await database.write([Edit(f"n{n}") for n in range(10_000)])
    gone = [await database.get(f"n{n}") for n in range(0, 10_000, 1000)]
    await database.purge({each.document_id: [each.revision] for each in gone})
    await store.close()
    connection = apsw.Connection(str(tmp_path / "documents.db"))
    left = held(connection, TABLES.young) + held(connection, TABLES.old)
    assert left == 10_000 - len(gone)
    assert found(connection, id_hash("n0")) == []
    connection.close()
