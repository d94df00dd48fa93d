"""Which index answers a question: CouchDB's choice, and what it makes of the others."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from replication.core.errors import Invalid
from replication.index.rows import KeyRange
from replication.mango.analysis import indexable, is_constant, is_text_search, mentioned, required
from replication.mango.definition import ALL_DOCS, MangoIndex
from replication.mango.judging import TextPredicate, judging
from replication.mango.question import DESIGN, Question
from replication.mango.ranges import ID, Range, Ranges, field_ranges, key_range, prefix_of
from replication.query.selector import Every, Node, Path, Some

_EVERY_DOCUMENT_HAS = frozenset({ID, ("_rev",)})
_NO_INDEX = "No matching index found, create an index to optimize query time."
_MANY_EXAMINED = (
    "The number of documents examined is high in proportion to the number of results returned. "
    "Consider adding a more specific index to improve this."
)
_MOST_EXAMINED = 10  # for each result


@dataclass(frozen=True, slots=True)
class Verdict:
    """Why an index cannot answer a question: CouchDB's words; usable where there is none."""

    index: MangoIndex
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """An index that could answer, the ranges of its first columns, and how many fields it lacks."""

    index: MangoIndex
    ranges: Sequence[Range | None]
    distance: int


@dataclass(frozen=True, slots=True)
class Considered:
    """What became of all indexes on the way to the choice."""

    all: Sequence[MangoIndex] = ()
    judged: Sequence[Verdict] = ()
    allowed: Sequence[MangoIndex] = ()
    ranked: Sequence[Candidate] = ()


@dataclass(frozen=True)
class Plan:
    """How a question is answered; without an index, only by an explanation.

    `nothing` is a question that CouchDB answers without looking at anything. What follows from a
    plan is found out once: the same question comes again and again.
    """

    question: Question
    index: MangoIndex | None
    ranges: Sequence[Range | None]
    considered: Considered

    @property
    def nothing(self) -> bool:
        """Tell whether no document can be meant, by the index or by the form of the selector."""
        return list(self.ranges) == [None]

    @cached_property
    def contradictory(self) -> bool:
        """Tell whether no document can match."""
        return self.nothing or any(found is None for _, found in field_ranges(self.question.node))

    @cached_property
    def confined(self) -> list[Range]:
        """Return the ranges of the columns."""
        return [found for found in self.ranges if found is not None]

    @cached_property
    def covering(self) -> bool:
        """Tell whether the index holds all that the answer takes."""
        return self.index is not None and covers(self.index, self.question)

    @cached_property
    def key_range(self) -> KeyRange:
        """Return where the keys of the index lie that may be meant."""
        columns = self.index.columns if self.index else ()
        return key_range(columns, self.confined, descending=self.question.descending)

    @cached_property
    def matches(self) -> TextPredicate:
        """Return what tells whether a document matches, where that cannot take for ever."""
        return judging(self.question.node)


def covers(index: MangoIndex, question: Question) -> bool:
    """Tell whether keys of an index hold every field that a question is about."""
    if question.fields is None or index.design is None:
        return False
    return {*question.fields, *mentioned(question.node)} <= {ID, *index.columns}


def plan(question: Question, indexes: Sequence[MangoIndex], *, explain: bool = False) -> Plan:
    """Choose an index. Raises Invalid when none fits, which an explanation forgives."""
    named = _named(indexes, question)
    judged = [
        _judged(index, question)
        for index in indexes
        if index.partial_filter is None or index in named
    ]
    usable = [verdict.index for verdict in judged if not verdict.reasons]
    if not usable and not explain:
        raise Invalid(
            "no_usable_index", "No index exists for this sort, try indexing by the sort fields."
        )
    allowed = _named(usable, question) or _fallback(usable, question)
    if not allowed:
        return Plan(question, None, (), Considered(indexes, judged))
    ranked = _ranked([index for index in allowed if index.design is not None], question)
    best = ranked[0] if ranked else None
    if best is None:
        ranked = [_candidate_of_all(question)]
        best = ranked[0]
    ranges = [None] if _asks_nothing(question) else best.ranges
    return Plan(question, best.index, ranges, Considered(indexes, judged, allowed, ranked))


