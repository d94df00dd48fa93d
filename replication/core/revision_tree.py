"""The revisions of one document that are known here, as a forest that merges with any other.

Every replica of a document holds some of its history. Two of them, offline, may each edit the same
revision; when they meet, both edits are kept as leaves, and every replica must then show the same
one as the winner without asking anybody. That is what makes replication work in any order, over
any loss: grafting a path is idempotent, the order of grafts does not matter, and the winner is a
function of the leaves alone.

What makes it hard is that histories are cut short (stemmed) to a limit. Two replicas may then
know different stretches of one line, and a path that arrives may start above, inside or below what
is held. A branch is therefore kept as CouchDB's `get_all_leafs_full` shows it: one leaf, and its
ancestors as far back as they are known. Ancestors that two branches share stand in both; conflicts
are rare, and a document without any is a single tuple of digests.

Source of the rules: CouchDB's replication and conflict model, and couch_key_tree.erl.
"""

from collections.abc import Iterable
from enum import Enum
from typing import NamedTuple

from replication.core.revision import Revision


class Graft(Enum):
    """What became of a path: nothing new, a leaf moved on, or a branch that was not there."""

    KNOWN = "known"
    EXTENDED = "extended"
    BRANCHED = "branched"


class Branch(NamedTuple):
    """A leaf and its known ancestors: `digests[0]` is the leaf's, at `generation`."""

    generation: int
    digests: tuple[str, ...]
    deleted: bool = False

    @property
    def leaf(self) -> Revision:
        """The newest revision of this branch."""
        return Revision(self.generation, self.digests[0])

    @property
    def root_generation(self) -> int:
        """Generation of the oldest revision known."""
        return self.generation - len(self.digests) + 1

    def history(self) -> tuple[Revision, ...]:
        """All revisions of the branch, newest first."""
        return tuple(Revision(self.generation - n, d) for n, d in enumerate(self.digests))

    def holds(self, revision: Revision) -> bool:
        """Tell whether the revision is the leaf or one of its known ancestors."""
        offset = self.generation - revision.generation
        return 0 <= offset < len(self.digests) and self.digests[offset] == revision.digest

    def upto(self, generation: int) -> tuple[str, ...]:
        """Digests from this generation down, newest first."""
        return self.digests[max(0, self.generation - generation) :]

    def rank(self) -> tuple[bool, int, str]:
        """Order leaves as every replica does: live before deleted, then longer, then digest."""
        return (not self.deleted, self.generation, self.digests[0])


class RevisionTree(NamedTuple):
    """An immutable set of branches, the winner's first."""

    branches: tuple[Branch, ...] = ()

    @property
    def winner(self) -> Branch:
        """The branch that every replica shows. Raises IndexError on an empty tree."""
        return self.branches[0]

    def leaves(self) -> tuple[Revision, ...]:
        """All leaves, the winner first."""
        return tuple(branch.leaf for branch in self.branches)

    def leaf(self, revision: Revision) -> Branch | None:
        """Return the branch whose leaf this is."""
        return next((branch for branch in self.branches if branch.leaf == revision), None)

    def branch_of(self, revision: Revision) -> Branch | None:
        """Return the best branch that holds the revision, cut so that it ends there."""
        for branch in self.branches:
            if branch.leaf == revision:
                return branch
        for branch in self.branches:
            if branch.holds(revision):
                return Branch(revision.generation, branch.upto(revision.generation))
        return None

    def grown_into(self, revision: Revision) -> Revision | None:
        """Return the best leaf that the revision is, or has become an ancestor of."""
        return next((branch.leaf for branch in self.branches if branch.holds(revision)), None)

    def missing(self, revisions: Iterable[Revision]) -> list[Revision]:
        """Return those that no branch holds, in the order asked (`_revs_diff`)."""
        return [r for r in revisions if not any(b.holds(r) for b in self.branches)]

    def possible_ancestors(self, missing: Iterable[Revision]) -> list[Revision]:
        """Return the leaves older than the newest missing revision (`_revs_diff`)."""
        newest = max((r.generation for r in missing), default=0)
        return [leaf for leaf in self.leaves() if leaf.generation < newest]

    def graft(
        self, history: tuple[Revision, ...], *, deleted: bool = False
    ) -> tuple["RevisionTree", Graft]:
        """Merge a path (newest first, generations consecutive) and say what became of it."""
        digests = tuple(revision.digest for revision in history)
        path = Branch(history[0].generation, digests, deleted)
        if not self.branches:
            return RevisionTree((path,)), Graft.BRANCHED
        outcome, kept = _place(self.branches, path)
        return RevisionTree(_settle(kept)), outcome

    def leaves_of(self, revision: Revision) -> tuple[Revision, ...]:
        """Return all leaves that the revision is, or has become an ancestor of, best first."""
        return tuple(branch.leaf for branch in self.branches if branch.holds(revision))

    def without(self, leaves: Iterable[Revision]) -> "RevisionTree":
        """Forget the branches that end in these leaves, as if they had never been (`_purge`)."""
        gone = set(leaves)
        return RevisionTree(tuple(branch for branch in self.branches if branch.leaf not in gone))

    def stem(self, limit: int) -> "RevisionTree":
        """Forget ancestors beyond `limit` revisions of each branch; no leaf is ever forgotten."""
        if all(len(branch.digests) <= limit for branch in self.branches):
            return self
        return RevisionTree(
            tuple(branch._replace(digests=branch.digests[:limit]) for branch in self.branches)
        )


