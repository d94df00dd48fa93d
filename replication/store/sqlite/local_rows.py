"""Listing `_local/` documents."""

import apsw

from replication.core.document import LocalDocument
from replication.core.revision import Revision
from replication.store.protocol import IdRange
from replication.store.sqlite.id_rows import bounds
from replication.store.sqlite.schema import Tables


def listing(connection: apsw.Connection, tables: Tables, ids: IdRange) -> list[LocalDocument]:
    """Read `_local/` documents between two ids."""
    where, bound = bounds(ids, "id")
    order = "DESC" if ids.descending else "ASC"
    sql = (
        f"SELECT id, revision, body FROM {tables.local} WHERE {where} "
        f"ORDER BY id {order} LIMIT ? OFFSET ?"
    )
    limit = -1 if ids.limit is None else ids.limit
    found = connection.execute(sql, (*bound, limit, ids.skip))
    return [LocalDocument(name, Revision.parse(rev), body) for name, rev, body in found]