def _named(indexes: Iterable[MangoIndex], question: Question) -> list[MangoIndex]:
    """Return those that `use_index` names."""
    if question.design is None:
        return []
    return [
        index
        for index in indexes
        if index.design == question.design and question.view in (None, index.name)
    ]


def _fallback(usable: list[MangoIndex], question: Question) -> list[MangoIndex]:
    unbound = question.design is None and len(usable) > 1
    if question.options["allow_fallback"] or unbound:
        return usable
    if question.design is None:
        reason = "You must specify an index with the `use_index` parameter."
    else:
        reason = f"{_called(question)} specified by `use_index` could not be found or it is not "
        reason += "suitable."
    raise Invalid("invalid_index", reason)


def _called(question: Question) -> str:
    name = question.design or DESIGN
    return name if question.view is None else f"{name}, {question.view}"


def _judged(index: MangoIndex, question: Question) -> Verdict:
    reasons = _against_all(question) if index.design is None else _against(index, question)
    return Verdict(index, tuple(reasons))


def _against_all(question: Question) -> Iterable[str]:
    if question.sort and ID not in indexable(question.node):
        yield "field_mismatch"
    if question.sort not in ((), (ID,)):
        yield "sort_order_mismatch"


def _against(index: MangoIndex, question: Question) -> Iterable[str]:
    if is_text_search(question.node):
        yield "needs_text_search"
    # what is sorted by has to be there anyway
    wanted = set(index.columns) - set(question.sort) - _EVERY_DOCUMENT_HAS
    if not wanted <= required(question.node):
        yield "field_mismatch"
    if not _sorts(index.columns, question.sort, question.node):
        yield "sort_order_mismatch"


def _sorts(columns: Sequence[Path], sort: Sequence[Path], node: Node) -> bool:
    """Tell whether an index is in the wanted order, behind columns that have one value only."""
    if not sort:
        return True
    for place, column in enumerate(columns):
        if column == sort[0]:
            return tuple(columns[place : place + len(sort)]) == tuple(sort)
        if not is_constant(node, column):
            return False
    return False


def _ranked(indexes: Sequence[MangoIndex], question: Question) -> list[Candidate]:
    """Return indexes, the best first: most of the ranges, fewest columns, then by name."""
    ranges = field_ranges(question.node)
    candidates = [_candidate(index, ranges) for index in indexes]
    return sorted(
        candidates,
        key=lambda one: (one.distance, len(one.index.columns), one.index.design, one.index.name),
    )


def _candidate(index: MangoIndex, ranges: Ranges) -> Candidate:
    prefix = prefix_of(index.columns, ranges)
    return Candidate(index, prefix, len(ranges) - len(prefix))


def _candidate_of_all(question: Question) -> Candidate:
    ranges = field_ranges(question.node)
    prefix = prefix_of(ALL_DOCS.columns, ranges) or [Range()]
    return Candidate(ALL_DOCS, prefix, len(ranges) + 1 - len(prefix))


def _asks_nothing(question: Question) -> bool:
    """Tell whether a selector is an operator over no parts at all, which finds nothing."""
    node = question.node
    return bool(question.selector) and isinstance(node, Every | Some) and not node.parts


def warnings(chosen: Plan, examined: int, returned: int) -> str | None:
    """Return what to tell who asked, after an answer for which so many documents were read."""
    if chosen.nothing or chosen.index is None:
        return None
    found = []
    question = chosen.question
    if question.design is not None and not _named([chosen.index], question):
        why = (
            "it does not contain a valid index for this query."
            if question.view is None
            else "it is not a valid index for this query."
        )
        found.append(f"{_called(question)} was not used because {why}")
    if chosen.index.design is None:
        found.append(_NO_INDEX)
    if examined / max(returned, 1) > _MOST_EXAMINED:
        found.append(_MANY_EXAMINED)
    return "\n".join(found) or None
