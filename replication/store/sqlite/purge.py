"""Purging, inside the writer's transaction: leaves forgotten as if they had never been."""

from collections.abc import Mapping, Sequence

import apsw

from replication.core.revision import Revision
from replication.store.sqlite import purge_rows
from replication.store.sqlite.catalogue import Entry
from replication.store.sqlite.index_rows import forget
from replication.store.sqlite.pending import Pending
from replication.store.sqlite.rows import LoadedDocument
from replication.store.sqlite.texts import forget_texts

Purged = dict[str, tuple[Revision, ...]]


def purge(
    connection: apsw.Connection, entry: Entry, revisions: Mapping[str, Sequence[Revision]]
) -> Purged:
    """Forget leaves; return those that were there."""
    pending = Pending(connection, entry, revisions)
    pending.counters.purges += 1
    purged = {name: _purge_one(pending, name, asked) for name, asked in revisions.items()}
    pending.store()
    purge_rows.note(connection, entry.number, revisions)
    without = [name for name, gone in purged.items() if gone]
    forget(connection, entry, without)
    forget_texts(connection, entry.number, without)
    return purged


def _purge_one(
    pending: Pending, document_id: str, asked: Sequence[Revision]
) -> tuple[Revision, ...]:
    document = pending.document(document_id)
    if document is None:
        return ()
    gone = tuple(revision for revision in asked if document.tree.leaf(revision))
    if gone:
        _without(pending, document, gone)
    return gone


def _without(pending: Pending, document: LoadedDocument, gone: Sequence[Revision]) -> None:
    tree = document.tree.without(gone)
    if not tree.branches:
        pending.remove(document)
        return
    kept = dict(document.kept)
    former, winner = document.tree.winner.leaf, tree.winner.leaf
    bodies = (document.row.body, document.row.attachments)
    if winner != former:
        bodies = pending.fetch(document, kept.pop(winner), winner)
    for revision in [r for r in kept if tree.missing([r])]:
        pending.forget(kept.pop(revision))
    pending.replace(document.row.document_id, tree, kept, bodies)
