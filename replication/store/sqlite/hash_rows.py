"""Where documents lie, by the hash of their id: a young table in front of an old one.

Ids are random, so in one table each batch of writes would touch most pages, and write them twice.
New places go to the young table, which is small. From time to time a slice of all hashes moves on
into the old one, in order, so that a page there is written once for the places of many batches.
A place whose document has moved on stays in the old table until its hash is next merged; no row
has that sequence any more, so it leads nowhere.
"""

from collections.abc import Iterable, Sequence
from typing import Protocol

import apsw

Place = tuple[int, int]
"""Hash and sequence."""

SLICES = 16
"""Parts of all hashes that are merged in turn."""
FEWEST_YOUNG = 8192
OLD_FOR_EACH_YOUNG = 32


class Tables(Protocol):
    """Names of the tables that lead by a hash, and of the one that they lead to by sequence."""

    @property
    def document(self) -> str:
        """What is found."""

    @property
    def young(self) -> str:
        """Places of late."""

    @property
    def old(self) -> str:
        """All others."""


_HALF = 1 << 63
_WIDTH = (1 << 64) // SLICES


def places(tables: Tables) -> str:
    """Return a subquery with columns `hash` and `sequence`, to be asked for a hash."""
    return (
        f"(SELECT hash, sequence FROM {tables.young} "
        f"UNION ALL SELECT hash, sequence FROM {tables.old})"
    )


def places_of(hashed: str, tables: Tables) -> str:
    """Return a subquery with the sequences at which documents with this hash may lie."""
    return (
        f"(SELECT sequence FROM {tables.young} WHERE hash = {hashed} "
        f"UNION ALL SELECT sequence FROM {tables.old} WHERE hash = {hashed})"
    )


def moved(
    connection: apsw.Connection, tables: Tables, before: Sequence[Place], after: Sequence[Place]
) -> None:
    """Take documents from their places before to those after."""
    if before:
        sql = f"DELETE FROM {tables.young} WHERE hash = ? AND sequence = ?"
        connection.executemany(sql, before)
    connection.executemany(f"INSERT INTO {tables.young} VALUES (?, ?)", after)


def forget(connection: apsw.Connection, tables: Tables, gone: Iterable[Place]) -> None:
    """Take the places of documents that are no more out of both tables."""
    for place in gone:
        for table in (tables.young, tables.old):
            connection.execute(f"DELETE FROM {table} WHERE hash = ? AND sequence = ?", place)


def merge_due(
    connection: apsw.Connection, tables: Tables, documents: int, before: int, after: int
) -> None:
    """Merge the slices that are due between two sequences.

    Each slice is due once while as many are written as the young table is to hold: a part of all
    `documents`, so that what a batch touches there and what a merge touches in the old one grow
    alike.
    """
    fair = max(FEWEST_YOUNG, documents // OLD_FOR_EACH_YOUNG) // SLICES
    step = 1 << (fair - 1).bit_length()  # not moving with each document, or no turn would come
    for turn in range(max(before // step, after // step - SLICES), after // step):
        low = turn % SLICES * _WIDTH - _HALF
        _merge(connection, tables, (low, low + _WIDTH - 1))


def _merge(connection: apsw.Connection, tables: Tables, ends: Place) -> None:
    young, old = tables.young, tables.old
    connection.execute(
        f"DELETE FROM {old} WHERE (hash, sequence) IN (SELECT {old}.hash, {old}.sequence "
        f"FROM {young} CROSS JOIN {old} ON {old}.hash = {young}.hash "
        f"WHERE {young}.hash BETWEEN ? AND ? AND NOT EXISTS "
        f"(SELECT 1 FROM {tables.document} AS found WHERE found.sequence = {old}.sequence))",
        ends,
    )
    connection.execute(
        f"INSERT INTO {old} SELECT hash, sequence FROM {young} "
        "WHERE hash BETWEEN ? AND ? ORDER BY hash, sequence",
        ends,
    )
    connection.execute(f"DELETE FROM {young} WHERE hash BETWEEN ? AND ?", ends)
