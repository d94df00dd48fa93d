"""Keys stand in CouchDB's order: numbers by value, strings as ICU 72 put them, arrays by item."""

import json
from itertools import pairwise
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from replication.query.collation import compare
from replication.query.sort_key import array_prefix, past, sort_key
from replication.query.unicode_order import string_key

IN_ORDER = [
    json.loads(line)
    for line in (Path(__file__).parents[1] / "fixtures/icu_72_order.jsonl").read_text().splitlines()
]
"""Strings in the order of ICU 72's root collation; on a line, those that it finds equal."""

PLACES = {text: place for place, line in enumerate(IN_ORDER) for text in line}
NUMBERS = (
    st.integers()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False)
    | st.integers(2**53 - 2, 2**53 + 2).flatmap(lambda n: st.sampled_from([n, -n, float(n)]))
)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.sampled_from(sorted(PLACES)),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(sorted(PLACES)), inner, max_size=3)
    ),
    max_leaves=8,
)


def order_of(left, right):
    """Say how two values compare, from the rules alone."""
    one, other = (kind(value) for value in (left, right))
    if one != other:
        return -1 if one < other else 1
    if isinstance(left, str):
        left, right = PLACES[left], PLACES[right]
    if isinstance(left, dict):
        left, right = ([x for pair in value.items() for x in pair] for value in (left, right))
    if not isinstance(left, list):
        return (left > right) - (left < right) if left is not None else 0
    for item, its_peer in zip(left, right, strict=False):
        if found := order_of(item, its_peer):
            return found
    return (len(left) > len(right)) - (len(left) < len(right))


def kind(value):
    if value is None or isinstance(value, bool):
        return [None, False, True].index(value)
    return 3 + [(int, float), str, list, dict].index(
        next(types for types in [(int, float), str, list, dict] if isinstance(value, types))
    )


def sign(number):
    return (number > 0) - (number < 0)


def test_strings_come_out_in_the_order_of_icu():
    assert len(PLACES) > 500
    for lower, higher in pairwise(IN_ORDER):
        for one in lower:
            assert all(string_key(one) < string_key(other) for other in higher)


def test_strings_that_icu_finds_equal_have_one_key():
    for line in IN_ORDER:
        assert len(set(map(string_key, line))) == 1


@given(VALUES, VALUES)
def test_the_order_of_keys_is_the_order_of_values(left, right):
    one, other = sort_key(left), sort_key(right)
    assert (one > other) - (one < other) == order_of(left, right) == sign(compare(left, right))


@given(VALUES, VALUES)
def test_no_key_is_the_beginning_of_another(left, right):
    one, other = sort_key(left), sort_key(right)
    assert one == other or not one.startswith(other)


@given(st.lists(VALUES, max_size=3), st.lists(VALUES, max_size=4))
def test_arrays_that_begin_alike_and_no_others_lie_in_the_range(beginning, value):
    start = array_prefix(beginning)
    inside = order_of(value[: len(beginning)], beginning) == 0
    assert (start <= sort_key(value) < past(start)) == inside


@given(st.text(st.characters()), st.text(st.characters()))
def test_any_text_has_a_key_even_with_halves_of_characters(left, right):
    one, other = string_key(left), string_key(right)
    assert one == other or not one.startswith(other)
    assert one == string_key(left.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))
