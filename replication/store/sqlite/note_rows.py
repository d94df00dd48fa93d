"""Notes: what edits leave to be read later by their sequence."""

from collections.abc import Iterable
from typing import cast

import apsw

from replication.core.document import Edit, Written
from replication.store.protocol import Outcome
from replication.store.sqlite.catalogue import Entry


def put(connection: apsw.Connection, entry: Entry, written: Iterable[tuple[Edit, Outcome]]) -> None:
    """Keep the notes of edits with the sequences that these were given."""
    rows = [
        (entry.number, outcome.sequence, edit.note)
        for edit, outcome in written
        if edit.note and isinstance(outcome, Written) and outcome.sequence is not None
    ]
    if rows:
        connection.executemany("INSERT INTO note VALUES (?, ?, ?)", rows)


def forget(connection: apsw.Connection, entry: Entry, through: int) -> None:
    """Take the notes out that edits up to a sequence have left."""
    sql = "DELETE FROM note WHERE catalogue_number = ? AND sequence <= ?"
    connection.execute(sql, (entry.number, through))


def read(
    connection: apsw.Connection, entry: Entry, since: int, limit: int
) -> list[tuple[int, str]]:
    """Return notes after a sequence, in order."""
    sql = (
        "SELECT sequence, note FROM note WHERE catalogue_number = ? AND sequence > ? "
        "ORDER BY sequence LIMIT ?"
    )
    found = connection.execute(sql, (entry.number, since, limit)).fetchall()
    return [(cast(int, sequence), str(note)) for sequence, note in found]
