"""What an archive holds already: names of members and digests of contents, however many.

They rest in a file that has no name and goes with the process, so that memory stays flat.
"""

import sqlite3

_SCHEMA = "CREATE TABLE noted (kind, text, PRIMARY KEY (kind, text)) WITHOUT ROWID"


class Noted:
    """Two sets of texts, and whether somebody was there before."""

    def __init__(self) -> None:
        self._kept = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._kept.execute("PRAGMA journal_mode=OFF")
        self._kept.execute(
            "CREATE TABLE noted (kind, text, PRIMARY KEY (kind, text)) WITHOUT ROWID"
        )

    def close(self) -> None:
        """Forget all of it."""
        self._kept.close()

    def add_name(self, name: str) -> bool:
        """Note a member; tells whether it is new."""
        return self._add(0, name)

    def add_content(self, digest: str) -> bool:
        """Note a content; tells whether it is new."""
        return self._add(1, digest)

    def has_content(self, digest: str) -> bool:
        """Tell whether a content was noted."""
        found = self._kept.execute("SELECT 1 FROM noted WHERE kind = 1 AND text = ?", [digest])
        return found.fetchone() is not None

    def _add(self, kind: int, text: str) -> bool:
        added = self._kept.execute("INSERT OR IGNORE INTO noted VALUES (?, ?)", [kind, text])
        return added.rowcount == 1
