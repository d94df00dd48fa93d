"""Applying edits, inside the writer's transaction: decide on each, and give its body a place."""

from collections.abc import Iterator, Sequence

import apsw

from replication.core.document import Edit, Written
from replication.core.edit import AlreadyKnown, Grafted, decide
from replication.core.errors import ReplicationError
from replication.core.revision_tree import RevisionTree
from replication.store.protocol import Outcome
from replication.store.sqlite import mark_rows, note_rows, stored_attachments
from replication.store.sqlite.catalogue import Entry
from replication.store.sqlite.pending import Pending
from replication.store.sqlite.rows import LoadedDocument

TOGETHER = 2000
"""Edits whose rows are in memory at once: a folder that is thrown away may have 100,000."""

_EMPTY = RevisionTree()


def apply_edits(
    connection: apsw.Connection, entry: Entry, edits: Sequence[Edit], *, together: bool
) -> list[Outcome]:
    """Apply edits in order and store what came of them; with `together`, raise the first error."""
    outcomes: list[Outcome] = []
    for start in range(0, len(edits), TOGETHER):
        some = edits[start : start + TOGETHER]
        outcomes += _apply_some(connection, entry, some, together=together)
    mark_rows.put(connection, entry, zip(edits, outcomes, strict=True))
    note_rows.put(connection, entry, zip(edits, outcomes, strict=True))
    return outcomes


def _apply_some(
    connection: apsw.Connection, entry: Entry, edits: Sequence[Edit], *, together: bool
) -> Iterator[Outcome]:
    pending = Pending(connection, entry, (edit.document_id for edit in edits))
    start = pending.counters.sequence
    for edit in edits:
        try:
            yield _apply(pending, edit)
        except ReplicationError as error:
            if together:
                raise
            yield error
    if pending.counters.sequence > start:
        pending.store()


def reached_by(outcomes: Sequence[Outcome]) -> int:
    """Return the last sequence that a write took; 0 when it wrote nothing."""
    for outcome in reversed(outcomes):
        if isinstance(outcome, Written) and outcome.sequence is not None:
            return outcome.sequence
    return 0


class EditsOfOne:
    """Applies what several callers write to one database, as if one followed the other.

    Their documents are read and stored together, so that each of many small writes costs little
    more than a document in a large one.
    """

    def __init__(self, entry: Entry) -> None:
        self._entry = entry

    def __call__(
        self, connection: apsw.Connection, writes: Sequence[Sequence[Edit]]
    ) -> list[list[Outcome]]:
        """Apply the edits of all writes; return the outcomes of each."""
        edits = writes[0] if len(writes) == 1 else [edit for write in writes for edit in write]
        outcomes = iter(apply_edits(connection, self._entry, edits, together=False))
        return [[next(outcomes) for _ in write] for write in writes]


def _apply(pending: Pending, edit: Edit) -> Written:
    # Nearly all edits are the first of a document or the next of one without conflicts, by hand:
    # these need no tree, and a folder of files that is thrown away has tens of thousands.
    plain = edit.history is None and not edit.attachments
    revision = pending.next_in_line(edit) if plain else None
    if revision is not None:
        return Written(edit.document_id, revision, pending.counters.sequence)
    return _decided(pending, edit)


def _decided(pending: Pending, edit: Edit) -> Written:
    document = pending.document(edit.document_id)
    decision = decide(
        document.tree if document else _EMPTY,
        edit,
        lambda revision: pending.attachments_of(document, revision),
        revs_limit=pending.counters.revs_limit,
    )
    if isinstance(decision, AlreadyKnown):
        return Written(edit.document_id, decision.revision, None)
    _place(pending, document, edit, decision)
    return Written(edit.document_id, decision.revision, pending.counters.sequence)


def _place(
    pending: Pending, document: LoadedDocument | None, edit: Edit, decision: Grafted
) -> None:
    """Give the new revision's body its place: in the row if it wins, beside it if not."""
    bodies = (edit.body, stored_attachments.pack(decision.attachments))
    tree, winner = decision.tree, decision.tree.winner.leaf
    kept = dict(document.kept) if document else {}
    if document is not None:
        former = document.tree.winner.leaf
        if winner != former:
            kept[former] = pending.keep_winner(document)
        if winner != decision.revision:
            kept[decision.revision] = pending.keep(bodies, deleted=edit.deleted)
            # a tombstone on the winning branch lets another leaf take over
            bodies = (
                (document.row.body, document.row.attachments)
                if winner == former
                else pending.fetch(document, kept.pop(winner), winner)
            )
    pending.replace(edit.document_id, tree, kept, bodies)
