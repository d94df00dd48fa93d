"""Field indexes: a table for each, kept in step inside the write that changes a document."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import apsw
import msgspec

from replication.core.document import StoredRevision
from replication.store.protocol import FieldIndex
from replication.store.sqlite.rows import DELETED, DOCUMENT_COLUMNS, Row
from replication.store.sqlite.schema import Tables

_LAST_BEFORE_SURROGATES = "\ud7ff"


@lru_cache(maxsize=64)
def _decoder(fields: tuple[str, ...]) -> Callable[[bytes], tuple[object, ...]]:
    """Return what reads these fields of a body, and passes over all others."""
    names = [f"f{n}" for n in range(len(fields))]
    wanted = msgspec.defstruct(
        "Wanted",
        [(name, object, None) for name in names],
        rename=dict(zip(names, fields, strict=True)),
        gc=False,
    )
    decode = msgspec.json.Decoder(wanted).decode
    return lambda body: msgspec.structs.astuple(decode(body))


@dataclass(frozen=True, slots=True)
class FieldRows:
    """The table of one field index."""

    number: int
    index: FieldIndex

    @property
    def table(self) -> str:
        """Its name."""
        return f"field_{self.number}"

    @property
    def _columns(self) -> list[str]:
        return [f"f{n}" for n in range(len(self.index.fields))]

    def creation(self) -> str:
        """Return the statement that makes it."""
        columns = ", ".join(f"{column} TEXT NOT NULL" for column in self._columns)
        key = ", ".join([*self._columns, "id"])
        return (
            f"CREATE TABLE {self.table} ({columns}, id TEXT NOT NULL, sequence INTEGER NOT NULL, "
            f"PRIMARY KEY ({key})) WITHOUT ROWID"
        )

    def key(self, body: bytes | None) -> tuple[str, ...] | None:
        """Return the indexed values of a live document's body, or None where it is not indexed."""
        if body is None:
            return None
        values = _decoder(self.index.fields)(body)
        for value in values:
            if not isinstance(value, str):
                return None
        return self.index.key(values)  # type: ignore[arg-type]

    def move(
        self, connection: apsw.Connection, moved: Iterable[tuple[Row | None, Row | None]]
    ) -> None:
        """Take documents, given as rows before and after, from their old keys to their new ones."""
        gone: list[tuple[str, ...]] = []
        here: list[tuple[str | int, ...]] = []
        for before, after in moved:
            was, now = _live_body(before), _live_body(after)
            old = self.key(was)
            new = old if was == now else self.key(now)
            if old is not None and before is not None and old != new:
                gone.append((*old, before.document_id))
            if new is not None and after is not None:
                here.append((*new, after.document_id, after.sequence))
        if gone:
            match = " AND ".join(f"{column} = ?" for column in [*self._columns, "id"])
            connection.executemany(f"DELETE FROM {self.table} WHERE {match}", gone)
        if here:
            marks = ", ".join("?" * (len(self._columns) + 2))
            connection.executemany(
                f"INSERT OR REPLACE INTO {self.table} VALUES ({marks})",
                here,
            )

    def select(
        self,
        connection: apsw.Connection,
        tables: Tables,
        values: Sequence[str],
        *,
        prefix: bool,
        limit: int,
        after: StoredRevision | None,
    ) -> Iterator[Row]:
        """Read documents in index order; the arguments are those of `Database.find_by`."""
        conditions, bound = _conditions(self.index.key(values), prefix=prefix)
        if after is not None:
            key = self.key(after.body)
            if key is not None:
                columns = ", ".join([*self._columns, "found.id"])
                marks = ", ".join("?" * (len(key) + 1))
                conditions.append(f"({columns}) > ({marks})")
                bound += [*key, after.document_id]
        order = ", ".join([*self._columns, "found.id"])
        where = " AND ".join(conditions) or "1"
        sql = (
            f"SELECT {DOCUMENT_COLUMNS} FROM {self.table} AS found "
            f"CROSS JOIN {tables.document} AS document ON document.sequence = found.sequence "
            f"WHERE {where} ORDER BY {order} LIMIT ?"
        )
        return (Row(*row) for row in connection.execute(sql, (*bound, limit)))


def _live_body(row: Row | None) -> bytes | None:
    return None if row is None or row.state & DELETED else row.body


def _conditions(values: Sequence[str], *, prefix: bool) -> tuple[list[str], list[str]]:
    conditions = [f"f{n} = ?" for n in range(len(values))]
    bound = list(values)
    if prefix and values:
        column = f"f{len(values) - 1}"
        conditions[-1] = f"{column} >= ?"
        if (end := _past_prefix(values[-1])) is not None:
            conditions.append(f"{column} < ?")
            bound.append(end)
    return conditions, bound


def _past_prefix(prefix: str) -> str | None:
    """Return the first string, by code point, behind all that begin with the prefix."""
    for n in range(len(prefix) - 1, -1, -1):
        if prefix[n] == _LAST_BEFORE_SURROGATES:
            return prefix[:n] + "\ue000"
        if prefix[n] != "\U0010ffff":
            return prefix[:n] + chr(ord(prefix[n]) + 1)
    return None
