import math
import re
from itertools import pairwise

import pytest

from replication.query.sort_key import BEFORE_ALL, HIGHEST, array_prefix, past, sort_key

NUMBERS_IN_ORDER = [
    -math.inf,
    -(10**400),
    -(2**1024),
    -(2**1024 - 1),
    -1.7976931348623157e308,
    -(10**20) - 1,
    -1e20,
    -(2**53) - 1,
    -(2**53),
    -(2**53) + 1,
    -1.5,
    -1,
    -5e-324,
    0,
    5e-324,
    1,
    1.5,
    2**53 - 1,
    2**53,
    2**53 + 1,
    2**53 + 2,
    2**63 - 1,
    2**63,
    2**64 + 1,
    1e20,
    10**20 + 1,
    1.7976931348623157e308,
    2**1024 - 1,
    2**1024,
    10**400,
    10**700,
    math.inf,
]


@pytest.mark.parametrize(("low", "high"), list(pairwise(NUMBERS_IN_ORDER)))
def test_numbers_of_all_sizes_stand_in_one_order(low, high):
    assert sort_key(low) < sort_key(high)
    assert sort_key([low, "z"]) < sort_key([high, "a"])


@pytest.mark.parametrize(
    ("one", "other"),
    [(1, 1.0), (0, -0.0), (2**53, 2.0**53), (10**20, 1e20), (-(2**70), -(2.0**70))],
)
def test_equal_numbers_have_one_key(one, other):
    assert sort_key(one) == sort_key(other)


def test_what_is_no_json_has_no_key():
    with pytest.raises(ValueError, match="NaN"):
        sort_key(math.nan)
    with pytest.raises(TypeError, match=re.escape("set is no JSON")):
        sort_key([set()])


def test_a_value_may_be_nested_deeper_than_the_stack():
    deep = deeper = 0
    for _ in range(100_000):
        deep, deeper = [deep], [deeper]
    assert sort_key(deep) < sort_key([deeper])


def test_arrays_that_begin_alike_are_one_range_of_keys():
    start = array_prefix(["a", 1])
    inside = [["a", 1], ["a", 1, None], ["a", 1.0, {}], ["a", 1, "\U0010ffff"]]
    outside = [["a"], ["a", 0, 5], ["a", 2], ["a", "1"], ["aa", 1], {}, "a", [1], ["a", [1]]]
    assert all(start <= sort_key(value) < past(start) for value in inside)
    assert not any(start <= sort_key(value) < past(start) for value in outside)


def test_every_key_lies_between_the_ends():
    for value in (None, 0, "\U0010ffff", [], {"\uffff": {}}):
        assert BEFORE_ALL < sort_key(value) < HIGHEST


def test_past_is_the_first_behind_all_that_begin_alike():
    assert past(b"a\x01") == b"a\x02"
    assert past(b"a\xff\xff") == b"b"
    assert past(b"") == HIGHEST
