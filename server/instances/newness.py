"""A mark in a home's folder: it was founded, and nobody has opened it yet.

Who opens it gives it what a new home has, and takes the mark away after that: one that a crash
leaves behind makes that happen once more, which does no harm.
"""

from pathlib import Path

_NAME = "new"


def mark_new(folder: Path) -> None:
    """Set the mark. Raises OSError."""
    (folder / _NAME).touch(mode=0o600)


def is_new(folder: Path) -> bool:
    """Tell whether the mark is there."""
    return (folder / _NAME).exists()


def settled(folder: Path) -> None:
    """Take the mark away. Raises OSError."""
    (folder / _NAME).unlink(missing_ok=True)
