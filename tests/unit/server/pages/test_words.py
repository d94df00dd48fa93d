import string

from server.pages.words import WORDS


def test_the_languages_say_the_same_things():
    assert WORDS["en"].keys() == WORDS["fr"].keys()


def test_the_languages_put_the_same_facts_in():
    for key, text in WORDS["en"].items():
        facts = [
            {part[1] for part in string.Formatter().parse(t)} for t in (text, WORDS["fr"][key])
        ]
        assert facts[0] == facts[1]
