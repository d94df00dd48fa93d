import subprocess
import sys
from itertools import pairwise

import pytest

from replication.query.unicode_order import VERSION, string_key


def test_the_order_names_the_release_it_is_of():
    assert VERSION == "icu-72-root-1"


def test_accents_and_cases_count_only_where_the_letters_are_equal():
    words = ["cote", "Cote", "coté", "côte", "Côte", "côté", "coter", "Ctes", "cz"]
    assert all(string_key(low) < string_key(high) for low, high in pairwise(words))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a", "a\0"),
        ("coop", "co\u00adop"),
        ("\u00e9", "e\u0301"),
        ("가", "\u1100\u1161"),
        ("\u0e01\u0e40", "\u0e40\u0e01"),
        ("\ud800", "\ufffd"),
        ("l\u00b7l", "l\u0387l"),
    ],
)
def test_strings_that_differ_in_nothing_that_counts_have_one_key(one, other):
    assert string_key(one) == string_key(other)


def test_characters_without_a_place_follow_the_others_by_code_point():
    assert (
        string_key("龘")
        < string_key("\u0378")
        < string_key("\ue000")
        < string_key("\U0010ffff")
        < string_key("\ufffd")
        < string_key("\uffff")
    )


def test_a_key_of_lower_case_ascii_is_as_long_as_the_text():
    assert len(string_key("io.cozy.files")) == 2 + len("io.cozy.files")


def test_the_table_is_not_read_for_ascii():
    program = (
        "import sys; from replication.query import unicode_order as order;"
        "order.string_key('Plain, even with a tab\\t and capitals');"
        "print(order._table.cache_info().currsize, end=' '); order.string_key('é');"
        "print(order._table.cache_info().currsize)"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert run.stdout.split() == [b"0", b"1"]
