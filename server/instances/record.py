"""What a home's folder says about it: its names, its owner, its standing, in `instance.json`.

docs/formats/instance.md has the fields. Those that this version does not know are kept as they are
when a record is written again, so that two versions may take turns on a folder.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec

from server.instances.owner import KNOWN as KNOWN_OF_OWNER
from server.instances.owner import Owner, parse_owner, render_owner

FILE_NAME = "instance.json"
FORMAT = 3
DEFAULT_CONTEXT = "default"
DEFAULT_LOCALE = "en"
_EMPTY_MEANS_UNCHOSEN = 3
"""Before this format `en` also stood for a home whose owner had chosen no language."""


@dataclass(frozen=True, slots=True)
class InstanceRecord:
    """A home at rest: found by `domain` and by each of `aliases`, all lower case, without port.

    `former` are names it once had, which lead to `domain`. `quota` is in bytes, None for no limit.
    `blocked` is the reason, empty for a home that is open; `deletion_at` the time from which it may
    be erased, `moved_to` the domain or address where it went; `oidc_id` is the owner at an
    outside provider; `flags` are feature flags that the host set. Dates are RFC 3339; empty texts
    stand for what nobody said: without a `locale` each browser gets the language it likes best.
    `unknown` holds the fields of other versions.
    """

    folder: Path
    domain: str
    aliases: tuple[str, ...]
    owner: Owner
    secret: bytes = field(repr=False)
    uuid: str = ""
    former: tuple[str, ...] = ()
    locale: str = ""
    timezone: str = ""
    context: str = DEFAULT_CONTEXT
    quota: int | None = None
    blocked: str = ""
    created_at: str = ""
    deletion_at: str = ""
    moved_to: str = ""
    terms_signed: str = ""
    oidc_id: str = ""
    onboarded: bool = True
    flags: Mapping[str, Any] = field(default_factory=dict, hash=False)
    format: int = FORMAT
    unknown: Mapping[str, Any] = field(default_factory=dict, repr=False, hash=False)

    @property
    def hosts(self) -> tuple[str, ...]:
        """Every name it answers to, or leads on from."""
        return (self.domain, *self.aliases, *self.former)

    @property
    def language(self) -> str:
        """The home's language where one must be named, its own or the usual one."""
        return self.locale or DEFAULT_LOCALE

    def with_owner(self, owner: Owner) -> "InstanceRecord":
        """Return the record with another passphrase for the owner, or none yet."""
        return replace(self, owner=owner)


class RecordUnreadable(Exception):
    """A folder's `instance.json` is not what this program wrote."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"{path}: {why}")
        self.path = path
        self.why = why


def read_record(folder: Path, name: str = FILE_NAME) -> InstanceRecord:
    """Read a home's record. Raises RecordUnreadable, OSError.

    One of an earlier format gets what it lacks, and is today's once it is written again.
    """
    path = os.path.join(folder, name)  # noqa: PTH118  # ten thousand are read at start
    descriptor = os.open(path, os.O_RDONLY)
    try:
        content = os.read(descriptor, os.fstat(descriptor).st_size)
        changed = os.fstat(descriptor).st_mtime
    finally:
        os.close(descriptor)
    try:
        return parsed(folder, msgspec.json.decode(content), changed)
    except (ValueError, KeyError, TypeError, AttributeError, msgspec.MsgspecError) as error:
        raise RecordUnreadable(Path(path), str(error)) from error


def write_record(record: InstanceRecord, name: str = FILE_NAME) -> None:
    """Write a home's record, readable by its owner alone; whole or not at all. Raises OSError."""
    record.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = record.folder / (name + ".new")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(msgspec.json.format(msgspec.json.encode(rendered(record)), indent=2) + b"\n")
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(record.folder / name)
    sync_directory(record.folder)


