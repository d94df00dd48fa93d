import pytest

from replication.query.contractions import Contractions

BELOW, ABOVE, DOUBLE = "\u0323", "\u0301", "\u030b"
MARKS = {BELOW: (220, 220), ABOVE: (230, 230), DOUBLE: (230, 230)}
FOUND = Contractions(
    dict.fromkeys(["ch", "abc", f"a{ABOVE}", f"a{ABOVE}{DOUBLE}", f"o{BELOW}{ABOVE}"]), MARKS
)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", []),
        ("xyz", ["x", "y", "z"]),
        ("chch", ["ch", "ch"]),
        ("cch", ["c", "ch"]),
        ("abab", ["a", "b", "a", "b"]),
        ("ababc", ["a", "b", "abc"]),
        (f"a{ABOVE}{BELOW}", [f"a{ABOVE}", BELOW]),
        (f"a{BELOW}{ABOVE}x", [f"a{ABOVE}", BELOW, "x"]),
        (f"a{DOUBLE}{ABOVE}", ["a", DOUBLE, ABOVE]),
        (f"a{BELOW}x{ABOVE}", ["a", BELOW, "x", ABOVE]),
        (f"a{ABOVE}{BELOW}{DOUBLE}", [f"a{ABOVE}{DOUBLE}", BELOW]),
        (f"o{BELOW}{ABOVE}", [f"o{BELOW}{ABOVE}"]),
        (f"o{BELOW}{BELOW}{ABOVE}", ["o", BELOW, BELOW, ABOVE]),
    ],
)
def test_text_is_taken_apart(text, parts):
    assert list(FOUND.split(text)) == parts


def test_a_text_without_what_contractions_begin_and_go_on_with_holds_none():
    assert not FOUND.may_be_in("xyz")
    assert not FOUND.may_be_in("hhh")
    assert FOUND.may_be_in("ch")


def test_endless_marks_are_not_looked_through_again_and_again():
    parts = list(FOUND.split(f"a{BELOW}" + BELOW * 100_000 + ABOVE))
    assert parts[0] == "a"
    assert len(parts) == 100_003
