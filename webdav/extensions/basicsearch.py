"""RFC 5323 `basicsearch`, read into a `Question`; the form that Nextcloud's clients send."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from webdav.model.errors import BadRequest, Unprocessable
from webdav.model.path import Path
from webdav.model.search import (
    AllOf,
    AnyOf,
    Clause,
    Compare,
    Comparison,
    Contains,
    IsCollection,
    IsDefined,
    Not,
    Order,
    Question,
    Scope,
)
from webdav.wire.xml import DAV, expect_root

BASICSEARCH = f"{DAV}basicsearch"
MOST_CLAUSES = 200
_FIRST = "firstresult"
_DEPTHS: Mapping[str, int | None] = {"0": 0, "1": 1, "infinity": None}
PlaceOf = Callable[[str], Path]


def parse_search(root: Element | None, place_of: PlaceOf) -> tuple[Question, Element | None]:
    """Read a `searchrequest`; `place_of` reads the hrefs in it.

    Returns the question, and the `prop` to show of each answer (None: all properties). Raises
    BadRequest for what is no question, and Unprocessable for a grammar, an operator or a size that
    is not known here (RFC 5323 2.2.2, 5.5.1).
    """
    search = expect_root(root, f"{DAV}searchrequest").find(BASICSEARCH)
    if search is None:
        raise Unprocessable(
            "the grammar is DAV:basicsearch", condition="<D:search-grammar-supported/>"
        )
    scopes = search.findall(f"{DAV}from/{DAV}scope")
    if not scopes:
        raise BadRequest("from has a scope (RFC 5323 5.4)")
    where = search.find(f"{DAV}where")
    question = Question(
        scopes=tuple(_scope(scope, place_of) for scope in scopes),
        where=AllOf() if where is None else _Reading().only(where),
        order=tuple(_order(order) for order in search.findall(f"{DAV}orderby/{DAV}order")),
        limit=_number(search.find(f"{DAV}limit/{DAV}nresults")),
        first=_number(_first_result(search.find(f"{DAV}limit"))) or 0,
    )
    return question, search.find(f"{DAV}select/{DAV}prop")


def _scope(scope: Element, place_of: PlaceOf) -> Scope:
    depth = (scope.findtext(f"{DAV}depth") or "infinity").strip().lower()
    if depth not in _DEPTHS:
        raise BadRequest("a scope's depth is 0, 1 or infinity")
    return Scope(place_of((scope.findtext(f"{DAV}href") or "").strip()), _DEPTHS[depth])


def _order(order: Element) -> Order:
    return Order(_property_name(order), order.find(f"{DAV}descending") is not None)


def _property_name(element: Element) -> str:
    prop = element.find(f"{DAV}prop")
    if prop is None or len(prop) != 1:
        raise BadRequest(f"{element.tag} names one property")
    return prop[0].tag


def _first_result(limit: Element | None) -> Element | None:
    """Find where a page begins: Nextcloud's clients say it in a namespace of their own."""
    children = () if limit is None else limit
    return next((one for one in children if one.tag.rpartition("}")[2] == _FIRST), None)


def _number(element: Element | None) -> int | None:
    if element is None:
        return None
    text = (element.text or "").strip()
    if not text.isdecimal():
        raise BadRequest(f"{element.tag} is a number")
    return int(text)


@dataclass(slots=True)
class _Reading:
    """Reads clauses, and counts them: each is asked of every resource."""

    count: int = 0

    def only(self, element: Element) -> Clause:
        """Read the one clause that an element holds."""
        parts = self._parts(element)
        if len(parts) != 1:
            raise BadRequest(f"{element.tag} holds one clause")
        return parts[0]

    def _parts(self, element: Element) -> tuple[Clause, ...]:
        return tuple(self._clause(child) for child in element)

    def _clause(self, element: Element) -> Clause:
        self.count += 1
        if self.count > MOST_CLAUSES:
            raise Unprocessable(f"more than {MOST_CLAUSES} clauses")
        read = _CLAUSES.get(element.tag)
        return _compare(element) if read is None else read(self, element)

    def all_of(self, element: Element) -> Clause:
        return AllOf(self._parts(element))

    def any_of(self, element: Element) -> Clause:
        return AnyOf(self._parts(element))


_CLAUSES: Mapping[str, Callable[[_Reading, Element], Clause]] = {
    f"{DAV}and": _Reading.all_of,
    f"{DAV}or": _Reading.any_of,
    f"{DAV}not": lambda reading, element: Not(reading.only(element)),
    f"{DAV}is-collection": lambda _, __: IsCollection(),
    f"{DAV}is-defined": lambda _, element: IsDefined(_property_name(element)),
    f"{DAV}contains": lambda _, element: Contains((element.text or "").strip()),
}


def _compare(element: Element) -> Compare:
    word = element.tag.removeprefix(DAV)
    try:
        comparison = Comparison(word)
    except ValueError:
        raise Unprocessable(f"the operator {word} is not known here") from None
    literal = element.findtext(f"{DAV}literal")
    if literal is None:
        raise BadRequest(f"{word} compares with a literal")
    caseless = element.get("caseless", element.get(f"{DAV}caseless", "yes")) != "no"
    return Compare(comparison, _property_name(element), literal, caseless)
