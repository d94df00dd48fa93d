"""Small files of the program's own: whole or not at all, for nobody else's eyes."""

import os
from pathlib import Path
from typing import TypeVar

import msgspec

T = TypeVar("T")


def write(path: Path, value: object) -> None:
    """Write a value as JSON, durably, with rights for its owner alone."""
    write_bytes(path, msgspec.json.encode(value))


def write_bytes(path: Path, content: bytes) -> None:
    """Write a content, durably, with rights for its owner alone."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    new = path.with_name(path.name + ".new")
    new.unlink(missing_ok=True)
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)


def read(path: Path, kind: type[T]) -> T | None:
    """Read a value; None where there is none, or none that makes sense."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except (OSError, msgspec.DecodeError):
        return None
