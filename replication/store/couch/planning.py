"""What a group of edits does to documents that were read: decided here, written after.

Each edit is decided by the rule that all engines share, on the tree as the edits before it leave
it. The revisions get names of ours, so that they can be written as they stand, again if need be.
How long a history is remembered is CouchDB's to decide, which cuts what it is given.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from replication.core.attachment import Attachment, AttachmentStub
from replication.core.document import Edit, Written
from replication.core.edit import AlreadyKnown, decide
from replication.core.errors import ReplicationError
from replication.core.revision import Revision
from replication.core.revision_tree import RevisionTree
from replication.store.couch.documents import Leaf, Leaves, Rendered
from replication.store.couch.link import CouchLink
from replication.store.couch.reading import fetch, fetch_revision


@dataclass(frozen=True, slots=True)
class Step:
    """One revision to be written, and what it leaves beside it."""

    revision: Rendered
    marks: tuple[str, ...] = ()
    note: str = ""


@dataclass(slots=True)
class Known:
    """A document as the steps so far will leave it."""

    tree: RevisionTree = field(default_factory=RevisionTree)
    attachments: dict[Revision, Mapping[str, Attachment]] = field(default_factory=dict)


@dataclass(slots=True)
class Plan:
    """Steps in order, and an outcome for each edit: of those to be written, the step's place."""

    steps: list[Step] = field(default_factory=list)
    outcomes: list[Written | ReplicationError | int] = field(default_factory=list)


def plan(edits: Sequence[Edit], known: Mapping[str, Known]) -> Plan:
    """Decide edits in order. An edit that fails leaves the others alone."""
    made = Plan()
    for edit in edits:
        try:
            made.outcomes.append(_decided(edit, known[edit.document_id], made.steps))
        except ReplicationError as error:
            made.outcomes.append(error)
    return made


def _decided(edit: Edit, document: Known, steps: list[Step]) -> Written | int:
    decision = decide(document.tree, edit, document.attachments.get)
    if isinstance(decision, AlreadyKnown):
        return Written(edit.document_id, decision.revision, None)
    document.tree = decision.tree
    document.attachments[decision.revision] = decision.attachments
    branch = decision.tree.branch_of(decision.revision)
    history = branch.history() if branch else (decision.revision,)
    at = history.index(decision.revision)
    attached = dict(decision.attachments)
    written = Rendered(edit.document_id, edit.body, edit.deleted, None, history[at:], attached)
    steps.append(Step(written, edit.marks, edit.note))
    return len(steps) - 1


async def read_known(link: CouchLink, edits: Iterable[Edit]) -> dict[str, Known]:
    """Read what is to be known of the documents of edits before these are decided."""
    edits = list(edits)
    found = await fetch(link, [edit.document_id for edit in edits])
    known = {edit.document_id: _known(found.get(edit.document_id)) for edit in edits}
    for edit in edits:
        if edit.history is not None and _needs_ancestor(edit):
            await _read_ancestor(link, edit.document_id, edit.history[1:], known[edit.document_id])
    return known


def _known(found: Leaves | None) -> Known:
    if found is None:
        return Known()
    attached = {leaf.revision: leaf.attachments for leaf in found.by_revision.values()}
    return Known(found.tree, attached)


def _needs_ancestor(edit: Edit) -> bool:
    return any(isinstance(one, AttachmentStub) for one in edit.attachments.values())


async def _read_ancestor(
    link: CouchLink, document_id: str, ancestors: Sequence[Revision], known: Known
) -> None:
    """Read the nearest ancestor whose body is kept, for what the edit has of it by stub."""
    for ancestor in ancestors:
        if ancestor in known.attachments:
            return
        leaf: Leaf | None = await fetch_revision(link, document_id, ancestor)
        if leaf is not None:
            known.attachments[ancestor] = leaf.attachments
            return


def runs(steps: Sequence[Step]) -> list[list[Step]]:
    """Cut steps where a document comes again: CouchDB would give both one sequence."""
    cut: list[list[Step]] = [[]]
    inside: set[str] = set()
    for step in steps:
        if step.revision.document_id in inside:
            cut.append([])
            inside.clear()
        inside.add(step.revision.document_id)
        cut[-1].append(step)
    return [run for run in cut if run]
