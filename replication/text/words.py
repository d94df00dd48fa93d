"""A text as words: what is looked for, and where it stands in the text.

The rules are one version: whoever keeps words names `VERSION` beside them, and takes every text
apart again when it has changed.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from replication.text.folding import UNSPACED, folded
from replication.text.stemming import stem

VERSION = "1"
LONGEST_WORD = 64
"""Letters of a word that count; what follows makes no difference."""
MOST_WORDS = 10_000
"""Words of one field that are looked at, unless it says otherwise."""

_LETTER = r"[^\W_]"
_WORD = re.compile(
    rf"(?<!{_LETTER})(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|quoiqu)'(?={_LETTER})"  # French: l'eau
    rf"|(?<={_LETTER})'s(?!{_LETTER})"  # English: John's
    rf"|(?P<unspaced>(?:(?={_LETTER})[{UNSPACED}])+)"
    rf"|(?P<word>[^\W_{UNSPACED}]+)"
)


class Token(NamedTuple):
    """A word as it is looked for, and its place in the folded text.

    `unspaced` is the number (from 1) of the run of an unspaced script that it is a part of.
    """

    form: str
    start: int
    end: int
    unspaced: int = 0


def tokens(text: str) -> Iterator[Token]:
    """Take a folded text apart.

    Of scripts without spaces every two neighbouring characters are a word, and the last of a run
    is one by itself: then each character begins a word. Elided articles and the possessive s are
    left out.
    """
    runs = 0
    for found in _WORD.finditer(text):
        if found.lastgroup == "word":
            yield Token(found.group()[:LONGEST_WORD], found.start(), found.end())
        elif found.lastgroup == "unspaced":
            runs += 1
            end = found.end()
            for start in range(found.start(), end):
                after = min(start + 2, end)
                yield Token(text[start:after], start, after, runs)


class FieldWords(NamedTuple):
    """The words of a field, in order, and the stems of those that are not their own stems.

    Each is one text with spaces between words, which have none.
    """

    words: str
    stems: str


def field_words(texts: Sequence[str], most: int = MOST_WORDS) -> FieldWords:
    """Take the texts of one field apart, up to so many words."""
    every = (token.form for text in texts for token in tokens(folded(text)))
    forms = list(islice(every, most))
    stems = [stemmed for form in forms if (stemmed := stem(form)) != form]
    return FieldWords(" ".join(forms), " ".join(stems))
