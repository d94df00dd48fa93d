"""The ignore file of a folder, read again whenever it is another."""

import logging
import os

from clients.desktop.disk.ignoring import IGNORE_FILE, IgnoreRules

_log = logging.getLogger(__name__)

_LARGEST = 1 << 20
_FLAGS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)


class IgnoreFile:
    """What a folder leaves alone, by the file in it as it was last read."""

    def __init__(self, folder: str) -> None:
        self._path = os.path.join(folder, IGNORE_FILE)
        self._text = ""
        self.rules = IgnoreRules()

    def refresh(self) -> bool:
        """Read the file again; returns whether it says something else now."""
        text = self._read()
        if text is None or text == self._text:
            return False
        self._text, self.rules = text, IgnoreRules(text.splitlines())
        return True

    def ignores(self, path: str, *, is_directory: bool) -> bool:
        """Tell whether a path is left alone."""
        return self.rules.ignores(path, is_directory=is_directory)

    def _read(self) -> str | None:
        """Return what the file says; empty where there is none, None where it cannot be read."""
        try:
            descriptor = os.open(self._path, _FLAGS)
        except FileNotFoundError:
            return ""
        except OSError as error:
            _log.warning("%s cannot be read: %s", IGNORE_FILE, error.strerror)
            return None
        with os.fdopen(descriptor, "rb") as file:
            return file.read(_LARGEST).decode("utf-8", "replace").removeprefix("\ufeff")
