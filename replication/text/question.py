"""What somebody typed, made into what to look for.

Every word must be there, in any field; the last one need only begin a word, since it may still be
typed. `"some words"` stand together and as written, `-word` must not be there as written, and
`name:word` stands in the field `name`. Nothing else has a meaning.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from replication.core.errors import Invalid
from replication.text.definition import TextDefinition
from replication.text.folding import folded
from replication.text.stemming import stem
from replication.text.words import Token, tokens

LONGEST = 1000
"""Characters of a question."""
MOST_PHRASES = 40

_SAID_ANYWAY = frozenset(
    (
        *("a", "au", "aux", "de", "des", "du", "en", "et", "la", "le", "les", "ou", "pour"),
        *("un", "une", "an", "and", "for", "in", "of", "or", "the", "to"),
    )
)
"""Words that nobody looks for: left out, unless there is nothing else."""

_PART = re.compile(r'(?P<not>-)?(?:(?P<field>\w+):)?(?:"(?P<quoted>[^"]*)"?|(?P<plain>[^\s"]+))')


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that follow each other in one of the columns; of the last, `prefix`, the beginning.

    A field has two columns: 2n holds its words, 2n + 1 their stems.
    """

    words: tuple[str, ...]
    columns: tuple[int, ...]
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """A document answers when it has one of each of `wanted`, and none of `unwanted`."""

    wanted: tuple[tuple[Phrase, ...], ...]
    unwanted: tuple[tuple[Phrase, ...], ...] = ()


class _Term(NamedTuple):
    """Words that stand together, and how they were asked for."""

    words: tuple[str, ...]
    field: int | None
    unwanted: bool
    quoted: bool
    prefix: bool


def parse_question(text: str, definition: TextDefinition) -> Question:
    """Read a question about documents with these fields.

    Raises Invalid when it is too long, or has no word to look for.
    """
    if len(text) > LONGEST:
        raise Invalid("bad_request", f"A question has at most {LONGEST} characters.")
    terms = list(_terms(text, definition))
    wanted = [term for term in terms if not term.unwanted]
    if not wanted:
        raise Invalid("bad_request", "There is no word to look for.")
    if len(terms) > MOST_PHRASES:
        raise Invalid("bad_request", f"A question has at most {MOST_PHRASES} words or phrases.")
    kept = [term for term in wanted if not _is_said_anyway(term)] or wanted
    fields = len(definition.fields)
    return Question(
        tuple(_alternatives(term, fields) for term in kept),
        tuple(_alternatives(term, fields) for term in terms if term.unwanted),
    )


def _terms(text: str, definition: TextDefinition) -> Iterator[_Term]:
    for part in _PART.finditer(text):
        field = definition.place_of(part["field"]) if part["field"] else None
        words = part["plain"] if part["quoted"] is None else part["quoted"]
        if part["field"] and field is None:
            words = f"{part['field']} {words}"
        quoted = part["quoted"] is not None
        unwanted = bool(part["not"])
        open_end = part.end() == len(text) and not quoted and not unwanted
        runs = list(_runs(words))
        for number, run in enumerate(runs, 1):
            prefix = (open_end and number == len(runs)) or _is_one_unspaced(run)
            words_of_run = tuple(token.form for token in run)
            yield _Term(words_of_run, field, unwanted, quoted, prefix)


def _runs(text: str) -> Iterator[list[Token]]:
    """Yield words that can stand together: what is bound by signs, and each unspaced run."""
    for _, group in groupby(tokens(folded(text)), key=lambda token: token.unspaced):
        run = list(group)
        yield run[:-1] if run[0].unspaced and len(run) > 1 else run


def _is_one_unspaced(run: list[Token]) -> bool:
    return bool(run[0].unspaced) and len(run[0].form) == 1


def _is_said_anyway(term: _Term) -> bool:
    plain = term.field is None and not term.quoted and len(term.words) == 1
    return plain and term.words[0] in _SAID_ANYWAY


def _alternatives(term: _Term, fields: int) -> tuple[Phrase, ...]:
    """Return what answers a term: its words as they stand, one word by its stem, or one begun.

    A document that answers in several ways ranks higher: what stands there as written does.
    """
    of = range(fields) if term.field is None else (term.field,)
    as_written = tuple(2 * field for field in of)
    everywhere = tuple(column for field in of for column in (2 * field, 2 * field + 1))
    found = [Phrase(term.words, as_written)]
    if len(term.words) == 1 and not term.quoted and not term.unwanted:
        stemmed = stem(term.words[0])
        if stemmed == term.words[0]:
            found = []
        found.append(Phrase((stemmed,), everywhere))
    if term.prefix:
        found.append(Phrase(term.words, as_written, prefix=True))
    return tuple(found)