def _place(branches: tuple[Branch, ...], path: Branch) -> tuple[Graft, list[Branch]]:
    """Put the path among the branches: inside one, on top of one, or beside them all.

    A revision's name is its identity. Digests derive from their ancestry, so branches that share a
    name share what lies below; where somebody wrote revisions by hand and they do not, the name
    still decides, as it does for `_revs_diff`.
    """
    for n, branch in enumerate(branches):
        if branch.holds(path.leaf):
            grown = branch._replace(digests=_longest(branch, path))
            return Graft.KNOWN, [*branches[:n], grown, *branches[n + 1 :]]
    for n, branch in enumerate(branches):
        if path.holds(branch.leaf):
            grown = path._replace(digests=_longest(path, branch))
            return Graft.EXTENDED, [*branches[:n], grown, *branches[n + 1 :]]
    return Graft.BRANCHED, [*branches, path]


def _longest(upper: Branch, lower: Branch) -> tuple[str, ...]:
    """Digests of `upper`, continued below its root by what `lower` knows."""
    below = lower.upto(upper.root_generation - 1)
    return upper.digests + below if lower.root_generation < upper.root_generation else upper.digests


def _settle(branches: list[Branch]) -> tuple[Branch, ...]:
    """Let branches that share a stretch share what lies below it, and put the winner first.

    Branches that all reach as far down have nothing to learn from each other: a document with
    thousands of conflicts costs each new one a walk along them, not one across them.
    """
    if len({branch.root_generation for branch in branches}) > 1:
        branches = [_deepened(branch, branches) for branch in branches]
    if len(branches) > 1:
        branches = _without_swallowed(branches)
    return tuple(sorted(branches, key=lambda b: (b.rank(), b.digests), reverse=True))


def _deepened(branch: Branch, others: list[Branch]) -> Branch:
    """Continue a branch below its root by the deepest other branch that holds that root.

    Among equally deep ones that disagree (revisions written by hand) the smallest digests serve,
    so that the order of arrival cannot show.
    """
    while True:
        root = Revision(branch.root_generation, branch.digests[-1])
        deeper = [
            other.upto(root.generation - 1)
            for other in others
            if other.root_generation < root.generation and other.holds(root)
        ]
        if not deeper:
            return branch
        below = min(deeper, key=lambda digests: (-len(digests), digests))
        branch = branch._replace(digests=branch.digests + below)


def _without_swallowed(branches: list[Branch]) -> list[Branch]:
    """Drop branches whose leaf has become an ancestor of another's."""
    inner = {
        (branch.generation - n, digest)
        for branch in branches
        for n, digest in enumerate(branch.digests)
        if n > 0
    }
    return [branch for branch in branches if branch.leaf not in inner]
