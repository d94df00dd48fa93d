"""A mark in a home's folder: it has replications under way, and is opened when the server starts.

Without it every home would have to be opened to find out. A mark too many costs an opening; one
that a power cut took away is made again when the home is next opened.
"""

from pathlib import Path

_NAME = "replicating"


def mark(folder: Path, *, has_jobs: bool) -> None:
    """Set the mark, or take it away."""
    if has_jobs:
        (folder / _NAME).touch()
    else:
        (folder / _NAME).unlink(missing_ok=True)


def is_marked(folder: Path) -> bool:
    """Tell whether a home is to be opened."""
    return (folder / _NAME).exists()
