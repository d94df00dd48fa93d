"""What a home's folder says about it: its names, its owner and its secret, in `instance.json`."""

import json
import os
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from server.auth.kdf import Kdf
from server.instances.instance import Owner

FILE_NAME = "instance.json"


@dataclass(frozen=True, slots=True)
class InstanceRecord:
    """A home at rest: found by `domain` and by each of `aliases`, all lower case, without port."""

    folder: Path
    domain: str
    aliases: tuple[str, ...]
    owner: Owner
    secret: bytes = field(repr=False)

    @property
    def hosts(self) -> tuple[str, ...]:
        """Every name it answers to."""
        return (self.domain, *self.aliases)

    def with_owner(self, owner: Owner) -> "InstanceRecord":
        """Return the record with another passphrase for the owner, or none yet."""
        return replace(self, owner=owner)


class RecordUnreadable(Exception):
    """A folder's `instance.json` is not what this program wrote."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"{path}: {why}")
        self.path = path
        self.why = why


def read_record(folder: Path) -> InstanceRecord:
    """Read a home's record. Raises RecordUnreadable, OSError."""
    path = folder / FILE_NAME
    try:
        return _parse(folder, json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, KeyError, TypeError) as error:
        raise RecordUnreadable(path, str(error)) from error


def write_record(record: InstanceRecord) -> None:
    """Write a home's record, readable by its owner alone; whole or not at all. Raises OSError."""
    record.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = record.folder / (FILE_NAME + ".new")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(_render(record), file, indent=2)
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(record.folder / FILE_NAME)
    _sync_directory(record.folder)


def read_records(instances: Path) -> list[InstanceRecord]:
    """Read the records of all homes in a folder, by domain. Raises RecordUnreadable, OSError."""
    found = (path.parent for path in instances.glob(f"*/{FILE_NAME}"))
    return sorted((read_record(folder) for folder in found), key=lambda record: record.domain)


def _parse(folder: Path, told: dict[str, Any]) -> InstanceRecord:
    return InstanceRecord(
        folder=folder,
        domain=str(told["domain"]),
        aliases=tuple(str(alias) for alias in told["aliases"]),
        owner=_parse_owner(told["owner"]),
        secret=bytes.fromhex(told["secret"]),
    )


def _render(record: InstanceRecord) -> dict[str, object]:
    return {
        "domain": record.domain,
        "aliases": list(record.aliases),
        "owner": _render_owner(record.owner),
        "secret": record.secret.hex(),
    }


def _parse_owner(told: dict[str, Any]) -> Owner:
    kdf = Kdf(int(told.get("kdf_iterations", 0)), str(told.get("kdf_salt", "")))
    return Owner(
        str(told["name"]), str(told["password_hash"]), kdf, str(told.get("setup_hash", ""))
    )


def _render_owner(owner: Owner) -> dict[str, object]:
    return {
        "name": owner.name,
        "password_hash": owner.password_hash,
        "kdf_iterations": owner.kdf.iterations,
        "kdf_salt": owner.kdf.salt,
        "setup_hash": owner.setup_hash,
    }


def _sync_directory(folder: Path) -> None:
    if os.name == "nt":  # a directory cannot be opened there, and its entries need no flush
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
