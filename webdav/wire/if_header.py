"""The `If` header (RFC 4918 10.4): its grammar, and whether the states found satisfy it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from webdav.model.errors import BadRequest

_TOKEN = re.compile(
    r"""\s*(?:(?P<open>\()|(?P<close>\))|(?P<no>Not\b)|<(?P<url>[^>]*)>|\[(?P<tag>[^\]]*)\])\s*""",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class State:
    """What is at a path: the entity tag ("" for none), and the tokens of locks that cover it."""

    etag: str = ""
    tokens: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Condition:
    """A state token, or with `is_etag` an entity tag, that must hold (`negated`: must not)."""

    value: str
    is_etag: bool = False
    negated: bool = False

    def holds(self, state: State) -> bool:
        """Compare with a state; tags compare strongly."""
        there = self.value == state.etag if self.is_etag else self.value in state.tokens
        return there is not self.negated


@dataclass(frozen=True, slots=True)
class ConditionList:
    """Conditions that must hold together, of the resource tagged or (None) the request's own."""

    tag: str | None
    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class IfHeader:
    """Lists of which one must hold; none at all holds."""

    lists: tuple[ConditionList, ...] = ()

    @property
    def tokens(self) -> frozenset[str]:
        """Return every token named in it: naming one is submitting it (RFC 4918 6.5)."""
        return frozenset(
            condition.value
            for one in self.lists
            for condition in one.conditions
            if not condition.is_etag
        )

    @property
    def tags(self) -> frozenset[str | None]:
        """Return the resources it speaks of; None is the one of the request."""
        return frozenset(one.tag for one in self.lists)

    def holds(self, states: Mapping[str | None, State]) -> bool:
        """Evaluate it over the state of each of its `tags`."""
        return not self.lists or any(
            all(condition.holds(states[one.tag]) for condition in one.conditions)
            for one in self.lists
        )


def parse_if(text: str | None) -> IfHeader:
    """Read the header's value; None is a header that always holds. Raises BadRequest."""
    if text is None:
        return IfHeader()
    lists: list[ConditionList] = []
    tag: str | None = None
    rest = _Words(text)
    while not rest.is_at_end:
        kind, value = rest.next()
        if kind == "url" and (tag is not None or not lists):
            tag = value
            kind, value = rest.next()
        if kind != "open":
            raise BadRequest("If: a list was expected")
        lists.append(ConditionList(tag, _conditions(rest)))
    if not lists:
        raise BadRequest("If: no list")
    return IfHeader(tuple(lists))


def _conditions(rest: "_Words") -> tuple[Condition, ...]:
    found: list[Condition] = []
    kind, value = rest.next()
    while kind != "close":
        if negated := kind == "no":
            kind, value = rest.next()
        if kind not in {"url", "tag"}:
            raise BadRequest("If: a token or an entity tag was expected")
        found.append(Condition(value, is_etag=kind == "tag", negated=negated))
        kind, value = rest.next()
    if not found:
        raise BadRequest("If: an empty list")
    return tuple(found)


class _Words:
    """The words of the header, one after the other."""

    def __init__(self, text: str) -> None:
        self._text = text.strip()
        self._at = 0

    @property
    def is_at_end(self) -> bool:
        return self._at == len(self._text)

    def next(self) -> tuple[str, str]:
        matched = _TOKEN.match(self._text, self._at)
        if matched is None or matched.lastgroup is None:
            raise BadRequest("If: not the grammar of RFC 4918 10.4.2")
        self._at = matched.end()
        return matched.lastgroup, matched[matched.lastgroup]
