"""The files that an instance's store leaves in its folder."""

import stat

from replication.core.document import Edit
from replication.store.sqlite.store import SqliteDocumentStore


async def test_nobody_else_may_read_them_and_a_clean_end_leaves_one_database_file(tmp_path):
    store = SqliteDocumentStore(tmp_path / "documents.db")
    await (await store.create("d")).write([Edit("x")])
    modes = {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    assert modes == {0o600}
    await store.close()
    assert {path.name for path in tmp_path.iterdir()} == {"documents.db", "documents.db-life"}
