import pytest
from hypothesis import given
from hypothesis import strategies as st

from replication.query.equality import equal_to
from replication.query.sort_key import sort_key
from replication.query.unicode_order import string_key

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-2, 2)
    | st.sampled_from([0.0, -0.0, 1.0, 2.0**53, 2**53, 2**53 + 1, 10**20, 1e20])
    | st.text("aA1é\0\u00ad\u0660\u0301e", max_size=3),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("ab"), inner, max_size=2)
    ),
    max_leaves=3,
)


@given(VALUES, VALUES)
def test_equal_is_what_has_the_same_key(one, other):
    assert equal_to(one)(other) == (sort_key(one) == sort_key(other))
    assert equal_to(one)(one)


@pytest.mark.parametrize("argument", [0, 1, 0.0, None, False, True, "", [], {}], ids=repr)
def test_values_of_different_types_are_told_apart(argument):
    alike = [value for value in (0, None, False, "", [], {}) if equal_to(argument)(value)]
    assert len(alike) <= 1


def test_no_two_printable_characters_of_ascii_have_the_same_key():
    printable = [chr(point) for point in range(128) if chr(point).isprintable()]
    assert len({string_key(character) for character in printable}) == len(printable) == 95
