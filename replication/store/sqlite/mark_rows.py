"""Marks: names that edits put to their sequence, so that nobody searches for what changed last."""

from collections.abc import Iterable, Sequence
from typing import cast

import apsw

from replication.core.document import Edit, Written
from replication.store.protocol import Outcome
from replication.store.sqlite.catalogue import Entry

_READ = (
    "SELECT name, sequence FROM mark "
    "WHERE catalogue_number = ? AND name IN (SELECT value FROM carray(?))"
)


def put(connection: apsw.Connection, entry: Entry, written: Iterable[tuple[Edit, Outcome]]) -> None:
    """Put the marks of edits to the sequences that these were given."""
    moved = {
        name: outcome.sequence
        for edit, outcome in written
        if isinstance(outcome, Written) and outcome.sequence is not None
        for name in edit.marks
    }
    if moved:
        connection.executemany(
            "INSERT OR REPLACE INTO mark VALUES (?, ?, ?)",
            [(entry.number, name, sequence) for name, sequence in moved.items()],
        )


def read(connection: apsw.Connection, entry: Entry, names: Sequence[str]) -> list[int]:
    """Return where marks stand; 0 where nobody put any."""
    if not names:
        return []
    rows = connection.execute(_READ, (entry.number, apsw.carray(tuple(names))))
    found = {str(name): cast(int, sequence) for name, sequence in rows}
    return [found.get(name, 0) for name in names]
