"""What a request to make or change a link says, read into values; no I/O (cozy.md B5)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import msgspec

from doctypes.permissions.errors import RuleIllegal
from doctypes.permissions.rule import Rule
from doctypes.permissions.scope import parse_rules

TINY_AT_MOST = timedelta(hours=1)
"""How long a code of six digits may let somebody in."""

_UNITS = {
    "s": 1.0,
    "m": 60.0,
    "h": 3600.0,
    "D": 86_400.0,
    "W": 7 * 86_400.0,
    "M": 30 * 86_400.0,
    "Y": 365 * 86_400.0,
}
_SPAN = re.compile(r"(?:[0-9]{1,6}[smhDWMY])+")
_PART = re.compile(r"([0-9]+)([smhDWMY])")
_MOST_CODES = 100


class PermissionAskedWrong(Exception):
    """A request for permissions that cannot be read; the message says which part."""


@dataclass(frozen=True, slots=True)
class AskedLink:
    """What to make, or what to change: None leaves as it is, "" takes away.

    In `dropped` are titles of rules to be taken out.
    """

    rules: Mapping[str, Rule] = field(default_factory=dict)
    dropped: frozenset[str] = frozenset()
    codes: frozenset[str] | None = None
    source_id: str = ""
    password: str | None = field(default=None, repr=False)
    expires_at: str | None = None
    metadata: dict[str, Any] | None = None


class _Data(msgspec.Struct):
    attributes: dict[str, Any] = {}


class _Body(msgspec.Struct):
    data: _Data


class _Named(msgspec.Struct):
    type: str
    id: str


class _Documents(msgspec.Struct):
    data: list[_Named]


def read_asked(body: bytes) -> AskedLink:
    """Read `{data: {attributes: {…}}}`. Raises PermissionAskedWrong, RuleIllegal."""
    told = _decoded(body, _Body).data.attributes
    rules = told.get("permissions", {})
    if not isinstance(rules, Mapping):
        raise RuleIllegal("permissions must be an object of rules")
    dropped = frozenset(title for title, rule in rules.items() if rule == {})
    codes = told.get("codes")
    if codes is not None and not isinstance(codes, Mapping):
        raise PermissionAskedWrong("codes must be an object of names")
    return AskedLink(
        parse_rules({title: rule for title, rule in rules.items() if title not in dropped}),
        dropped,
        None if codes is None else frozenset(codes),
        _text(told, "source_id") or "",
        _text(told, "password"),
        _moment(_text(told, "expires_at")),
        _object(told, "cozyMetadata"),
    )


def read_documents(body: bytes) -> list[tuple[str, str]]:
    """Read `{data: [{type, id}]}` as doctypes and ids. Raises PermissionAskedWrong."""
    return [(named.type, named.id) for named in _decoded(body, _Documents).data]


def read_names(text: str) -> list[str]:
    """Read the names of codes to be made, with commas between. Raises PermissionAskedWrong."""
    names = [name for name in text.split(",") if name]
    if len(set(names)) != len(names) or len(names) > _MOST_CODES:
        raise PermissionAskedWrong(f"codes are at most {_MOST_CODES} different names")
    return names


def read_span(text: str) -> timedelta:
    """Read how long something lasts: `1D`, `2h30m`; M is 30 days, Y 365. Raises Permission…."""
    if not _SPAN.fullmatch(text):
        raise PermissionAskedWrong(f"ttl is not understood: {text}")
    seconds = sum(int(number) * _UNITS[unit] for number, unit in _PART.findall(text))
    try:
        return timedelta(seconds=seconds)
    except OverflowError as error:
        raise PermissionAskedWrong("ttl is too long") from error


def _decoded(body: bytes, kind: type[Any]) -> Any:  # noqa: ANN401  # of `kind`
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise PermissionAskedWrong(f"the body is not as it should be: {error}") from error


def _text(told: Mapping[str, Any], name: str) -> str | None:
    found = told.get(name)
    if found is not None and not isinstance(found, str):
        raise PermissionAskedWrong(f"{name} must be a string")
    return found


def _object(told: Mapping[str, Any], name: str) -> dict[str, Any] | None:
    found = told.get(name)
    if found is not None and not isinstance(found, dict):
        raise PermissionAskedWrong(f"{name} must be an object")
    return found


def _moment(text: str | None) -> str | None:
    if not text:
        return text
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise PermissionAskedWrong(f"expires_at is no date: {text}") from error
    if moment.tzinfo is None:
        raise PermissionAskedWrong("expires_at needs a time zone")
    return text
