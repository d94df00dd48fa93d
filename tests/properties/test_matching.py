"""What a prepared selector says of a document is what its rules, plainly read, say."""

from hypothesis import given, settings
from hypothesis import strategies as st

from replication.query.matching import matcher
from replication.query.selector import parse_selector
from tests.support.mango_samples import DOCUMENTS, SELECTORS, operators
from tests.support.plain_mango import matches

PATTERNS = operators("$regex", st.sampled_from(["", "^a", "b$", "A|é", "[0-9]"]))


@settings(max_examples=200, deadline=None)
@given(documents=DOCUMENTS, selector=SELECTORS)
def test_a_selector_matches_what_its_rules_say(documents, selector):
    predicate = matcher(parse_selector(selector))
    assert [predicate(one) for one in documents] == [matches(selector, one) for one in documents]


@settings(max_examples=50, deadline=None)
@given(documents=DOCUMENTS, pattern=PATTERNS, negated=st.booleans())
def test_patterns_match_strings_alone(documents, pattern, negated):
    test_a_selector_matches_what_its_rules_say.hypothesis.inner_test(
        documents, {"a": {"$not": pattern} if negated else pattern}
    )
