"""Documents as JSON, written by SQLite itself: `feed_text` says why.

Left out are those that their row alone does not tell: of several leaves, or with attachments.
"""

import array
from collections.abc import Sequence
from typing import Any

import apsw
import msgspec

from replication.core.document import DocumentText
from replication.store.sqlite import stored_tree
from replication.store.sqlite.hash_rows import places
from replication.store.sqlite.rows import DELETED, SEVERAL_LEAVES
from replication.store.sqlite.schema import Tables, id_hash

JSON_HEAD = f"""'{{"_id":', json_quote(document.id), ',"_rev":', json_quote(document.revision),
iif(document.state & {DELETED}, ',"_deleted":true', ''),
iif(length(document.body) > 2, ',', ''), substr(document.body, 2, length(document.body) - 2)"""
"""The parts of a document's JSON but for its end, where the table of documents is `document`."""

_FIRST = "document.revision GLOB '1-*'"
_HISTORY_OF_FIRST = f"""iif({_FIRST},
concat(',"_revisions":{{"start":1,"ids":[', json_quote(substr(document.revision, 3)), ']}}'), '')"""

_encode = msgspec.json.Encoder().encode


def winner_text(
    connection: apsw.Connection, tables: Tables, document_id: str
) -> DocumentText | None:
    """Write one document as JSON; None where it takes more than its row, or is not there."""
    sql = (
        f"SELECT revision, CAST(concat({JSON_HEAD}, '}}') AS BLOB) "
        f"FROM {places(tables)} AS place "
        f"CROSS JOIN {tables.document} AS document ON document.sequence = place.sequence "
        f"WHERE place.hash = ? AND document.id = ? "
        f"AND NOT document.state & {DELETED} AND document.attachments IS NULL"
    )
    found: list[Any] = connection.execute(sql, (id_hash(document_id), document_id)).fetchall()
    for revision, text in found:
        return DocumentText(revision, text, deleted=False)
    return None


def winner_texts(
    connection: apsw.Connection, tables: Tables, document_ids: Sequence[str], *, history: bool
) -> dict[str, DocumentText]:
    """Write winners, tombstones too, as JSON; with `history`, `_revisions` at their end."""
    hashes = array.array("q", sorted(map(id_hash, set(document_ids))))
    if not hashes:
        return {}
    ended = f"{_HISTORY_OF_FIRST}, iif({_FIRST}, '}}', '')" if history else "'}'"
    tree = f"iif({_FIRST}, NULL, document.tree)" if history else "NULL"
    sql = (
        f"SELECT document.id, document.revision, CAST(concat({JSON_HEAD}, {ended}) AS BLOB), "
        f"{tree}, document.state & {DELETED} FROM carray(?) AS wanted "
        f"CROSS JOIN {places(tables)} AS place ON place.hash = wanted.value "
        f"CROSS JOIN {tables.document} AS document ON document.sequence = place.sequence "
        f"WHERE NOT document.state & {SEVERAL_LEAVES} AND document.attachments IS NULL"
    )
    found: list[Any] = connection.execute(sql, (apsw.carray(hashes),)).fetchall()
    return {
        name: DocumentText(
            revision, text if packed is None else text + _history(packed) + b"}", bool(deleted)
        )
        for name, revision, text, packed, deleted in found
    }


def _history(packed: bytes) -> bytes:
    (branch,) = stored_tree.unpack(packed)[0].branches
    told = {"start": branch.generation, "ids": branch.digests}
    return b',"_revisions":' + _encode(told)
