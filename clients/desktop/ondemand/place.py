"""Where the contents of a home are kept on this computer."""

from pathlib import Path

from clients.desktop.local.store import Store


def place_of(store: Store, client_id: str) -> Path:
    """Return where the contents of a home are kept."""
    return store.folder / "contents" / client_id
