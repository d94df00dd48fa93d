"""What a Document Server says in a callback, taken from verified claims and nothing else.

The body carries a token whose claims are the body's own fields, and the header another whose claims
hold the body under `payload`. Fields outside a token could be anybody's, so they are not looked at.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import IntEnum
from typing import Any

import msgspec
from yarl import URL

from server.office.session import Save
from server.office.signature import BadSignature, bearer, verify


class Status(IntEnum):
    """The callback statuses that the protocol knows."""

    EDITING = 1
    MUST_SAVE = 2
    SAVE_FAILED = 3
    CLOSED_UNCHANGED = 4
    FORCE_SAVED = 6
    FORCE_SAVE_FAILED = 7


class CallbackMalformed(Exception):
    """A callback is signed, or could be, and still does not say what it must."""


@dataclass(frozen=True, slots=True)
class Callback:
    """One verified callback; `author` is the last editor, `last_save` the time of its contents.

    `users` are who is there (status 1), or who edited last. `history` and `changes_url` are what
    the editor's history shows of a save.
    """

    key: str
    status: Status
    url: str | None = None
    users: tuple[str, ...] = ()
    extension: str | None = None
    last_save: datetime | None = None
    history: Mapping[str, Any] = field(default_factory=dict)
    changes_url: str | None = None

    @property
    def author(self) -> str:
        """The last editor's id; empty where nobody is named."""
        return self.users[0] if self.users else ""

    @property
    def is_final(self) -> bool:
        """Whether the Document Server burns the key when it hears that this is stored."""
        return self.status in (Status.MUST_SAVE, Status.SAVE_FAILED)

    @property
    def brings_bytes(self) -> bool:
        """Whether there is a save behind it, or should be; the others are hints about people."""
        return self.status not in (Status.EDITING, Status.CLOSED_UNCHANGED)

    @property
    def is_doubtful(self) -> bool:
        """Whether the Document Server says itself that it could not save properly."""
        return self.status in (Status.SAVE_FAILED, Status.FORCE_SAVE_FAILED)

    @property
    def save(self) -> Save:
        """What sessions remember of it, once what it brought is stored."""
        return Save(self.fingerprint, self.is_final, self.last_save)

    @property
    def fingerprint(self) -> str:
        """What stays the same when a callback is sent again: retries sign the url anew."""
        return f"{self.status.value} {URL(self.url, encoded=True).path if self.url else ''}"


def read_callback(body: bytes, header: str | None, secret: str, *, now: float) -> Callback:
    """Verify a callback and return what it says.

    Raises BadSignature when neither the body nor the header holds a genuine token, and
    CallbackMalformed when the body is no JSON object or the claims are no callback.
    """
    try:
        fields = msgspec.json.decode(body, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise CallbackMalformed("the body is not a JSON object") from None
    return _parse(_verified_claims(fields, header, secret, now))


def _verified_claims(
    fields: Mapping[str, Any], header: str | None, secret: str, now: float
) -> Mapping[str, Any]:
    in_body = fields.get("token")
    if isinstance(in_body, str) and in_body:
        return verify(in_body, secret, now=now)
    in_header = bearer(header)
    if in_header is None:
        raise BadSignature("no token")
    payload = verify(in_header, secret, now=now).get("payload")
    if not isinstance(payload, dict):
        raise CallbackMalformed("the header's token holds no payload")
    return payload


def _parse(claims: Mapping[str, Any]) -> Callback:
    return Callback(
        key=_key(claims.get("key")),
        status=_status(claims.get("status")),
        url=_url(claims.get("url")),
        users=_users(claims.get("users")),
        extension=_extension(claims.get("filetype")),
        last_save=_time(claims.get("lastsave")),
        history=_history(claims.get("history")),
        changes_url=_url(claims.get("changesurl")),
    )


def _key(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise CallbackMalformed("key is not a string")
    return value


def _status(value: object) -> Status:
    if isinstance(value, bool) or not isinstance(value, int) or value not in _STATUSES:
        raise CallbackMalformed("status is none that this server knows")
    return Status(value)


def _url(value: object) -> str | None:
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise CallbackMalformed("url is not a string")
    try:
        value.encode()
        address = URL(value, encoded=True)
        _ = address.host, address.port  # yarl looks at a port only when it is asked for it
    except ValueError:
        raise CallbackMalformed("url is not an address") from None
    return value


def _users(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        return ()
    return tuple(user for user in value[:_MOST_USERS] if isinstance(user, str))


def _history(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _extension(value: object) -> str | None:
    if isinstance(value, str) and _EXTENSION.fullmatch(value):
        return value.lower()
    return None


def _time(value: object) -> datetime | None:
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


_MOST_USERS = 200
_STATUSES = frozenset(Status)
_EXTENSION = re.compile(r"[A-Za-z0-9]{1,10}")
