"""Which files refer to a document: an index of `referenced_by`, kept like those of views.

Two views: by the id of the file, and by when it was taken (or made), as albums show photos.
"""

import asyncio
from collections.abc import Sequence
from typing import Any

import msgspec

from replication.core.document import StoredRevision
from replication.index.definition import DocumentRows, IndexDefinition, signature_of
from replication.index.rows import Bound, Emitted, IndexRow, KeyRange
from replication.query.sort_key import COLLATION_VERSION, sort_key
from server.instances.instance import Instance

BY_ID, BY_DATETIME = 0, 1
VIEWS = {"id": BY_ID, "datetime": BY_DATETIME}

_AT_ONCE = 250  # documents between which others have their turn
_NONE: DocumentRows = ((), ())
_NULL = b"null"
_MARK = b"referenced_by"


class _Reference(msgspec.Struct):
    type: str
    id: str


class _Metadata(msgspec.Struct):
    datetime: Any = None


class _File(msgspec.Struct):
    referenced_by: list[_Reference] | None = None
    metadata: _Metadata | None = None
    created_at: Any = None


_decode = msgspec.json.Decoder(_File).decode
_encode = msgspec.json.encode


class ReferencesMapper:
    """Computes the rows: a file emits one in each view for each document that refers to it."""

    definition = IndexDefinition(signature_of("references-1", COLLATION_VERSION), len(VIEWS))

    async def map(self, documents: Sequence[StoredRevision]) -> Sequence[DocumentRows]:
        """Return the rows of each document; what is no file has none."""
        mapped: list[DocumentRows] = []
        for start in range(0, len(documents), _AT_ONCE):
            mapped += map(_emitted, documents[start : start + _AT_ONCE])
            await asyncio.sleep(0)
        return mapped


def _emitted(stored: StoredRevision) -> DocumentRows:
    if _MARK not in stored.body:
        return _NONE
    try:
        file = _decode(stored.body)
    except msgspec.DecodeError:
        return _NONE
    taken = file.metadata.datetime if file.metadata else None
    moment = taken or file.created_at
    by_id, by_datetime = [], []
    for reference in file.referenced_by or ():
        whom: list[Any] = [reference.type, reference.id]
        by_id.append(_row(whom))
        by_datetime.append(_row([*whom, moment if isinstance(moment, str) else ""]))
    return (tuple(by_id), tuple(by_datetime))


def _row(key: list[Any]) -> Emitted:
    return Emitted(sort_key(key), _encode(key), _NULL)


async def referring(
    home: Instance, files: str, document: tuple[str, str], view: int, *, descending: bool
) -> list[IndexRow]:
    """Return the rows of the files that refer to a document (its type and id), in order."""
    database = await home.store.open(files)
    epoch = (await database.sequence()).epoch
    index = home.designs.views.index(database, epoch, ReferencesMapper())
    await index.update()
    whom: list[Any] = list(document)
    bounds = KeyRange(Bound(sort_key(whom)), Bound(sort_key([*whom, {}])), descending)
    rows: list[IndexRow] = []
    while True:
        page = await index.read(view, bounds, after=rows[-1] if rows else None)
        rows += page.rows
        if page.ended or not page.rows:
            return rows
