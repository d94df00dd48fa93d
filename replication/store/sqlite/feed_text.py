"""The changes feed as JSON, written by SQLite itself.

Making a value of each row, and text of each value, takes Python ten times as long as SQLite takes
to write the text at once: a page is one statement that gives one string. What the tables do not
say outright (all leaves of a document with conflicts, attachments, a filter) is left to
`feed_rows`.
"""

from typing import Any

import apsw

from replication.core.change import ChangesQuery, ChangesText, Style, TextRows
from replication.feed.notifier import UpdateNotifier
from replication.store.sqlite import catalogue, feed_rows
from replication.store.sqlite.catalogue import Entry
from replication.store.sqlite.document_text import JSON_HEAD
from replication.store.sqlite.readers import Readers
from replication.store.sqlite.rows import DELETED, SEVERAL_LEAVES

MOST_ROWS = 4000
MOST_BYTES = 1 << 20
"""Of bodies in one page, as far as the database's mean tells."""
KEPT_BYTES = 1 << 16

_ATTACHED = 64
"""Bit beside those of `state`: the row names attachments."""

_ROW = f"""'{{"seq":"', sequence, ?, '","id":', json_quote(id),
',"changes":[{{"rev":', json_quote(revision), '}}]',
iif(state & {DELETED}, ',"deleted":true', '')"""

_Asked = tuple[int, int, ChangesQuery, Style, bytes]


class FeedTexts:
    """Pages of one database's feed; the last small one is kept while the database stands still."""

    def __init__(self, entry: Entry, readers: Readers, notifier: UpdateNotifier) -> None:
        self._entry = entry
        self._readers = readers
        self._notifier = notifier
        self._kept: tuple[_Asked, ChangesText | None] | None = None

    async def page(
        self, query: ChangesQuery, style: Style, separator: bytes, *, few: int
    ) -> ChangesText | None:
        """Return a page, or None for one that `feed_rows` has to read.

        Up to `few` rows are read on the spot. A hundred listeners who have waited for the same
        write ask for the same page one after the other, and are given the same bytes.
        """
        if query.document_ids is not None or query.accept is not None:
            return None
        current = self._readers.once(lambda connection: catalogue.sequence(connection, self._entry))
        # A write is on the disk a moment before the notifier tells of it, and whoever waits looks
        # at both: a page kept by the notifier alone would send them round and round meanwhile.
        asked = (self._notifier.moves, current.number, query, style, separator)
        if self._kept is not None and self._kept[0] == asked:
            return self._kept[1]

        def read(connection: apsw.Connection) -> ChangesText | None:
            return text_of(connection, self._entry, query, style, separator)

        bounded = query.limit is not None and query.limit <= few
        if bounded or current.number - query.since <= few:
            text = self._readers.here(read)
        else:
            text = await self._readers.aside(read)
        small = text is None or len(text.rows.text) <= KEPT_BYTES
        self._kept = (asked, text) if small else None
        return text


def text_of(
    connection: apsw.Connection, entry: Entry, query: ChangesQuery, style: Style, separator: bytes
) -> ChangesText | None:
    """Write one page of the feed; None when there is a row in it that takes more than its table."""
    current = catalogue.sequence(connection, entry)
    limit = _most_rows(connection, entry, query)
    try:
        text, count, last, special = _written(connection, entry, query, separator, limit)
    except apsw.TooBigError:
        return None
    if special & (_ATTACHED | (SEVERAL_LEAVES if style is Style.ALL_DOCS else 0)):
        return None
    end, pending = feed_rows.reached(connection, entry, query, current, last, whole=count < limit)
    return ChangesText(TextRows(text, count), end, pending)


def _most_rows(connection: apsw.Connection, entry: Entry, query: ChangesQuery) -> int:
    """Return how many rows make a page: as many bodies as there is room for, as they are mostly."""
    most = MOST_ROWS
    if query.include_documents:
        counters = catalogue.counters(connection, entry.number)
        most = min(most, MOST_BYTES * max(1, counters.live) // max(1, counters.bytes) + 1)
    return most if query.limit is None else min(most, query.limit)


def _written(
    connection: apsw.Connection, entry: Entry, query: ChangesQuery, separator: bytes, limit: int
) -> tuple[bytes, int, int, int]:
    """Return the rows, how many they are, the last one's sequence, and what is special in any."""
    where, bound = feed_rows.part_of(query)
    order, last = ("DESC", "min") if query.descending else ("ASC", "max")
    row, columns, attached = _ROW, "sequence, id, revision, state", "0"
    if query.include_documents:
        row, columns = f"{_ROW}, ',\"doc\":', {JSON_HEAD}, '}}'", f"{columns}, body, attachments"
        attached = f"max((attachments IS NOT NULL) * {_ATTACHED})"
    # rows of an ordered subquery come to the aggregate in its order
    sql = (
        f"SELECT CAST(group_concat(concat({row}, '}}'), ?) AS BLOB), count(*), {last}(sequence), "
        f"max(state & {SEVERAL_LEAVES}) | {attached} "
        f"FROM (SELECT {columns} FROM {entry.tables.document} "
        f"WHERE {where} ORDER BY sequence {order} LIMIT {limit}) AS document"
    )
    values = (f"-{entry.epoch}", separator.decode(), *bound)
    found: list[Any] = connection.execute(sql, values).fetchall()
    ((text, count, reached, special),) = found
    return text or b"", count, reached or query.since, special or 0
