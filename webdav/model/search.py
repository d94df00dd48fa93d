"""A question about resources (RFC 5323, `basicsearch`), and the port to whatever answers it."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from webdav.model.path import Path
from webdav.model.resource import Located


class Comparison(Enum):
    """How a property's value and a literal relate; `LIKE` has `%` and `_` (RFC 5323 5.13)."""

    EQUAL = "eq"
    LESS = "lt"
    LESS_OR_EQUAL = "lte"
    GREATER = "gt"
    GREATER_OR_EQUAL = "gte"
    LIKE = "like"


@dataclass(frozen=True, slots=True)
class Compare:
    """The value of a property (a Clark name) stands so to the literal, spelt as in DAV's XML."""

    comparison: Comparison
    name: str
    literal: str
    is_caseless: bool = True


@dataclass(frozen=True, slots=True)
class Contains:
    """The content, or a name, has these words in it (RFC 5323 5.15)."""

    words: str


@dataclass(frozen=True, slots=True)
class IsCollection:
    """It is a collection (RFC 5323 5.14.1)."""


@dataclass(frozen=True, slots=True)
class IsDefined:
    """It has the property (RFC 5323 5.14.2)."""

    name: str


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: "Clause"


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every part holds; with none, everything does."""

    parts: tuple["Clause", ...] = ()


@dataclass(frozen=True, slots=True)
class AnyOf:
    """One part at least holds."""

    parts: tuple["Clause", ...]


Clause = Compare | Contains | IsCollection | IsDefined | Not | AllOf | AnyOf


@dataclass(frozen=True, slots=True)
class Scope:
    """Where to look: a path, at it alone (Depth 0), among its members (1), or all below it."""

    path: Path
    depth: int | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """Sort by a property (a Clark name)."""

    name: str
    is_descending: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """What is looked for, where, in which order, and which part of the answer is wanted."""

    scopes: tuple[Scope, ...]
    where: Clause = AllOf()
    order: tuple[Order, ...] = ()
    limit: int | None = None
    first: int = 0


class SearchSource(Protocol):
    """Finds resources by what they are."""

    def search(self, question: Question) -> AsyncIterator[Sequence[Located]]:
        """Return, in pages and in order, what satisfies the question, each resource once.

        A scope itself is among the answers if it satisfies it (RFC 5323 5.4.1). Raises NotFound
        for a scope that is not there, before the first page, and Unprocessable for a clause or an
        order that this source cannot answer (RFC 5323 5.5.1).
        """
