"""What people type, and what is looked for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replication.core.errors import Invalid
from replication.store.sqlite.text_rows import expression
from replication.text.definition import TextDefinition, TextField
from replication.text.question import LONGEST, MOST_PHRASES, Phrase, parse_question

FIELDS = TextDefinition((TextField("name"), TextField("note")))
WORDS, ALL = (0, 2), (0, 1, 2, 3)


def wanted(text):
    return parse_question(text, FIELDS).wanted


def test_each_word_is_wanted_as_it_stands_or_by_its_stem():
    assert wanted("Factures gaz ") == (
        (Phrase(("factures",), WORDS), Phrase(("factur",), ALL)),
        (Phrase(("gaz",), ALL),),
    )


def test_the_last_word_may_go_on():
    assert wanted("edf fact")[1] == (
        Phrase(("fact",), ALL),
        Phrase(("fact",), WORDS, prefix=True),
    )
    assert not any(phrase.prefix for phrase in wanted("edf fact")[0])
    assert not any(phrase.prefix for phrases in wanted("edf fact ") for phrase in phrases)


def test_what_signs_bind_stands_together():
    words = ("facture", "edf", "2026", "pdf")
    assert wanted("facture_edf-2026.pdf ") == ((Phrase(words, WORDS),),)


def test_quoted_words_stand_together_as_written():
    assert wanted('"Gaz de France') == ((Phrase(("gaz", "de", "france"), WORDS),),)
    assert wanted('"factures"') == ((Phrase(("factures",), WORDS),),)


def test_what_is_not_wanted_is_meant_as_written():
    question = parse_question('facture -gaz -"de l\'eau"', FIELDS)
    assert question.unwanted == (
        (Phrase(("gaz",), WORDS),),
        (Phrase(("de", "eau"), WORDS),),
    )
    assert not any(phrase.prefix for phrases in question.wanted for phrase in phrases)


def test_a_word_may_be_wanted_in_a_field():
    assert wanted("note:edf ") == ((Phrase(("edf",), (2, 3)),),)
    assert wanted('name:"a b"') == ((Phrase(("a", "b"), (0,)),),)
    assert wanted("https:edf ")[0][0] == Phrase(("https", "edf"), WORDS)


def test_words_that_everything_has_are_left_out_unless_there_is_nothing_else():
    assert [phrases[0].words for phrases in wanted("la facture de gaz ")] == [
        ("facture",),
        ("gaz",),
    ]
    assert [phrases[0].words for phrases in wanted("de la ")] == [("de",), ("la",)]


def test_scripts_without_spaces_are_looked_for_two_by_two():
    assert wanted("東京タ ") == ((Phrase(("東京", "京タ"), WORDS),),)
    assert Phrase(("京",), WORDS, prefix=True) in wanted("京 ")[0]


@pytest.mark.parametrize("text", ["", "  ", "-edf", '""', "🙂", "x" * (LONGEST + 1)])
def test_a_question_without_words_or_too_long_is_refused(text):
    with pytest.raises(Invalid):
        parse_question(text, FIELDS)


def test_a_question_has_so_many_words_at_most():
    parse_question("x " * MOST_PHRASES, FIELDS)
    with pytest.raises(Invalid):
        parse_question("x " * (MOST_PHRASES + 1), FIELDS)


@given(st.text(max_size=60) | st.text('"*:-()^{}+ab AND OR NOT NEAR', max_size=60))
def test_whatever_is_typed_only_words_in_quotes_reach_the_index(text):
    try:
        question = parse_question(text, FIELDS)
    except Invalid:
        return
    for number, part in enumerate(expression(question).split('"')):
        if number % 2:
            assert all(word.isalnum() for word in part.split(" "))
        else:
            assert set(part) <= set("{}() :*c0123ANDORT")
