"""What an index holds: rows in the order of their keys, and how a reader names a range of them."""

from dataclasses import dataclass, replace
from typing import NamedTuple

import msgspec


class Emitted(NamedTuple):
    """A row as a map function gives it: `sort` is the key's place in the order of all keys.

    `key` and `value` are JSON.
    """

    sort: bytes
    key: bytes
    value: bytes


class IndexRow(NamedTuple):
    """A row as it is read back: of which document, and as what number of the rows it emitted.

    `sequence` is where the document stood in the feed when the row was made.
    """

    sort: bytes
    document_id: str
    number: int
    sequence: int
    key: bytes
    value: bytes


@dataclass(frozen=True, slots=True)
class Bound:
    """An end of a range: a key, and a document among those of that key; None means all of them."""

    sort: bytes
    document_id: str | None = None
    inclusive: bool = True


@dataclass(frozen=True, slots=True)
class KeyRange:
    """The rows from `lower` to `upper`, whatever the direction they are read in; None is open."""

    lower: Bound | None = None
    upper: Bound | None = None
    descending: bool = False

    @classmethod
    def of_key(cls, sort: bytes, *, descending: bool = False) -> "KeyRange":
        """Return the range of the rows of one key."""
        return cls(Bound(sort), Bound(sort), descending)

    def upwards(self) -> "KeyRange":
        """Return the same rows, read in key order."""
        return replace(self, descending=False)


EVERYTHING = KeyRange()


@dataclass(frozen=True, slots=True)
class IndexPage:
    """Some rows of a range in the order asked for; `total` counts all rows of the view.

    `offset` is how many rows of the view lie before the first, in the order asked for, where that
    was asked; of an empty page, before where the first would be. `ended` says that no row of the
    range is left behind the last. `through` is the sequence of the database that the index had
    reached.
    """

    rows: tuple[IndexRow, ...]
    total: int
    offset: int
    ended: bool
    through: int


@dataclass(frozen=True, slots=True)
class IndexText:
    """A page as `IndexPage` is one, its `count` rows in CouchDB's JSON and joined already.

    `last` is the row behind which to go on; None where the range, or the limit, leaves no more.
    """

    text: bytes
    count: int
    total: int
    offset: int
    last: IndexRow | None
    through: int


BETWEEN = b",\r\n"
"""What stands between two rows in CouchDB's JSON."""

_encode = msgspec.json.Encoder().encode


def row_text(row: IndexRow) -> bytes:
    """Return a row as CouchDB's JSON: an object with its `id`, `key` and `value`."""
    return b'{"id":%s,"key":%s,"value":%s}' % (_encode(row.document_id), row.key, row.value)
