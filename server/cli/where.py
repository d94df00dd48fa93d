"""The data folder that a command is about, as its options say."""

from dataclasses import dataclass
from pathlib import Path

from server.cli.settings_of import settings_of
from server.settings import Settings


@dataclass(frozen=True, slots=True)
class Where:
    """A data folder and a settings file, None for the usual ones."""

    folder: Path | None
    config: Path | None

    def settings(self) -> Settings:
        """Return the settings. Raises Refusal."""
        return settings_of(self.config, {"dir": self.folder})
