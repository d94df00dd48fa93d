"""The data folder that a command is about, as its options say."""

from dataclasses import dataclass
from pathlib import Path

from server.cli.messages import say
from server.cli.refusals import Refusal
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

    def settings_of_disk(self) -> Settings:
        """Return the settings, for a command that knows no other place. Raises Refusal."""
        settings = self.settings()
        if settings.couchdb_url is not None or settings.s3 is not None:
            raise Refusal(say("kept_elsewhere"))
        return settings
