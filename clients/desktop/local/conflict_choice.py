"""A conflict that a person decides: which of the two contents keeps the name."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any


class Keep(StrEnum):
    """Whose content keeps the name: that of this computer, or the home's."""

    MINE = "mine"
    THEIRS = "theirs"


class NoConflict(Exception):
    """No conflict has this path."""


def original_of(conflicts: Sequence[Mapping[str, Any]], path: str) -> tuple[str, str]:
    """Return the conflict's file and the one whose name it lost. Raises NoConflict."""
    for event in conflicts:
        if path in (event["path"], event["other"]):
            return event["path"], event["other"]
    raise NoConflict(path)


def decide(folder: str, mine: str, original: str, keep: Keep) -> None:
    """Let one of both have the name.

    The other goes: at the home it is found among the versions of the file, or in the trash.
    Raises OSError.
    """
    copy, place = Path(folder) / mine, Path(folder) / original
    if keep is Keep.THEIRS:
        copy.unlink()
    else:
        copy.replace(place)
