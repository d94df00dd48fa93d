"""Which revisions are unknown here, told in most cases by the winner alone.

A replicator asks for the leaves it has seen, so of a document without conflicts it asks for the
very winner, or for what came after it. Only an older revision needs the tree, whose unpacking costs
as much as finding the row.
"""

import array
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import apsw

from replication.core.revision import Revision
from replication.store.protocol import MissingRevisions
from replication.store.sqlite import stored_tree
from replication.store.sqlite.hash_rows import places
from replication.store.sqlite.rows import SEVERAL_LEAVES
from replication.store.sqlite.schema import Tables, id_hash

_Found = tuple[str, int, bytes]
"""Winner, state and packed tree."""


def missing_of(
    connection: apsw.Connection, tables: Tables, revisions: Mapping[str, Sequence[Revision]]
) -> dict[str, MissingRevisions]:
    """Tell which revisions are unknown, document by document; those that lack none are left out."""
    known = _find(connection, tables, revisions)
    answer = {}
    for document_id, asked in revisions.items():
        if lacking := _missing(known.get(document_id), asked):
            answer[document_id] = lacking
    return answer


def _find(
    connection: apsw.Connection, tables: Tables, document_ids: Iterable[str]
) -> dict[str, _Found]:
    hashes = array.array("q", sorted(map(id_hash, document_ids)))
    if not hashes:
        return {}
    sql = (
        "SELECT document.id, document.revision, document.state, document.tree "
        f"FROM carray(?) AS wanted CROSS JOIN {places(tables)} AS place "
        f"ON place.hash = wanted.value CROSS JOIN {tables.document} AS document "
        "ON document.sequence = place.sequence"
    )
    rows: list[Any] = connection.execute(sql, (apsw.carray(hashes),)).fetchall()
    return {name: (winner, state, tree) for name, winner, state, tree in rows}


def _missing(found: _Found | None, asked: Sequence[Revision]) -> MissingRevisions | None:
    if found is None:
        return MissingRevisions(tuple(asked), ()) if asked else None
    text, state, packed = found
    # Told by text where it can be: a value for each winner costs as much as finding its row.
    missing = [revision for revision in asked if f"{revision[0]}-{revision[1]}" != text]
    if not missing:
        return None
    generation = int(text[: text.index("-")])
    if state & SEVERAL_LEAVES or min(missing)[0] < generation:
        tree, _ = stored_tree.unpack(packed)
        missing = tree.missing(missing)
        ancestors = tuple(tree.possible_ancestors(missing))
        return MissingRevisions(tuple(missing), ancestors) if missing else None
    newer = max(missing)[0] > generation
    return MissingRevisions(tuple(missing), (Revision.parse(text),) if newer else ())
