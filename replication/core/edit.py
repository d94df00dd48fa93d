"""Decide one write: what an edit does to a document's revision tree, or why it may not."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from replication.core.attachment import Attachment
from replication.core.digest import revision_digest
from replication.core.document import Edit
from replication.core.errors import Conflict, StubMissing
from replication.core.revision import Revision
from replication.core.revision_tree import Branch, Graft, RevisionTree

DEFAULT_REVS_LIMIT = 1000

Attachments = Mapping[str, Attachment]
AttachmentsOf = Callable[[Revision], Attachments | None]
"""Looks up what a revision has attached; None when its body is not kept."""

_NOTHING: Attachments = {}


@dataclass(frozen=True, slots=True)
class Grafted:
    """The edit is a new revision of the tree, with its stubs resolved."""

    tree: RevisionTree
    revision: Revision
    parent: Revision | None
    attachments: Attachments


@dataclass(frozen=True, slots=True)
class AlreadyKnown:
    """The tree holds this revision: nothing is written, and no sequence is taken."""

    revision: Revision


def decide(
    tree: RevisionTree,
    edit: Edit,
    attachments_of: AttachmentsOf,
    *,
    revs_limit: int = DEFAULT_REVS_LIMIT,
) -> Grafted | AlreadyKnown:
    """Apply an edit to a tree.

    An edit with a history is grafted as it stands. One without must be based on a leaf, or on
    nothing where there is no document or its winner is a tombstone (which it then continues, as
    CouchDB does, so that the deletion does not win again). Raises Conflict otherwise, StubMissing
    for a stub with nothing behind it.
    """
    if edit.history is not None:
        return _decide_replicated(tree, edit, edit.history, attachments_of, revs_limit)
    if not (tree.branches or edit.base or edit.attachments):
        return _first(edit)
    base = _base_branch(tree, edit)
    parent = base.leaf if base else None
    generation = parent.generation + 1 if parent else 1
    attachments = _settled(edit, generation, attachments_of(parent) if parent else None)
    revision = Revision(generation, revision_digest(edit, attachments, parent))
    history = (revision, *(base.history() if base else ()))
    grown, _ = tree.graft(history, deleted=edit.deleted)
    return Grafted(grown.stem(revs_limit), revision, parent, attachments)


def revision_of(edit: Edit) -> Revision:
    """Return what an edit becomes on the only leaf of a document, without attachments of its own.

    So decides `decide` where `edit.base` is that leaf, and on a first edit.
    """
    generation = edit.base.generation + 1 if edit.base else 1
    return Revision(generation, revision_digest(edit, _NOTHING, edit.base))


def _first(edit: Edit) -> Grafted:
    """Decide on the first edit of a document without attachments, as most in a batch are."""
    revision = revision_of(edit)
    branch = Branch(1, (revision.digest,), edit.deleted)
    return Grafted(RevisionTree((branch,)), revision, None, {})


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


def _decide_replicated(
    tree: RevisionTree,
    edit: Edit,
    history: tuple[Revision, ...],
    attachments_of: AttachmentsOf,
    revs_limit: int,
) -> Grafted | AlreadyKnown:
    grown, outcome = tree.graft(history, deleted=edit.deleted)
    revision = history[0]
    if outcome is Graft.KNOWN:
        return AlreadyKnown(revision)
    inherited = _inherited(edit, history[1:], attachments_of)
    attachments = _settled(edit, revision.generation, inherited)
    parent = history[1] if len(history) > 1 else None
    return Grafted(grown.stem(revs_limit), revision, parent, attachments)


def _inherited(
    edit: Edit, ancestors: tuple[Revision, ...], attachments_of: AttachmentsOf
) -> Attachments | None:
    """Find the nearest ancestor whose body is kept, if the edit needs one at all."""
    if all(isinstance(attachment, Attachment) for attachment in edit.attachments.values()):
        return None
    kept = (attachments_of(ancestor) for ancestor in ancestors)
    return next((attachments for attachments in kept if attachments is not None), None)


def _settled(edit: Edit, generation: int, inherited: Attachments | None) -> Attachments:
    """Replace stubs by what they stand for, and date what is new by this generation."""
    settled: dict[str, Attachment] = {}
    for name, attachment in edit.attachments.items():
        if isinstance(attachment, Attachment):
            settled[name] = attachment if attachment.revpos else _dated(attachment, generation)
        elif inherited is not None and name in inherited:
            settled[name] = inherited[name]
        else:
            raise StubMissing(edit.document_id, name)
    return settled


def _dated(attachment: Attachment, generation: int) -> Attachment:
    return replace(attachment, revpos=generation)
