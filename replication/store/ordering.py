"""Which documents a range of ids, or the beginning of an index key, covers: by code point."""

import json
from collections.abc import Sequence

from replication.core.document import StoredRevision
from replication.store.protocol import FieldIndex, IdRange


def within(document_id: str, ids: IdRange) -> bool:
    """Tell whether an id lies between the bounds of a range."""
    low, high = (ids.end, ids.start) if ids.descending else (ids.start, ids.end)
    if (low is not None and document_id < low) or (high is not None and document_id > high):
        return False
    return ids.inclusive_end or document_id != ids.end


def index_key(index: FieldIndex, row: StoredRevision) -> tuple[str, ...]:
    """Return the indexed values of a document; empty where it lacks one as a string."""
    body = json.loads(row.body)
    key = tuple(body.get(name) for name in index.fields)
    return index.key(key) if all(isinstance(part, str) for part in key) else ()


def begins(key: Sequence[str], values: Sequence[str], *, prefix: bool) -> bool:
    """Tell whether a key begins with these values, the last of them perhaps cut short."""
    if not prefix or not values:
        return tuple(key[: len(values)]) == tuple(values)
    last = len(values) - 1
    return tuple(key[:last]) == tuple(values[:last]) and key[last].startswith(values[last])
