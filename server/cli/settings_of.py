"""The settings of one command: what its options say comes before everything else."""

from collections.abc import Mapping
from pathlib import Path

from server.cli.refusals import refusals
from server.settings import Settings, load_settings


def settings_of(config: Path | None, chosen: Mapping[str, object]) -> Settings:
    """Return the settings. Raises Refusal."""
    with refusals():
        return load_settings(config=config, chosen=chosen)
