"""Where in a text a question was found, so that people see why a document answers."""

from collections.abc import Iterable, Iterator
from unicodedata import normalize

from replication.text.folding import folded_with_places
from replication.text.question import Phrase, Question
from replication.text.stemming import stem
from replication.text.words import tokens

LONGEST_SHOWN = 240
"""Characters of a text that are shown, some of them before the first place."""
_BEFORE = 40
CUT = "\u2026"


def highlighted(text: str, question: Question, field: int) -> list[str] | None:
    """Cut a text of the field with this number into pieces: every second one was found.

    The first piece lies before the first place, and may be empty. A long text is shortened. None:
    nothing was found in this text.
    """
    text = normalize("NFC", text)
    spans = list(_spans(text, question, field))
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


def _spans(text: str, question: Question, field: int) -> Iterator[tuple[int, int]]:
    """Yield beginnings and ends of found words in order; those that touch are one."""
    told, places = folded_with_places(text)
    wanted = [
        phrase for phrases in question.wanted for phrase in phrases if 2 * field in phrase.columns
    ]
    start = end = -1
    for token in tokens(told):
        if not _is_found(token.form, wanted):
            continue
        first, behind = places[token.start], places[token.end - 1] + 1
        if first > end:
            if end >= 0:
                yield start, end
            start = first
        end = behind
    if end >= 0:
        yield start, end


def _is_found(word: str, wanted: Iterable[Phrase]) -> bool:
    return any(
        word in phrase.words
        or (phrase.prefix and word.startswith(phrase.words[-1]))
        or (any(column % 2 for column in phrase.columns) and stem(word) == phrase.words[-1])
        for phrase in wanted
    )
