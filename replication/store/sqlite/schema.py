"""The tables of an instance's file, and how a file comes to have them.

Documents are rows keyed by sequence: an update moves the row to the end, so a feed with bodies is
one sequential scan. They are found by a 64-bit hash of the id, whose index is a third the size of
one on the ids themselves. `docs/formats/sqlite.md` describes every column.
"""

from dataclasses import dataclass
from hashlib import blake2b

import apsw

APPLICATION_ID = 0x466F7965  # "Foye", shown by file(1)
SCHEMA_VERSION = 1

CATALOGUE = """
CREATE TABLE catalogue (
  number INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  epoch TEXT NOT NULL,
  sequence INTEGER NOT NULL DEFAULT 0,
  live INTEGER NOT NULL DEFAULT 0,
  deleted INTEGER NOT NULL DEFAULT 0,
  bytes INTEGER NOT NULL DEFAULT 0,
  next_body INTEGER NOT NULL DEFAULT 1,
  ids_through INTEGER NOT NULL DEFAULT 0,
  purges INTEGER NOT NULL DEFAULT 0,
  revs_limit INTEGER NOT NULL DEFAULT 1000,
  security BLOB NOT NULL DEFAULT x'7b7d'
);
CREATE TABLE life (place TEXT NOT NULL);
CREATE TABLE field_index (
  number INTEGER PRIMARY KEY,
  catalogue_number INTEGER NOT NULL,
  name TEXT NOT NULL,
  fields TEXT NOT NULL,
  UNIQUE (catalogue_number, name)
);
"""


@dataclass(frozen=True, slots=True)
class Tables:
    """Names of the tables of one database."""

    document: str
    body: str
    local: str
    ids: str

    @classmethod
    def of(cls, number: int) -> "Tables":
        """Name the tables of the database with this catalogue number."""
        return cls(f"document_{number}", f"body_{number}", f"local_{number}", f"ids_{number}")

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
CREATE INDEX {self.document}_hash ON {self.document} (hash);
CREATE TABLE {self.body} (key INTEGER PRIMARY KEY, body BLOB NOT NULL, attachments BLOB);
CREATE TABLE {self.local} (id TEXT PRIMARY KEY, revision TEXT NOT NULL, body BLOB NOT NULL)
  WITHOUT ROWID;
CREATE TABLE {self.ids} (id TEXT PRIMARY KEY) WITHOUT ROWID;
"""

    def removal(self) -> str:
        """Return the statements that drop them."""
        names = (self.document, self.body, self.local, self.ids)
        return "".join(f"DROP TABLE {name};" for name in names)


def id_hash(document_id: str) -> int:
    """Return the signed 64-bit hash under which a document id is indexed."""
    digest = blake2b(document_id.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "little", signed=True)


def prepare(connection: apsw.Connection) -> None:
    """Make the tables in a new file; check that an old one is ours and not from the future.

    Raises ValueError with a sentence for the operator.
    """
    application = connection.pragma("application_id")
    version = connection.pragma("user_version")
    if application == 0 and version == 0:
        with connection:
            connection.execute(CATALOGUE)
            connection.pragma("application_id", APPLICATION_ID)
            connection.pragma("user_version", SCHEMA_VERSION)
        return
    if application != APPLICATION_ID:
        raise ValueError("this SQLite file was not made by Foyer")
    if version != SCHEMA_VERSION:
        raise ValueError(
            f"this file has format {version}, and this Foyer knows format {SCHEMA_VERSION}: "
            "start the version that wrote it, or a newer one"
        )
