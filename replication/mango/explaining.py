"""A plan explained: the answer of `_explain`."""

from collections.abc import Iterable, Sequence
from typing import Any

from replication.mango.analysis import indexable, mentioned
from replication.mango.definition import MangoIndex, in_order
from replication.mango.normal_form import field_name, normal_form
from replication.mango.planning import Plan, covers
from replication.mango.question import DESIGN, Question
from replication.mango.ranges import ID, Range

Json = Any

_HIGHEST = "<MAX>"


def explained(database: str, plan: Plan) -> dict[str, Json]:
    """Return the JSON value that explains a plan."""
    question = plan.question
    answer: dict[str, Json] = {
        "dbname": database,
        "index": plan.index.shown() if plan.index else None,
        "partitioned": False,
        "selector": normal_form(question.node) if question.selector else {},
        "opts": _options(question),
        "limit": question.limit,
        "skip": question.skip,
        "fields": list(question.options["fields"]),
        "index_candidates": _candidates(plan),
        "selector_hints": [_hints(question)],
    }
    if plan.index is not None:
        answer |= {"mrargs": _arguments(plan, plan.index), "covering": plan.covering}
    return answer


def _options(question: Question) -> dict[str, Json]:
    options = {name: value for name, value in question.options.items() if name != "selector"}
    options["bookmark"] = options["bookmark"] or "nil"
    options["sort"] = dict(options["sort"])
    options["stale"] = "ok" if options["stale"] else False
    options["use_index"] = [name.removeprefix(DESIGN) for name in options["use_index"]]
    return options


def _arguments(plan: Plan, index: MangoIndex) -> dict[str, Json]:
    """Return the arguments of the view that CouchDB would read."""
    options = plan.question.options
    ends: tuple[Json, Json] = (None, None)
    if not plan.nothing:
        ends = _ends_of_ids(plan) if index.design is None else _ends(plan.confined)
    descending = plan.question.descending
    start, end = reversed(ends) if descending else ends
    return {
        "include_docs": options["r"] == 1 and not plan.covering,
        "view_type": "map",
        "reduce": False,
        "partition": None,
        "start_key": start,
        "end_key": end,
        "direction": "rev" if descending else "fwd",
        "stable": options["stable"] or options["stale"],
        "update": options["update"] and not options["stale"],
        "conflicts": options["conflicts"] or "undefined",
    }


def _ends(ranges: Sequence[Range]) -> tuple[Json, Json]:
    low, high = [], []
    for found in ranges:
        if found.low.open:
            break
        low.append(found.low.value)
    for found in ranges:
        if found.high.open:
            break
        high.append(found.high.value)
    return low, [*high, _HIGHEST]


def _ends_of_ids(plan: Plan) -> tuple[Json, Json]:
    (found,) = plan.confined
    begin = "" if ID in indexable(plan.question.node) else None
    low = begin if found.low.open else found.low.value
    return low, _HIGHEST if found.high.open else found.high.value


def _hints(question: Question) -> dict[str, Json]:
    fields = {field_name(path) for path in mentioned(question.node)}
    seen = {field_name(path) for path in indexable(question.node)}
    return {
        "type": "json",
        "indexable_fields": sorted(seen),
        "unindexable_fields": sorted(fields - seen),
    }


def _candidates(plan: Plan) -> list[dict[str, Json]]:
    """Return all indexes but the chosen one, with what CouchDB's planner says of each."""
    notes = _notes(plan)
    return [
        {"index": index.shown(), "analysis": _analysis(plan, index, notes)}
        for index in reversed(in_order(plan.considered.all))
        if index != plan.index
    ]


def _analysis(plan: Plan, index: MangoIndex, notes: Iterable["Note"]) -> dict[str, Json]:
    found = [note for note in notes if note[0] == index]
    return {
        "usable": all(usable for _, usable, _, _ in found),
        "reasons": [{"name": found[0][2]}],
        "ranking": sum(rank for _, _, _, rank in found),
        "covering": covers(index, plan.question) if index.design is not None else None,
    }


Note = tuple[MangoIndex, bool, str, int]
"""Of an index: whether it could be used, why it is not, and how far it stands behind."""


def _notes(plan: Plan) -> list[Note]:
    considered = plan.considered
    partial = [index for index in considered.all if index.partial_filter is not None]
    unusable = [verdict for verdict in considered.judged if verdict.reasons]
    usable = [verdict.index for verdict in considered.judged if not verdict.reasons]
    excluded = [index for index in usable if index not in considered.allowed]
    ranked = [candidate.index for candidate in considered.ranked]
    unfavoured = [index for index in considered.allowed if index not in ranked]
    last = max(1, len(ranked))
    notes: list[Note] = []
    for group, reason in ((unfavoured, "unfavored_type"), (excluded, "excluded_by_user")):
        notes += [(index, True, reason, last) for index in group]
        last += bool(group)
    not_usable = [(verdict.index, False, verdict.reasons[0], last) for verdict in unusable]
    last += bool(unusable)
    notes = [(index, False, "is_partial", last) for index in partial] + not_usable + notes
    return notes + _beaten(plan)


def _beaten(plan: Plan) -> list[Note]:
    """Say of the ranked ones what the best of them has in advance."""
    width = len(plan.index.columns) if plan.index else 0
    notes: list[Note] = []
    for place, candidate in enumerate(plan.considered.ranked):
        if candidate.distance > 0:
            reason = "less_overlap"
        elif len(candidate.index.columns) > width:
            reason = "too_many_fields"
        else:
            reason = "alphabetically_comes_after"
        notes.append((candidate.index, True, reason, place))
    return notes
