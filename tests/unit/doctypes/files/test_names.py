from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doctypes.files.errors import IllegalName
from doctypes.files.names import (
    MOST_BYTES,
    ConflictNames,
    composed,
    legal_name,
    look_alike,
    split_extension,
)

ANY_NAME = st.text(min_size=1, max_size=40)


@pytest.mark.parametrize("name", ["a", "...", " ", "a b", "#%+?&", "é", "日本.txt", "🦀", "con"])
def test_an_ordinary_name_stays(name):
    assert legal_name(name) == name


def test_a_name_is_kept_in_the_form_it_was_given_in():
    assert legal_name("e\u0301") == "e\u0301"
    assert legal_name("\u00e9") == "\u00e9"


def test_names_are_the_same_in_either_form():
    assert composed("e\u0301") == composed("\u00e9") == "\u00e9"
    assert composed("e\u0302\u0301") == composed("\u00ea\u0301") == composed("\u1ebf")
    assert composed("e") != composed("E")


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("Photos", "photos", True),
        ("STRASSE", "straße", True),
        ("\u00c9t\u00e9", "e\u0301te\u0301", True),
        ("ﬁn", "fin", True),
        ("a", "b", False),
        ("e", "\u00e9", False),
    ],
)
def test_names_look_alike_whatever_their_case(one, other, alike):
    assert (look_alike(one) == look_alike(other)) is alike


@given(ANY_NAME)
def test_the_same_name_looks_like_itself(name):
    for form in ("NFC", "NFD"):
        assert look_alike(normalize(form, name)) == look_alike(name)


@pytest.mark.parametrize(
    "name", ["", ".", "..", "/", "a/b", "\0", "a\n", "\ra", "a\udcff", "x" * 1025, "é" * 513]
)
def test_an_illegal_name_is_refused(name):
    with pytest.raises(IllegalName):
        legal_name(name)


def test_a_name_of_1024_bytes_is_long_enough():
    assert legal_name("é" * 512) == "é" * 512


def test_a_refusal_does_not_repeat_a_long_name():
    with pytest.raises(IllegalName) as caught:
        legal_name("x" * 100_000)
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize(
    ("name", "stem", "extension"),
    [
        ("a.txt", "a", ".txt"),
        ("a.b.c", "a.b", ".c"),
        ("a.tar.gz", "a", ".tar.gz"),
        (".bashrc", ".bashrc", ""),
        (".config.json", ".config", ".json"),
        ("Mr. Smith", "Mr. Smith", ""),
        ("a.", "a.", ""),
        ("plain", "plain", ""),
        ("a.thisismuchtoolongforone", "a.thisismuchtoolongforone", ""),
        ("line\u2028.txt", "line\u2028", ".txt"),
    ],
)
def test_an_extension_is_split_off(name, stem, extension):
    assert split_extension(name) == (stem, extension)


@pytest.mark.parametrize(
    ("name", "is_file", "free"),
    [
        ("x.docx", True, "x (2).docx"),
        ("x (2).docx", True, "x (3).docx"),
        ("x (9).docx", True, "x (10).docx"),
        ("x (999)", True, "x (1000)"),
        ("x (1).docx", True, "x (1) (2).docx"),
        ("x (02).docx", True, "x (02) (2).docx"),
        ("Report (2019).docx", True, "Report (2019) (2).docx"),
        ("my.folder", False, "my.folder (2)"),
        ("a.tar.gz", True, "a (2).tar.gz"),
        (".bashrc", True, ".bashrc (2)"),
        ("(2)", True, "(2) (2)"),
    ],
)
def test_a_taken_name_is_counted_up(name, is_file, free):
    assert ConflictNames(name, is_file=is_file).first_free({name}) == free


def test_the_first_gap_is_taken():
    taken = {"x.txt", "x (2).txt", "x (4).txt"}
    assert ConflictNames("x.txt", is_file=True).first_free(taken) == "x (3).txt"


@given(ANY_NAME, st.booleans(), st.integers(0, 4))
def test_a_free_name_is_new_and_begins_as_announced(name, is_file, rounds):
    others = ConflictNames(name, is_file=is_file)
    taken = {composed(name)}
    for _ in range(rounds):
        free = others.first_free(taken)
        assert composed(free) not in taken
        assert free.startswith(others.beginning)
        taken.add(composed(free))


@given(st.text(alphabet="ab é🦀.", min_size=300, max_size=1100), st.booleans())
def test_a_free_name_of_a_long_one_is_no_longer_than_allowed(name, is_file):
    free = ConflictNames(name, is_file=is_file).first_free({name})
    assert len(free.encode()) <= MOST_BYTES
