"""From our numbers to CouchDB's sequences."""

from hypothesis import given
from hypothesis import strategies as st

from replication.store.couch import sequences
from replication.store.couch.sequences import SeenSequences, number_of


@given(st.lists(st.integers(1, 300)), st.integers(0, 400), st.integers(10, 40))
def test_reading_begins_at_the_nearest_that_was_seen_or_below(numbers, asked, most):
    before, sequences.MOST = sequences.MOST, most
    try:
        seen = SeenSequences()
        for number in numbers:
            assert seen.see(f"{number}-opaque") == number
    finally:
        sequences.MOST = before
    found, text = seen.below(asked)
    assert found <= asked
    assert number_of(text) == found
    assert seen.latest == max(numbers, default=0)
    if len(set(numbers)) < most:
        assert found == max((n for n in numbers if n <= asked), default=0)
    assert seen.below(seen.latest)[0] == seen.latest
