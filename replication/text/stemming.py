"""Endings taken off, so that French and English words meet others of their family.

A few light rules for both languages at once, since nobody says which one a name is written in. What
two words have in common by their stems ranks below what they have in common as they stand, so a
rule that goes too far once in a while does little harm.
"""

from functools import lru_cache

_SHORTEST = 4
"""Words below this many letters are left alone."""

_PLURALS = (("eaux", "eau"), ("aux", "al"), ("ss", "ss"), ("s", ""))
_ENDINGS = (
    ("euse", "eur", 3),
    ("trice", "teur", 2),
    ("ing", "", 3),
    ("ied", "i", 2),
    ("ed", "", 4),
    ("ee", "", 3),
    ("er", "", 3),
    ("ez", "", 3),
    ("ie", "i", 2),
    ("e", "", 3),
)
"""Endings, what takes their place, and how many letters must stand before; the first decides."""

_VOWELS = frozenset("aeiouy")


@lru_cache(maxsize=8192)  # a few words are most of any text
def stem(word: str) -> str:
    """Return the stem of a folded word; of what is no word of plain letters, itself."""
    if len(word) < _SHORTEST or not (word.isascii() and word.isalpha()):
        return word
    bare = _without_ending(_singular(word))
    if bare[-1] == bare[-2] and bare[-1] not in _VOWELS:
        bare = bare[:-1]
    return bare[:-1] + "i" if bare[-1] == "y" else bare


def _singular(word: str) -> str:
    for ending, instead in _PLURALS:
        if word.endswith(ending):
            return word[: -len(ending)] + instead
    return word


def _without_ending(word: str) -> str:
    for ending, instead, before in _ENDINGS:
        rest = word[: -len(ending)]
        if word.endswith(ending):
            fits = len(rest) >= before and not _VOWELS.isdisjoint(rest)
            return rest + instead if fits else word
    return word
