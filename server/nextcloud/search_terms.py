"""What a clause of a search comes to for one node: pure, on what the node itself tells."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import lru_cache

from doctypes.files.node import Directory, File, Node
from server.nextcloud.identity import file_number
from server.nextcloud.properties import NC, OC, is_favorite
from webdav.model.errors import Unprocessable
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
)
from webdav.wire.dates import parse_http_date
from webdav.wire.xml import DAV

Value = str | float
_DIRECTORY = "httpd/unix-directory"
_TRUE = frozenset({"1", "yes", "true"})

_VALUES: Mapping[str, Callable[[Node], Value]] = {
    f"{DAV}displayname": lambda node: node.name,
    f"{DAV}getcontenttype": lambda node: node.mime if isinstance(node, File) else _DIRECTORY,
    f"{DAV}getlastmodified": lambda node: node.updated_at.timestamp(),
    f"{DAV}creationdate": lambda node: node.created_at.timestamp(),
    f"{DAV}getcontentlength": lambda node: float(node.size if isinstance(node, File) else 0),
    f"{{{OC}}}size": lambda node: float(node.size if isinstance(node, File) else 0),
    f"{{{OC}}}fileid": lambda node: str(file_number(node.id)),
    f"{{{OC}}}favorite": lambda node: "1" if is_favorite(node) else "0",
    f"{{{NC}}}creation_time": lambda node: node.created_at.timestamp(),
    f"{{{NC}}}upload_time": lambda node: node.created_at.timestamp(),
}
FAVORITE, FILE_ID, OWNER = f"{{{OC}}}favorite", f"{{{OC}}}fileid", f"{{{OC}}}owner-id"
_DATES = frozenset(
    {f"{DAV}getlastmodified", f"{DAV}creationdate", f"{{{NC}}}creation_time",
     f"{{{NC}}}upload_time"}
)  # fmt: skip
_NUMBERS = frozenset({f"{DAV}getcontentlength", f"{{{OC}}}size"})


def matcher(clause: Clause, owner: str) -> Callable[[Node], bool]:
    """Return what tells whether a node satisfies a clause.

    Raises Unprocessable for a property that cannot be searched, or a literal that is no value of
    it (RFC 5323 5.5.1).
    """
    if isinstance(clause, AllOf):
        parts = [matcher(part, owner) for part in clause.parts]
        return lambda node: all(part(node) for part in parts)
    if isinstance(clause, AnyOf):
        parts = [matcher(part, owner) for part in clause.parts]
        return lambda node: any(part(node) for part in parts)
    if isinstance(clause, Not):
        part = matcher(clause.part, owner)
        return lambda node: not part(node)
    return _plain(clause, owner)


def _plain(
    clause: IsCollection | IsDefined | Contains | Compare, owner: str
) -> Callable[[Node], bool]:
    if isinstance(clause, IsCollection):
        return lambda node: isinstance(node, Directory)
    if isinstance(clause, IsDefined):
        defined = clause.name in _VALUES
        return lambda _node: defined
    if isinstance(clause, Contains):
        words = clause.words.casefold().split()
        return lambda node: all(word in node.name.casefold() for word in words)
    if clause.name == OWNER:
        is_owner = clause.literal.strip() == owner
        return lambda _node: is_owner
    return _compared(clause)


def _compared(clause: Compare) -> Callable[[Node], bool]:
    value = _value(clause.name)
    if clause.comparison is Comparison.LIKE:
        pattern = _like(clause.literal)
        return lambda node: pattern.fullmatch(str(value(node))) is not None
    wanted = _literal(clause)
    relate = _RELATIONS[clause.comparison]
    if isinstance(wanted, str) and clause.is_caseless:
        folded = wanted.casefold()
        return lambda node: relate(str(value(node)).casefold(), folded)
    return lambda node: relate(value(node), wanted)


def _value(name: str) -> Callable[[Node], Value]:
    known = _VALUES.get(name)
    if known is None:
        raise Unprocessable(f"{name} cannot be searched here")
    return known


_RELATIONS: Mapping[Comparison, Callable[[Value, Value], bool]] = {
    Comparison.EQUAL: lambda one, other: one == other,
    Comparison.LESS: lambda one, other: one < other,  # type: ignore[operator]
    Comparison.LESS_OR_EQUAL: lambda one, other: one <= other,  # type: ignore[operator]
    Comparison.GREATER: lambda one, other: one > other,  # type: ignore[operator]
    Comparison.GREATER_OR_EQUAL: lambda one, other: one >= other,  # type: ignore[operator]
}


def _literal(clause: Compare) -> Value:
    text = clause.literal.strip()
    if clause.name in _DATES:
        return read_moment(text)
    if clause.name in _NUMBERS:
        try:
            return float(text)
        except ValueError:
            raise Unprocessable(f"{text} is no number") from None
    if clause.name == FAVORITE:
        return "1" if text.lower() in _TRUE else "0"
    return text


def read_moment(text: str) -> float:
    """Read seconds since 1970, RFC 3339 or an HTTP date, as clients send. Raises Unprocessable."""
    try:
        return float(text)
    except ValueError:
        pass
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        found = parse_http_date(text)
        if found is None:
            raise Unprocessable(f"{text} is no date") from None
        moment = found
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


@lru_cache(maxsize=64)
def _like(literal: str) -> re.Pattern[str]:
    """Turn `%` and `_` (RFC 5323 5.13) into a pattern; a backslash takes them for letters."""
    parts = re.split(r"(\\.|[%_])", literal, flags=re.DOTALL)
    wild = {"%": ".*", "_": "."}
    written = "".join(wild.get(part) or re.escape(part.removeprefix("\\")) for part in parts)
    return re.compile(written, re.IGNORECASE | re.DOTALL)


def ordering(orders: tuple[Order, ...]) -> list[tuple[Callable[[Node], Value], bool]]:
    """Return what to sort by, and whether downwards, the most important first.

    Raises Unprocessable.
    """
    return [(_value(order.name), order.is_descending) for order in orders]
