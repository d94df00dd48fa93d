"""Files of earlier formats come to today's, whole, or stay as they were."""

import gzip
import json
import logging
from pathlib import Path

import apsw
import pytest

from replication.store.sqlite.migrations import STEPS, migrate
from replication.store.sqlite.store import SqliteDocumentStore
from tests.support.known_store import BY_PLACE, fill, told

FIXTURES = Path("tests/fixtures").absolute()
KNOWN = json.loads((FIXTURES / "known_store.json").read_text(encoding="utf-8"))
TODAY = len(STEPS)


@pytest.fixture
def old(tmp_path):
    """The known store as the code of format 1 wrote it."""
    path = tmp_path / "documents.db"
    path.write_bytes(gzip.decompress((FIXTURES / "format-1.sqlite3.gz").read_bytes()))
    return path


def version(path):
    connection = apsw.Connection(str(path))
    try:
        return connection.pragma("user_version")
    finally:
        connection.close()


def definitions(path):
    connection = apsw.Connection(str(path))
    try:
        return sorted(connection.execute("SELECT name, sql FROM sqlite_master WHERE sql NOT NULL"))
    finally:
        connection.close()


async def read_whole(path):
    store = SqliteDocumentStore(path)
    try:
        if "files" in await store.names():
            await store.ensure("files", [BY_PLACE])
        return await told(store)
    finally:
        await store.close()


async def test_a_file_of_format_1_comes_whole_to_todays(old):
    assert version(old) == 1
    assert await read_whole(old) == KNOWN
    assert version(old) == TODAY
    assert await read_whole(old) == KNOWN


async def test_a_new_file_holds_the_same_in_the_same_tables(old, tmp_path):
    new = tmp_path / "new.db"
    store = SqliteDocumentStore(new)
    await fill(store)
    await store.close()
    assert await read_whole(new) == KNOWN
    await read_whole(old)
    assert definitions(new) == definitions(old)


async def test_it_tells_the_operator(old, caplog):
    caplog.set_level(logging.INFO)
    await SqliteDocumentStore(old).close()
    assert "from format 1 to 2" in caplog.text
    assert f"now have format {TODAY}" in caplog.text
    caplog.clear()
    await SqliteDocumentStore(old).close()
    assert caplog.text == ""


async def test_a_new_file_is_no_news(tmp_path, caplog):
    caplog.set_level(logging.INFO)
    await SqliteDocumentStore(tmp_path / "documents.db").close()
    assert caplog.text == ""


def test_indexes_from_before_format_8_are_dropped(tmp_path):
    path = tmp_path / "documents.db"
    connection = apsw.Connection(str(path))
    migrate(connection, STEPS[:7])
    without = sorted(name for (name,) in connection.execute("SELECT name FROM sqlite_master"))
    columns = "catalogue_number, signature, views, counts"
    connection.execute(f"INSERT INTO view_index ({columns}) VALUES (1, 'of before', 2, '[0, 0]')")
    for view in (0, 1):
        connection.execute(f"CREATE TABLE index_1_{view} (sort, id)")
        connection.execute(f"CREATE INDEX index_1_{view}_id ON index_1_{view} (id)")
        connection.execute(f"CREATE TABLE runs_1_{view} (sort, id)")
    migrate(connection)
    assert connection.execute("SELECT * FROM view_index").fetchall() == []
    names = sorted(name for (name,) in connection.execute("SELECT name FROM sqlite_master"))
    assert names == without
    connection.close()


def test_a_step_that_fails_leaves_the_file_where_it_was(old):
    before = definitions(old)

    def breaks_off(connection):
        connection.execute("CREATE TABLE half (n)")
        raise OSError("the power went")

    connection = apsw.Connection(str(old))
    with pytest.raises(OSError, match="the power went"):
        migrate(connection, (STEPS[0], breaks_off))
    connection.close()
    assert (version(old), definitions(old)) == (1, before)


def test_of_two_who_open_it_one_takes_the_step(old):
    first, second = apsw.Connection(str(old)), apsw.Connection(str(old))
    taken = []

    def other_is_faster(connection):
        taken.append(connection)
        connection.execute("CREATE TABLE once (n)")

    def overtaken(connection):
        raise AssertionError(connection)

    class Steps(list):
        """Lets the other process in just before its own turn."""

        def __getitem__(self, n):
            migrate(second, (STEPS[0], other_is_faster))
            return overtaken

    migrate(first, Steps([STEPS[0], overtaken]))
    assert taken == [second]
    first.close()
    second.close()
    assert version(old) == 2


def test_a_file_from_the_future_is_refused_and_left_alone(tmp_path):
    path = tmp_path / "documents.db"
    connection = apsw.Connection(str(path))
    connection.pragma("application_id", 0x466F7965)
    connection.pragma("user_version", TODAY + 1)
    connection.close()
    with pytest.raises(ValueError, match=f"format {TODAY + 1}.*format {TODAY}.*newer one"):
        SqliteDocumentStore(path)
    assert version(path) == TODAY + 1


def test_a_file_of_another_program_is_refused(tmp_path):
    path = tmp_path / "documents.db"
    connection = apsw.Connection(str(path))
    connection.execute("CREATE TABLE theirs (n)")
    connection.pragma("user_version", 1)
    connection.close()
    with pytest.raises(ValueError, match="not made by Foyer"):
        SqliteDocumentStore(path)
