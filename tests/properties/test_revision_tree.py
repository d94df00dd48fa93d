"""The laws that make replicas agree: order, repetition and cut histories do not show."""

from hypothesis import given
from hypothesis import strategies as st

from replication.core.revision import Revision
from replication.core.revision_tree import RevisionTree


@st.composite
def genealogies(draw):
    """Draw a true genealogy: every revision's digest stands for its whole ancestry."""
    paths = [(Revision(1, "r"),)]
    for n in range(draw(st.integers(0, 12))):
        parent = draw(st.sampled_from(paths))
        paths.append((Revision(parent[0].generation + 1, f"n{n}"), *parent))
    strangers = [(Revision(1, f"s{n}"),) for n in range(draw(st.integers(0, 2)))]
    return paths + strangers


@st.composite
def deliveries(draw):
    """Draw what replicas send: some paths of one genealogy, in any order, cut to any length."""
    paths = draw(genealogies())
    dead = set(draw(st.lists(st.sampled_from(paths), max_size=4)))
    chosen = draw(st.lists(st.sampled_from(paths), min_size=1, max_size=12))
    cut = [(path[: draw(st.integers(1, len(path)))], path in dead) for path in chosen]
    return cut, draw(st.permutations(cut))


def grown(cut):
    tree = RevisionTree()
    for path, deleted in cut:
        tree, _ = tree.graft(path, deleted=deleted)
    return tree


@given(deliveries())
def test_order_of_arrival_does_not_show(delivery):
    one, other = delivery
    assert set(grown(one).leaves()) == set(grown(other).leaves())
    assert grown(one).leaves()[0] == grown(other).leaves()[0]


@given(deliveries())
def test_whole_histories_merge_to_the_same_tree(delivery):
    one, other = delivery
    assert grown([*one, *other]) == grown([*other, *one, *other])


@given(deliveries())
def test_what_came_is_never_missing(delivery):
    cut, _ = delivery
    tree = grown(cut)
    assert tree.missing([revision for path, _ in cut for revision in path]) == []


@given(deliveries(), st.integers(1, 5))
def test_stemming_loses_no_leaf(delivery, limit):
    tree = grown(delivery[0])
    stemmed = tree.stem(limit)
    assert stemmed.leaves() == tree.leaves()
    assert all(len(branch.digests) <= limit for branch in stemmed.branches)


@given(deliveries())
def test_no_leaf_is_an_ancestor_of_another(delivery):
    tree = grown(delivery[0])
    for branch in tree.branches:
        others = [other for other in tree.branches if other is not branch]
        assert not any(other.holds(branch.leaf) for other in others)


@given(deliveries())
def test_winner_is_live_if_any_is(delivery):
    tree = grown(delivery[0])
    assert tree.winner.deleted == all(branch.deleted for branch in tree.branches)
