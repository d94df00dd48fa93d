from hypothesis import given
from hypothesis import strategies as st

from replication.core.sequence import UpdateSequence
from server.views.kept_answers import LARGEST, KeptAnswers

MOMENTS = st.builds(UpdateSequence, st.integers(0, 3), st.sampled_from(["a", "b"]))
STEPS = st.lists(st.tuples(st.sampled_from("xyz"), MOMENTS, st.binary(max_size=12)), max_size=30)


@given(STEPS, MOMENTS)
def test_what_is_found_is_what_was_kept_last_at_that_moment_and_no_more_than_fits(steps, now):
    kept = KeptAnswers(most=20)
    last = {}
    for asked, moment, text in steps:
        kept.keep(asked, moment, text)
        last[asked] = moment, text
    found = {asked: kept.find(asked, now) for asked in "xyz"}
    for asked, text in found.items():
        assert text is None or last[asked] == (now, text)
    assert sum(len(text) for text in found.values() if text) <= 20
    if steps:
        asked, moment, text = steps[-1]
        assert kept.find(asked, moment) == text


def test_what_was_asked_for_lately_stays():
    kept, now = KeptAnswers(most=30), UpdateSequence(1)
    for asked in "ab":
        kept.keep(asked, now, b"x" * 12)
    assert kept.find("a", now)
    kept.keep("c", now, b"x" * 12)
    assert [kept.find(asked, now) is not None for asked in "abc"] == [True, False, True]


def test_an_answer_that_is_too_large_is_not_kept_nor_the_one_before():
    kept, now = KeptAnswers(), UpdateSequence(1)
    kept.keep("a", now, b"small")
    kept.keep("a", now, b"x" * (LARGEST + 1))
    assert kept.find("a", now) is None
