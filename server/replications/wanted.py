"""A replication as somebody asks for it: the body of `_replicate`, or a document of `_replicator`.

The errors say which field is wrong and never repeat it: it may hold a password.
"""

from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec

from replication.core.checkpoint import Filter, OpaqueSequence, replication_id
from replication.core.errors import Invalid
from replication.couch.address import Address, parse_address
from server.data.access import check_name

T = TypeVar("T")
Side = str | Address
"""A database of the home by name, or one somewhere else."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be replicated, from where to where."""

    source: Side
    target: Side
    kept: Filter
    continuous: bool = False
    create_target: bool = False
    since: OpaqueSequence | None = None
    cancel: bool = False

    @property
    def is_local(self) -> bool:
        """Tell whether both sides are of the home."""
        return isinstance(self.source, str) and isinstance(self.target, str)

    def checkpoint_id(self, house: str) -> str:
        """Return the name of the checkpoints; a start of one's own has its own."""
        since = [] if self.since is None else [f"since {self.since}"]
        source = [*_named(self.source), *since]
        return replication_id(house, source, _named(self.target), self.kept)

    def job_id(self, house: str) -> str:
        """Return the id that is told to clients, and that cancels it."""
        extension = "+continuous" * self.continuous + "+create_target" * self.create_target
        return self.checkpoint_id(house) + extension


class _Basic(msgspec.Struct):
    username: str
    password: str


class _Auth(msgspec.Struct):
    basic: _Basic | None = None


class _Remote(msgspec.Struct):
    url: str
    headers: dict[str, str] = {}
    auth: _Auth | None = None


class _Body(msgspec.Struct):
    source: str | _Remote | None = None
    target: str | _Remote | None = None
    continuous: bool = False
    create_target: bool = False
    cancel: bool = False
    doc_ids: list[str] | None = None
    selector: dict[str, Any] | None = None
    filter: str | None = None
    query_params: dict[str, Any] | None = None
    since_seq: str | int | None = None


class _Named(msgspec.Struct):
    cancel: bool = False
    replication_id: str | None = None
    id: str | None = None


def parse_wanted(body: bytes) -> Wanted:
    """Read what is wanted. Raises Invalid."""
    asked = _decode(body, _Body)
    return Wanted(
        _side(asked.source, "source"),
        _side(asked.target, "target"),
        _filter(asked),
        continuous=asked.continuous,
        create_target=asked.create_target,
        since=asked.since_seq,
        cancel=asked.cancel,
    )


def id_to_cancel(body: bytes) -> str | None:
    """Return the id of a replication that is to be cancelled by it. Raises Invalid."""
    named = _decode(body, _Named)
    return (named.replication_id or named.id) if named.cancel else None


def _decode(body: bytes, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.ValidationError as error:
        place = str(error).rpartition("`")[0].rpartition("`")[2] or "$"
        raise Invalid("bad_request", f"{place} is not what it should be.") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Invalid("bad_request", "invalid UTF-8 JSON") from None


def _side(side: str | _Remote | None, field: str) -> Side:
    if side is None or side == "":
        raise Invalid("bad_request", f"`{field}` is missing.")
    if isinstance(side, _Remote):
        basic = side.auth.basic if side.auth else None
        login = (basic.username, basic.password) if basic else None
        return parse_address(side.url, side.headers, login)
    if side.startswith(("http://", "https://")):
        return parse_address(side)
    if "://" in side:
        raise Invalid("bad_request", f"`{field}` must be a database here or an http(s) URL.")
    return check_name(side)


def _filter(asked: _Body) -> Filter:
    if sum(part is not None for part in (asked.doc_ids, asked.selector, asked.filter)) > 1:
        raise Invalid("bad_request", "`doc_ids`, `filter`, `selector` are mutually exclusive")
    if asked.doc_ids is not None:
        return Filter(frozenset(asked.doc_ids))
    if asked.selector is not None:
        return Filter(selector=asked.selector)
    parameters = {name: _text(value) for name, value in (asked.query_params or {}).items()}
    return Filter(name=asked.filter, parameters=parameters if asked.filter else {})


def _text(value: object) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def _named(side: Side) -> list[str]:
    return ["local", side] if isinstance(side, str) else ["http", side.url, side.user]
