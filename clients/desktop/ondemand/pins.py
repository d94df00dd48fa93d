"""What a person wishes to have here always: ids of files and directories, so that moves keep it."""

from pathlib import Path

from clients.desktop.local.written import read, write


def pinned(place: Path) -> set[str]:
    """Return the ids."""
    return set(read(place / "pins.json", list[str]) or [])


def pin(place: Path, node_id: str) -> None:
    """Wish for a file, or a directory with all that is in it."""
    write(place / "pins.json", sorted(pinned(place) | {node_id}))


def unpin(place: Path, node_id: str) -> None:
    """Wish for it no longer; it stays until there is no room."""
    write(place / "pins.json", sorted(pinned(place) - {node_id}))
