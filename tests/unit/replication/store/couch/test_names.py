"""Names of databases there and back, and the bounds of ranges by code point."""

import re

from hypothesis import given
from hypothesis import strategies as st

from replication.store.couch.fields import upper_bound
from replication.store.couch.names import decoded, encoded, prefix_of

LEGAL = re.compile(r"[a-z][a-z0-9_$()+/-]*\Z")
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=5)


@given(st.text(min_size=1, max_size=30))
def test_any_name_comes_back_and_is_one_that_couchdb_allows(name):
    assert decoded(encoded(name)) == name
    assert LEGAL.match(prefix_of("home") + encoded(name))


def test_types_are_called_as_cozy_calls_them():
    assert encoded("io.cozy.files") == "io-cozy-files"
    assert encoded("a-b") == "a(2d)b"


@given(TEXT, TEXT)
def test_two_homes_share_no_prefix(one, other):
    if one != other:
        assert not prefix_of(one).startswith(prefix_of(other))


@given(
    st.lists(TEXT, min_size=1, max_size=2), st.lists(TEXT, min_size=2, max_size=2), st.booleans()
)
def test_the_upper_bound_lies_just_behind_what_begins_so(values, key, prefix):
    upper = upper_bound(values, prefix=prefix)
    last = len(values) - 1
    same = key[:last] == values[:last]
    begins = same and (key[last].startswith(values[last]) if prefix else key[last] == values[last])
    raw = [part.encode() for part in key]
    within = [part.encode() for part in values] <= raw and (
        upper is None or raw < [part.encode() for part in upper]
    )
    assert begins == within
