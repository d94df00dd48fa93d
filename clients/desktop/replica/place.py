"""Where the replica of a home is on this computer."""

import shutil
from pathlib import Path

from clients.desktop.local.store import Store


def place_of(store: Store, client_id: str) -> Path:
    """Return the directory of a home's replica."""
    return store.folder / "replicas" / client_id


def forget(place: Path) -> None:
    """Forget a replica."""
    shutil.rmtree(place, ignore_errors=True)
