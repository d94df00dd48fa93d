"""Where in a text a question was found."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replication.text.definition import TextDefinition, TextField
from replication.text.highlight import CUT, LONGEST_SHOWN, Sought, highlighted
from replication.text.question import parse_question

FIELDS = TextDefinition((TextField("name"), TextField("note")))


def shown(text, question, field=0):
    return highlighted(text, Sought.of(parse_question(question, FIELDS), field))


@pytest.mark.parametrize(
    ("text", "question", "pieces"),
    [
        ("facture_edf-2026.pdf", "edf", ["facture_", "edf", "-2026.pdf"]),
        ("Électricité de France", "elec", ["", "Électricité", " de France"]),
        ("Les Factures du gaz", "facture gaz ", ["Les ", "Factures", " du ", "gaz", ""]),
        ("l'Œuvre", "oeuvre", ["l'", "Œuvre", ""]),
        ("東京タワー", "京タ", ["東", "京タ", "ワー"]),
        ("gaz eau", '"gaz eau"', ["", "gaz", " ", "eau", ""]),
    ],
)
def test_what_was_found_is_every_second_piece(text, question, pieces):
    assert shown(text, question) == pieces


def test_a_text_without_it_has_no_pieces():
    assert shown("facture", "gaz") is None
    assert shown("gaz", "note:gaz") is None
    assert shown("gaz", "note:gaz", field=1) == ["", "gaz", ""]
    assert shown("edf", "gaz -edf") is None


def test_a_long_text_is_cut_around_the_first_place():
    pieces = shown("mot " * 500 + "facture" + " mot" * 500, "facture")
    assert pieces[0].startswith(CUT)
    assert pieces[1] == "facture"
    assert pieces[2].endswith(CUT)
    assert len("".join(pieces)) <= LONGEST_SHOWN + 2


@given(
    st.integers(0, 3000), st.sampled_from(["facture", "factures", "chevaux", "party", "actrices"])
)
def test_a_word_is_shown_wherever_it_stands_in_a_long_text(place, word):
    words = ["écrit"] * 3000
    words.insert(place, word)
    question = {"party": "parties ", "actrices": "acteur ", "chevaux": "cheval "}.get(
        word, "facture "
    )
    pieces = shown(" ".join(words), question)
    assert pieces[1] == word
    assert pieces[0].endswith("écrit ") == (place > 0)
    assert pieces[0].startswith(CUT) == (place > 6)
    assert pieces[2].startswith(" écrit") == (place < 3000)
    assert shown(" ".join(words), "autre") is None


@given(st.text(max_size=60), st.sampled_from(["a", "e1", "été", "東", "s t"]))
def test_pieces_together_are_the_text(text, question):
    pieces = shown(text, question)
    if pieces is not None:
        assert "".join(pieces) == unicodedata.normalize("NFC", text)
        assert len(pieces) % 2 == 1
        assert all(pieces[1::2])
