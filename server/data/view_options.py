"""The options of a view query, from the URL or a JSON body, checked in CouchDB's words.

Source: `couch_mrview_http:parse_params` and `couch_mrview_util:validate_args` of CouchDB 3.5.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from replication.core.errors import Invalid
from replication.index.index import Freshness
from replication.index.rows import Bound, KeyRange

UNSET: Any = msgspec.UNSET
MOST = 2**53
EXACT = "exact"
Place = Callable[[Any], bytes]
"""The place of a key in the order of a view."""


@dataclass(frozen=True, slots=True)
class ViewOptions:
    """What a reader asks of a view; keys are JSON values, or UNSET."""

    start: Any = UNSET
    end: Any = UNSET
    start_id: str | None = None
    end_id: str | None = None
    keys: list[Any] | None = None
    limit: int = MOST
    skip: int = 0
    descending: bool = False
    inclusive_end: bool = True
    reduce: bool | None = None
    group: bool | None = None
    group_level: int | None = None
    include_docs: bool = False
    attachments: bool = False
    conflicts: bool | None = None
    update: Freshness = Freshness.NOW
    update_seq: bool = False
    sorted: bool = True
    callback: str | None = None

    @property
    def level(self) -> int | str:
        """Return how rows are grouped: 0 for all together, EXACT for equal keys."""
        if self.group_level is not None:
            if self.group is False and self.group_level > 0:
                raise _invalid("Can't specify group=false and group_level>0 at the same time")
            return self.group_level
        return EXACT if self.group else 0

    def ranges(self, place: Place) -> list[KeyRange]:
        """Return the ranges of rows that are asked for, in the order they are answered in.

        Raises Invalid for one that runs the wrong way.
        """
        if self.keys is None:
            return [self._range(self.start, self.end, place)]
        return [self._range(key, key, place) for key in self.keys]

    def _range(self, start: object, end: object, place: Place) -> KeyRange:
        first = None if start is UNSET else Bound(place(start), self.start_id)
        last = None
        if end is not UNSET:
            last = Bound(place(end), self.end_id, inclusive=self.inclusive_end)
        if first is not None and last is not None and first.sort != last.sort:
            runs_down = first.sort > last.sort
            if runs_down is not self.descending:
                other = "false" if self.descending else "true"
                raise _invalid(
                    "No rows can match your key range, reverse your start_key and end_key or "
                    f"set descending={other}"
                )
        if self.descending:
            return KeyRange(last, first, descending=True)
        return KeyRange(first, last)


def read_options(
    given: Iterable[tuple[str, Any]], *, decoded: bool, base: ViewOptions | None = None
) -> ViewOptions:
    """Read options in order, on top of `base`; those of a body are `decoded` already.

    Names that mean nothing are passed over. Raises Invalid.
    """
    options: dict[str, Any] = {}
    for name, value in given:
        if name in _JSON:
            options |= _JSON[name](value if decoded else _json(value))
        elif name in _PLAIN:
            field, read = _PLAIN[name]
            options[field] = read(value)
        elif name == "stale":
            options["update"] = _stale(value)
    return replace(base or ViewOptions(), **options)


def check(options: ViewOptions, *, has_reduce: bool) -> ViewOptions:
    """Return options that fit together, `reduce` decided. Raises Invalid."""
    reduces = has_reduce and options.reduce is not False
    if not has_reduce and options.reduce:
        raise _invalid("Reduce is invalid for map-only views.")
    level = options.level
    if reduces and options.keys is not None and level != EXACT:
        raise _invalid("Multi-key fetches for reduce views must use `group=true`")
    if options.keys and (options.start is not UNSET or options.end is not UNSET):
        raise _invalid("`keys` is incompatible with `key`, `start_key` and `end_key`")
    if not reduces and level != 0:
        raise _invalid("Invalid use of grouping on a map view.")
    if reduces and options.include_docs:
        raise _invalid("`include_docs` is invalid for reduce")
    if reduces and options.conflicts is not None:
        raise _invalid("`conflicts` is invalid for reduce views.")
    return replace(options, reduce=reduces)


def _key(value: object) -> dict[str, Any]:
    return {"start": value, "end": value}


def _keys(value: object) -> dict[str, Any]:
    if not isinstance(value, list):
        raise _invalid("`keys` must be an array of strings.")
    return _key(value[0]) if len(value) == 1 else {"keys": value}


_JSON: Mapping[str, Callable[[Any], dict[str, Any]]] = {
    "key": _key,
    "keys": _keys,
    "startkey": lambda value: {"start": value},
    "start_key": lambda value: {"start": value},
    "endkey": lambda value: {"end": value},
    "end_key": lambda value: {"end": value},
}


def _json(text: str) -> Any:  # noqa: ANN401  # JSON
    try:
        return msgspec.json.decode(text.encode("utf-8", "replace"))
    except msgspec.DecodeError:
        raise Invalid("bad_request", "invalid UTF-8 JSON") from None


def _boolean(value: object) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower() == "true"
    raise _invalid(f"Invalid boolean parameter: {msgspec.json.encode(value).decode()}")


def _count(value: object) -> int:
    shown = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    if isinstance(value, str):
        if not value.lstrip("+-").isdecimal() or not value.isascii():
            raise _invalid(f'Invalid value for integer: "{shown}"')
        value = int(value[:20])
    if not isinstance(value, int) or isinstance(value, bool):
        raise _invalid(f"Invalid value for integer: {shown}")
    if value < 0:
        raise _invalid(f"Invalid value for positive integer: {shown}")
    return min(value, MOST)


def _update(value: object) -> Freshness:
    text = {True: "true", False: "false"}.get(value, value) if isinstance(value, bool) else value
    for freshness in Freshness:
        if text == freshness.value:
            return freshness
    raise _invalid("Invalid value for `update`.")


def _stale(value: object) -> Freshness:
    if value == "ok":
        return Freshness.NEVER
    if value == "update_after":
        return Freshness.LAZY
    raise _invalid("Invalid value for `stale`.")


def _text(value: object) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


_PLAIN: Mapping[str, tuple[str, Callable[[Any], Any]]] = {
    "startkey_docid": ("start_id", _text),
    "start_key_doc_id": ("start_id", _text),
    "endkey_docid": ("end_id", _text),
    "end_key_doc_id": ("end_id", _text),
    "limit": ("limit", _count),
    "skip": ("skip", _count),
    "descending": ("descending", _boolean),
    "inclusive_end": ("inclusive_end", _boolean),
    "reduce": ("reduce", _boolean),
    "group": ("group", _boolean),
    "group_level": ("group_level", _count),
    "include_docs": ("include_docs", _boolean),
    "attachments": ("attachments", _boolean),
    "conflicts": ("conflicts", _boolean),
    "update": ("update", _update),
    "update_seq": ("update_seq", _boolean),
    "sorted": ("sorted", _boolean),
    "callback": ("callback", _text),
}


def _invalid(reason: str) -> Invalid:
    return Invalid("query_parse_error", reason)
