from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replication.query.collation import compare, identical

IN_ORDER = [
    None,
    False,
    True,
    -1.5,
    0,
    1,
    2.5,
    10**20,
    "",
    "_",
    "1",
    "a",
    "A",
    "aa",
    "e",
    "é",
    "É",
    "f",
    "я",
    "中",
    [],
    [None],
    [1, 2],
    [1, 2, 0],
    [2],
    ["a"],
    {},
    {"a": 1},
    {"a": 1, "b": 0},
    {"a": 2},
    {"b": 0},
]
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.floats(-9, 9) | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=3)
    ),
    max_leaves=8,
)


@pytest.mark.parametrize(("low", "high"), list(combinations(IN_ORDER, 2)))
def test_values_stand_in_this_order(low, high):
    assert compare(low, high) < 0 < compare(high, low)


@given(VALUES, VALUES, VALUES)
def test_it_is_an_order(one, two, three):
    assert compare(one, one) == 0
    assert (compare(one, two) > 0) == (compare(two, one) < 0)
    if compare(one, two) <= 0 and compare(two, three) <= 0:
        assert compare(one, three) <= 0


@given(VALUES, VALUES)
def test_what_is_identical_sorts_alike(one, two):
    if identical(one, two):
        assert compare(one, two) == 0


def test_numbers_are_equal_by_value_and_identical_by_how_they_are_written():
    assert compare(1, 1.0) == 0
    assert not identical(1, 1.0)
    assert not identical(1, True)


def test_members_are_compared_in_the_order_they_are_written_in():
    assert compare({"a": 1, "b": 2}, {"b": 2, "a": 1}) < 0
    assert not identical({"a": 1, "b": 2}, {"b": 2, "a": 1})
    assert identical({"a": [1]}, {"a": [1]})
