"""The tables of an instance's file, and how a file comes to have them.

Documents are rows keyed by sequence: an update moves the row to the end, so a feed with bodies is
one sequential scan. They are found by a 64-bit hash of the id: tables of these are a third the size
of an index on the ids themselves. `docs/formats/sqlite.md` describes every column.
"""

from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b

import apsw

from replication.store.sqlite.migrations import migrate, places_creation

APPLICATION_ID = 0x466F7965  # "Foye", shown by file(1)


@dataclass(frozen=True, slots=True)
class Tables:
    """Names of the tables of one database."""

    document: str
    body: str
    local: str
    ids: str
    young: str
    old: str

    @classmethod
    def of(cls, number: int) -> "Tables":
        """Name the tables of the database with this catalogue number."""
        kinds = ("document", "body", "local", "ids", "young", "old")
        return cls(*(f"{kind}_{number}" for kind in kinds))

    def creation(self) -> str:
        """Return the statements that make them."""
        return f"""
CREATE TABLE {self.document} (
  sequence INTEGER PRIMARY KEY,
  hash INTEGER NOT NULL,
  id TEXT NOT NULL,
  revision TEXT NOT NULL,
  state INTEGER NOT NULL,
  tree BLOB NOT NULL,
  body BLOB NOT NULL,
  attachments BLOB
);
CREATE TABLE {self.body} (key INTEGER PRIMARY KEY, body BLOB NOT NULL, attachments BLOB);
CREATE TABLE {self.local} (id TEXT PRIMARY KEY, revision TEXT NOT NULL, body BLOB NOT NULL)
  WITHOUT ROWID;
CREATE TABLE {self.ids} (id TEXT PRIMARY KEY) WITHOUT ROWID;
{places_creation(self.young)};
{places_creation(self.old)};
"""

    def removal(self) -> str:
        """Return the statements that drop them."""
        names = (self.document, self.body, self.local, self.ids, self.young, self.old)
        return "".join(f"DROP TABLE {name};" for name in names)


@lru_cache(maxsize=4096)
def id_hash(document_id: str) -> int:
    """Return the signed 64-bit hash under which a document id is indexed."""
    digest = blake2b(document_id.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "little", signed=True)


def prepare(connection: apsw.Connection) -> None:
    """Bring a new or an old file to the format of today; check that an old one is ours.

    Raises ValueError, with a sentence for the operator, for another program's file and for one from
    the future.
    """
    application = connection.pragma("application_id")
    if application == 0 and connection.pragma("user_version") == 0:
        connection.pragma("application_id", APPLICATION_ID)
    elif application != APPLICATION_ID:
        raise ValueError("this SQLite file was not made by Foyer")
    migrate(connection)