def each_record(
    instances: Path, broken: Callable[[RecordUnreadable], None] | None = None
) -> Iterator[InstanceRecord]:
    """Read the records of all homes in a folder, in no order. Raises OSError.

    Those that cannot be read are told to `broken`; without it RecordUnreadable is raised.
    """
    try:
        entries = list(os.scandir(instances))
    except FileNotFoundError:
        return
    for entry in entries:
        if entry.name.startswith("."):  # on its way in or out
            continue
        try:
            yield read_record(instances / entry.name)
        except (FileNotFoundError, NotADirectoryError):  # no home
            continue
        except RecordUnreadable as error:
            if broken is None:
                raise
            broken(error)


def read_records(instances: Path) -> list[InstanceRecord]:
    """Read the records of all homes in a folder, by domain. Raises RecordUnreadable, OSError."""
    return sorted(each_record(instances), key=lambda record: record.domain)


def sync_directory(folder: Path) -> None:
    """Make the entries of a directory durable."""
    if os.name == "nt":  # a directory cannot be opened there, and its entries need no flush
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def rfc3339(moment: datetime) -> str:
    """Return an aware moment as text, to the second, in UTC."""
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def parsed(folder: Path, told: dict[str, Any], changed: float) -> InstanceRecord:
    """Read what `instance.json` says; a home that does not tell was made when it `changed`.

    Raises ValueError, KeyError, TypeError, AttributeError.
    """
    secret = bytes.fromhex(told["secret"])
    quota = told.get("quota")
    return InstanceRecord(
        folder=folder,
        domain=str(told["domain"]),
        aliases=tuple(map(str, told["aliases"])),
        owner=parse_owner(told["owner"]),
        secret=secret,
        uuid=str(told.get("uuid") or _derived_uuid(secret)),
        former=tuple(map(str, told.get("former", ()))),
        locale=_locale(told),
        timezone=str(told.get("timezone", "")),
        context=str(told.get("context", DEFAULT_CONTEXT)),
        quota=None if quota is None else int(quota),
        blocked=str(told.get("blocked", "")),
        created_at=str(told.get("created_at") or rfc3339(datetime.fromtimestamp(changed, UTC))),
        deletion_at=str(told.get("deletion_at", "")),
        moved_to=str(told.get("moved_to", "")),
        terms_signed=str(told.get("terms_signed", "")),
        oidc_id=str(told.get("oidc_id", "")),
        onboarded=bool(told.get("onboarded", True)),
        flags=dict(told.get("flags", {})),
        format=int(told.get("format", 1)),
        unknown=_unknown(told),
    )


def _locale(told: Mapping[str, Any]) -> str:
    found = str(told.get("locale", ""))
    is_older = int(told.get("format", 1)) < _EMPTY_MEANS_UNCHOSEN
    return "" if is_older and found == DEFAULT_LOCALE else found


def _unknown(told: Mapping[str, Any]) -> dict[str, Any]:
    rest = {name: value for name, value in told.items() if name not in _KNOWN}
    of_owner = {name: value for name, value in told["owner"].items() if name not in KNOWN_OF_OWNER}
    return {**rest, "owner": of_owner} if of_owner else rest


_KNOWN = frozenset(InstanceRecord.__dataclass_fields__)
_PLAIN = (
    *("domain", "uuid", "former", "aliases", "locale", "timezone", "context", "quota", "blocked"),
    *("created_at", "deletion_at", "moved_to", "terms_signed", "onboarded", "oidc_id"),
    "flags",
)


def rendered(record: InstanceRecord) -> dict[str, object]:
    """Return what `instance.json` says of a home."""
    return {
        **record.unknown,
        "format": max(record.format, FORMAT),
        **{name: getattr(record, name) for name in _PLAIN},
        "owner": {**record.unknown.get("owner", {}), **render_owner(record.owner)},
        "secret": record.secret.hex(),
    }


def _derived_uuid(secret: bytes) -> str:
    """Return the id of a home that was made before homes had one: the same however often asked."""
    return sha256(b"uuid of a home\0" + secret).hexdigest()[:32]
