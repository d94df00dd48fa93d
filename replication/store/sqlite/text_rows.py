"""The tables of one text index: words in SQLite's FTS5, and which document each row is of.

The words come taken apart, with spaces between them, so the tokenizer has nothing to decide. FTS5
keeps no text, only where words stand. A row's number is the sequence at which its document stood.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import apsw

from replication.store.sqlite.schema import id_hash
from replication.store.text_protocol import DECIMALS, Hit, Place, Wanted
from replication.text.definition import WordsOfDocument
from replication.text.question import Phrase, Question

PREFIXES = "1 2 3"
"""Beginnings of these many letters have indexes of their own."""


@dataclass(frozen=True, slots=True)
class TextRows:
    """The tables of the text index with this number."""

    number: int

    @property
    def _words(self) -> str:
        return f"text_{self.number}"

    @property
    def _rows(self) -> str:
        return f"text_{self.number}_document"

    def create(self, connection: apsw.Connection, columns: int) -> None:
        """Make them."""
        names = ", ".join(f"c{n}" for n in range(columns))
        connection.execute(
            f"CREATE VIRTUAL TABLE {self._words} USING fts5({names}, content='', "
            f"contentless_delete=1, tokenize='ascii', prefix='{PREFIXES}');"
            f"CREATE TABLE {self._rows} (row INTEGER PRIMARY KEY, hash INTEGER NOT NULL, "
            "id TEXT NOT NULL, aside INTEGER NOT NULL);"
            f"CREATE INDEX {self._rows}_hash ON {self._rows} (hash);"
        )

    def drop(self, connection: apsw.Connection) -> None:
        """Drop them."""
        connection.execute(f"DROP TABLE {self._words}; DROP TABLE {self._rows};")

    def put(self, connection: apsw.Connection, documents: Sequence[WordsOfDocument]) -> None:
        """Replace what is kept of these documents by their words of now."""
        self.forget(connection, (document.document_id for document in documents))
        kept = [document for document in documents if not document.is_empty]
        if not kept:
            return
        marks = ", ".join("?" * (1 + 2 * len(kept[0].fields)))
        names = ", ".join(f"c{n}" for n in range(2 * len(kept[0].fields)))
        connection.executemany(
            f"INSERT INTO {self._words} (rowid, {names}) VALUES ({marks})",
            [(d.sequence, *(column for field in d.fields for column in field)) for d in kept],
        )
        connection.executemany(
            f"INSERT INTO {self._rows} VALUES (?, ?, ?, ?)",
            [(d.sequence, id_hash(d.document_id), d.document_id, d.aside) for d in kept],
        )

    def forget(self, connection: apsw.Connection, document_ids: Iterable[str]) -> None:
        """Take documents out; those that are not there do not matter."""
        sql = f"SELECT row FROM {self._rows} WHERE hash = ? AND id = ?"
        ids = [(id_hash(document_id), document_id) for document_id in document_ids]
        gone = connection.executemany(sql, ids).fetchall()
        if gone:
            connection.executemany(f"DELETE FROM {self._words} WHERE rowid = ?", gone)
            connection.executemany(f"DELETE FROM {self._rows} WHERE row = ?", gone)

    def hits(
        self,
        connection: apsw.Connection,
        weights: Sequence[float],
        question: Question,
        wanted: Wanted,
    ) -> Iterator[Hit]:
        """Read answers in order."""
        marks = ", ".join("?" * len(weights))
        after = wanted.after or Place(float("inf"), 0)
        sql = (
            f"SELECT * FROM (SELECT kept.id, "
            f"round(-bm25({self._words}, {marks}), {DECIMALS}) AS score, kept.row "
            f"{self._matches(wanted)}) WHERE score < ? OR score = ? AND row < ? "
            "ORDER BY score DESC, row DESC LIMIT ?"
        )
        bound = (*weights, expression(question), after.score, *after, wanted.limit)
        for document_id, score, row in connection.execute(sql, bound):
            yield Hit(document_id, Place(score, row))

    def count(self, connection: apsw.Connection, question: Question, wanted: Wanted) -> int:
        """Return how many answers there are in all."""
        sql = f"SELECT count(*) {self._matches(wanted)}"
        (total,) = next(connection.execute(sql, (expression(question),)))
        return int(str(total))

    def _matches(self, wanted: Wanted) -> str:
        return (
            f"FROM {self._words} CROSS JOIN {self._rows} AS kept ON kept.row = {self._words}.rowid "
            f"WHERE {self._words} MATCH ?{'' if wanted.with_aside else ' AND NOT kept.aside'}"
        )


def expression(question: Question) -> str:
    """Write a question in FTS5's language; its words are letters and digits, each phrase quoted."""
    wanted = " AND ".join(_either(phrases) for phrases in question.wanted)
    if not question.unwanted:
        return wanted
    unwanted = " OR ".join(_either(phrases) for phrases in question.unwanted)
    return f"({wanted}) NOT ({unwanted})"


def _either(phrases: Sequence[Phrase]) -> str:
    return "(" + " OR ".join(_phrase(phrase) for phrase in phrases) + ")"


def _phrase(phrase: Phrase) -> str:
    columns = " ".join(f"c{column}" for column in phrase.columns)
    return f'{{{columns}}} : "{" ".join(phrase.words)}"' + ("*" if phrase.prefix else "")
