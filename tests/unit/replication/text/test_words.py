"""Texts taken apart: folded, parted where people part them, and stemmed."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replication.text.folding import folded, folded_with_places
from replication.text.stemming import stem
from replication.text.words import LONGEST_WORD, MOST_WORDS, field_words, tokens


def words(text):
    return [token.form for token in tokens(folded(text))]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("facture_edf-2026.pdf", ["facture", "edf", "2026", "pdf"]),
        ("jean.dupont@example.org", ["jean", "dupont", "example", "org"]),
        ("L'Hôtel de l\u2019Œuvre", ["hotel", "de", "oeuvre"]),
        ("qu'il s'en aille aujourd'hui", ["il", "en", "aille", "aujourd", "hui"]),
        ("John's rock 'n' roll", ["john", "rock", "n", "roll"]),
        ("STRASSE straße ﬁn Ⅳ x²", ["strasse", "strasse", "fin", "iv", "x2"]),
        ("Ελλάδα ΣΊΣΥΦΟΣ", ["ελλαδα", "σισυφοσ"]),
        ("ИДЁТ", ["идет"]),
        ("東京タワー 2F", ["東京", "京タ", "タワ", "ワー", "ー", "2f"]),
        ("ﾃﾚﾋﾞ", ["テレ", "レヒ", "ヒ"]),
        ("한국어", ["한국", "국어", "어"]),
        ("\x00 \ud800 🙂 — _", []),
    ],
)
def test_a_text_has_these_words(text, found):
    assert words(text) == found


@pytest.mark.parametrize("text", ["Été à Évian.pdf", "한국어", "ガス", "Ünïcödé l'été"])
def test_composed_and_decomposed_texts_have_the_same_words(text):
    assert words(unicodedata.normalize("NFD", text)) == words(text)


@pytest.mark.parametrize(
    "family",
    [
        "facture factures facturer facturé facturée facturées",
        "journal journaux",
        "bateau bateaux",
        "copie copies copy",
        "scan scans scanned scanning",
        "paye payer payée payés",
        "bill bills billing",
        "nouvelle nouvelles nouvel",
        "vendeur vendeuse vendeurs",
        "invoice invoices invoiced",
        "reçu reçus",
        "party parties",
    ],
)
def test_words_of_a_family_have_one_stem(family):
    assert len({stem(folded(word)) for word in family.split()}) == 1


@pytest.mark.parametrize("word", ["edf", "2026", "string", "king", "bed", "ελλαδα", "a1b2", "thés"])
def test_what_is_short_or_foreign_is_its_own_stem(word):
    assert stem(word) == word


def test_different_words_keep_different_stems():
    told = "gaz eau loyer impot banque sante photo voyage contrat assurance salaire"
    assert len({stem(word) for word in told.split()}) == len(told.split())


def test_a_field_keeps_stems_that_are_not_words_already():
    assert field_words(["Les factures", "EDF"]) == ("les factures edf", "factur")


def test_long_words_and_texts_are_cut():
    assert words("a" * 5000) == ["a" * LONGEST_WORD]
    assert len(field_words(["a b c " * MOST_WORDS]).words.split()) == MOST_WORDS


JAMO = "".join(map(chr, (*range(0x1100, 0x1200), *range(0xA960, 0xA980), *range(0xD7B0, 0xD800))))
"""Letters of Hangul that join into syllables; nobody writes a mark between two of them."""


@given(st.text(st.characters(exclude_characters=JAMO), max_size=40))
def test_words_are_letters_and_digits_and_stay_as_they_are(text):
    for word in words(text):
        assert word.isalnum()
        assert folded(word) == word
        assert stem(word).isalnum()


@given(st.text(max_size=40))
def test_spellings_do_not_matter(text):
    assert words(folded(text)) == words(text)
    for form in ("NFC", "NFD"):
        assert words(unicodedata.normalize(form, text)) == words(text)


@given(st.text(max_size=40).map(lambda text: unicodedata.normalize("NFC", text)))
def test_places_lead_back_to_what_was_folded(text):
    told, places = folded_with_places(text)
    assert told == folded(text)
    assert len(places) == len(told)
    assert places == sorted(places)
    assert all(folded(text[place]) for place in places)
