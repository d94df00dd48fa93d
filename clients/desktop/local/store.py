"""The homes that this computer is let into, and the folders that are kept: files of the program."""

from collections.abc import Iterator, MutableMapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from clients.desktop.home.credentials import Credentials
from clients.desktop.local.written import read, write

_HOMES, _FOLDERS, _SETTINGS = "homes", "folders", "folder.json"


class KeptFolder(msgspec.Struct):
    """A folder that is kept the same as a home. `home` is the id of this device there.

    `up` and `down` are how many bytes a second transfers may take; 0 for as many as there are.
    """

    id: str
    path: str
    home: str
    device: str
    paused: bool = False
    up: int = 0
    down: int = 0


@dataclass(frozen=True, slots=True)
class Store:
    """All that the program knows, in one folder."""

    folder: Path

    def homes(self) -> list[Credentials]:
        """Return the homes, by address."""
        found = (read(path, Credentials) for path in (self.folder / _HOMES).glob("*.json"))
        return sorted((home for home in found if home is not None), key=lambda it: it.address)

    def home(self, client_id: str) -> Credentials | None:
        """Return the home where this device has that id."""
        return read(self._home(client_id), Credentials)

    def keep_home(self, credentials: Credentials) -> None:
        """Write down what lets this device in; secrets are in it."""
        write(self._home(credentials.client_id), credentials)

    def forget_home(self, client_id: str) -> None:
        """Forget a home."""
        self._home(client_id).unlink(missing_ok=True)

    def folders(self) -> list[KeptFolder]:
        """Return the folders, by path."""
        paths = (self.folder / _FOLDERS).glob(f"*/{_SETTINGS}")
        found = (read(path, KeptFolder) for path in paths)
        return sorted((it for it in found if it is not None), key=lambda it: it.path)

    def keep(self, folder: KeptFolder) -> None:
        """Write down a folder."""
        write(self.place(folder) / _SETTINGS, folder)

    def forget(self, folder: KeptFolder) -> None:
        """Forget a folder, and all that was known of it; the files in it stay."""
        place = self.place(folder)
        for path in (place / _SETTINGS, *place.glob("*")):
            path.unlink(missing_ok=True)
        place.rmdir()

    def place(self, folder: KeptFolder) -> Path:
        """Return where the things of one folder are kept."""
        return self.folder / _FOLDERS / folder.id

    def _home(self, client_id: str) -> Path:
        return self.folder / _HOMES / f"{client_id}.json"


class KeptUploads(MutableMapping[str, str]):
    """Addresses of uploads under way, in a file, so that they go on after a crash."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._held = read(path, dict[str, str]) or {}

    def __getitem__(self, key: str) -> str:
        return self._held[key]

    def __setitem__(self, key: str, value: str) -> None:
        self._held[key] = value
        write(self._path, self._held)

    def __delitem__(self, key: str) -> None:
        del self._held[key]
        write(self._path, self._held)

    def __iter__(self) -> Iterator[str]:
        return iter(self._held)

    def __len__(self) -> int:
        return len(self._held)
