"""Where in a text a question was found, so that people see why a document answers."""

from collections.abc import Iterator
from dataclasses import dataclass
from unicodedata import normalize

from replication.text.folding import folded, folded_with_places
from replication.text.question import Question
from replication.text.stemming import stem
from replication.text.words import tokens

LONGEST_SHOWN = 240
"""Characters of a text that are shown, some of them before the first place."""
LONG = 4000
"""Characters of a passage: a longer text is looked through passage by passage."""
_BEFORE = 40
CUT = "\u2026"


@dataclass(frozen=True, slots=True)
class Sought:
    """The words that a question looks for in one field, each by itself."""

    words: frozenset[str]
    beginnings: tuple[str, ...]
    stems: frozenset[str]

    @classmethod
    def of(cls, question: Question, field: int) -> "Sought":
        """Return what is looked for in the field with this number."""
        phrases = [
            phrase
            for phrases in question.wanted
            for phrase in phrases
            if 2 * field in phrase.columns
        ]
        return cls(
            frozenset(word for phrase in phrases for word in phrase.words),
            tuple(phrase.words[-1] for phrase in phrases if phrase.prefix),
            frozenset(phrase.words[-1] for phrase in phrases if 2 * field + 1 in phrase.columns),
        )

    def has(self, word: str) -> bool:
        """Tell whether a word of a text is one of them."""
        if word in self.words or word.startswith(self.beginnings):
            return True
        return bool(self.stems) and stem(word) in self.stems


def highlighted(text: str, sought: Sought) -> list[str] | None:
    """Cut a text into pieces: every second one was found.

    The first piece lies before the first place, and may be empty. A long text is shortened. None:
    nothing was found in this text.
    """
    return _in_a_passage(text, sought) if len(text) > LONG else _cut(text, sought)


def _cut(text: str, sought: Sought) -> list[str] | None:
    text = normalize("NFC", text)
    spans = list(_spans(text, sought))
    if not spans:
        return None
    first = max(0, spans[0][0] - _BEFORE) if len(text) > LONGEST_SHOWN else 0
    last = first + LONGEST_SHOWN
    pieces, at = [], first
    for start, end in spans:
        if end > last:
            break
        pieces += [text[at:start], text[start:end]]
        at = end
    pieces.append(text[at:last] + (CUT if last < len(text) else ""))
    pieces[0] = (CUT if first else "") + pieces[0]
    return pieces


def _in_a_passage(text: str, sought: Sought) -> list[str] | None:
    """Cut the first passage of a long text in which something was found."""
    starts = {_start(word) for word in (*sought.words, *sought.beginnings, *sought.stems)}
    at = 0
    while at < len(text):
        end = _passage_end(text, at)
        told = folded(text[at:end])
        if any(start in told for start in starts):
            begin = text.find(" ", max(0, at - _BEFORE), at) + 1 or at
            behind = text.rfind(" ", end, end + LONGEST_SHOWN) + 1 or end
            found = _cut(text[begin:behind], sought)
            if found is not None:
                found[0] = (CUT if begin and not found[0].startswith(CUT) else "") + found[0]
                found[-1] += CUT if behind < len(text) and not found[-1].endswith(CUT) else ""
                return found
        at = end
    return None


def _start(word: str) -> str:
    """Return how every word begins that has this stem, or is it."""
    return word[: min(4, max(2, len(word) - 3))]


def _passage_end(text: str, start: int) -> int:
    """Return where a passage ends: behind its last space, so that no word is cut in two."""
    end = start + LONG
    if end >= len(text):
        return len(text)
    space = max(text.rfind(" ", start, end), text.rfind("\n", start, end))
    return space + 1 if space > start else end


def _spans(text: str, sought: Sought) -> Iterator[tuple[int, int]]:
    """Yield beginnings and ends of found words in order; those that touch are one."""
    told, places = folded_with_places(text)
    start = end = -1
    for token in tokens(told):
        if not sought.has(token.form):
            continue
        first, behind = places[token.start], places[token.end - 1] + 1
        if first > end:
            if end >= 0:
                yield start, end
            start = first
        end = behind
    if end >= 0:
        yield start, end
