"""Decide one write: what an edit does to a document's revision tree, or why it may not."""

from dataclasses import dataclass

from replication.core.digest import revision_digest
from replication.core.document import Edit
from replication.core.errors import Conflict
from replication.core.revision import Revision
from replication.core.revision_tree import Branch, Graft, RevisionTree

DEFAULT_REVS_LIMIT = 1000


@dataclass(frozen=True, slots=True)
class Grafted:
    """The edit is a new revision of the tree."""

    tree: RevisionTree
    revision: Revision
    parent: Revision | None


@dataclass(frozen=True, slots=True)
class AlreadyKnown:
    """The tree holds this revision: nothing is written, and no sequence is taken."""

    revision: Revision


def decide(
    tree: RevisionTree, edit: Edit, *, revs_limit: int = DEFAULT_REVS_LIMIT
) -> Grafted | AlreadyKnown:
    """Apply an edit to a tree.

    An edit with a history is grafted as it stands. One without must be based on a leaf, or on
    nothing where there is no document or its winner is a tombstone (which it then continues, as
    CouchDB does, so that the deletion does not win again). Raises Conflict otherwise.
    """
    if edit.history is not None:
        return _graft(tree, edit, edit.history, revs_limit)
    base = _base_branch(tree, edit)
    parent = base.leaf if base else None
    digest = revision_digest(edit, parent)
    revision = Revision(parent.generation + 1 if parent else 1, digest)
    history = (revision, *(base.history() if base else ()))
    return _graft(tree, edit, history, revs_limit)


def _base_branch(tree: RevisionTree, edit: Edit) -> Branch | None:
    if edit.base is not None:
        branch = tree.leaf(edit.base)
        if branch is None:
            found = tree.winner.leaf if tree.branches else None
            raise Conflict(edit.document_id, edit.base, found)
        return branch
    if not tree.branches:
        return None
    if not tree.winner.deleted:
        raise Conflict(edit.document_id, None, tree.winner.leaf)
    return tree.winner


def _graft(
    tree: RevisionTree, edit: Edit, history: tuple[Revision, ...], revs_limit: int
) -> Grafted | AlreadyKnown:
    grown, outcome = tree.graft(history, deleted=edit.deleted)
    if outcome is Graft.KNOWN:
        return AlreadyKnown(history[0])
    parent = history[1] if len(history) > 1 else None
    return Grafted(grown.stem(revs_limit), history[0], parent)
