import re
import string
from pathlib import Path

import pytest

import server.sign_in
from server.pages.words import WORDS as SHELL
from server.sign_in.letter_words import LETTERS
from server.sign_in.words import WORDS

FOLDER = Path(server.sign_in.__file__).parent


def facts(text):
    return {part[1] for part in string.Formatter().parse(text) if part[1]}


def test_the_languages_say_the_same_things_about_the_same_facts():
    assert WORDS["en"].keys() == WORDS["fr"].keys()
    for key, text in WORDS["en"].items():
        assert facts(text) == facts(WORDS["fr"][key]), key


def test_letters_come_in_both_languages_with_the_same_facts():
    assert LETTERS["en"].keys() == LETTERS["fr"].keys()
    for key, parts in LETTERS["en"].items():
        for english, french in zip(parts, LETTERS["fr"][key], strict=True):
            assert facts(english) == facts(french), key


@pytest.mark.parametrize("page", sorted(FOLDER.glob("*.html")), ids=lambda page: page.name)
def test_each_phrase_of_a_page_is_in_the_catalogue(page):
    said = set(re.findall(r'\bt\("(\w+)"', page.read_text()))
    assert said <= WORDS["en"].keys() | SHELL["en"].keys()
