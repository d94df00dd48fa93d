"""Compaction, a bounded piece at a time so that writers in between do not wait for it."""

import apsw

from replication.store.sqlite import stored_tree
from replication.store.sqlite.catalogue import Entry
from replication.store.sqlite.pending import state_of
from replication.store.sqlite.rows import OLD_BODIES

DOCUMENTS_AT_A_TIME = 200
PAGES_AT_A_TIME = 512  # 4 MiB


def forget_old_bodies(connection: apsw.Connection, entry: Entry, after: int) -> int | None:
    """Drop superseded bodies of some documents past a sequence.

    Returns the sequence to go on from, or None when there are no more.
    """
    tables = entry.tables
    rows = connection.execute(
        f"SELECT sequence, tree FROM {tables.document} "
        f"WHERE sequence > ? AND state & {OLD_BODIES} ORDER BY sequence LIMIT ?",
        (after, DOCUMENTS_AT_A_TIME),
    )
    found: list[tuple[int, bytes]] = [(sequence, tree) for sequence, tree in rows]
    for sequence, packed in found:
        tree, kept = stored_tree.unpack(packed)
        leaves = set(tree.leaves())
        old = [place.key for revision, place in kept.items() if revision not in leaves]
        left = {revision: place for revision, place in kept.items() if revision in leaves}
        connection.execute(
            f"UPDATE {tables.document} SET tree = ?, state = ? WHERE sequence = ?",
            (stored_tree.pack(tree, left), state_of(tree, left), sequence),
        )
        connection.executemany(f"DELETE FROM {tables.body} WHERE key = ?", [(key,) for key in old])
    return found[-1][0] if len(found) == DOCUMENTS_AT_A_TIME else None


def give_space_back(connection: apsw.Connection) -> bool:
    """Return some free pages to the disk; tells whether there are more."""
    connection.execute(f"PRAGMA incremental_vacuum({PAGES_AT_A_TIME})").fetchall()
    return int(connection.pragma("freelist_count")) > 0
