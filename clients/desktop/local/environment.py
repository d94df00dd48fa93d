"""What the environment says: the language, and where the program keeps its things."""

import os
import sys
from pathlib import Path

import platformdirs

_NAME = "foyer-sync"


def language() -> str:
    """Return the language that people here read: `fr` or `en` (POSIX, 8.2)."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "")
        if value:
            return "fr" if value.lower().startswith("fr") else "en"
    return "en"


def state_folder() -> Path:
    """Return where homes, folders and what is known of them are kept; FOYERSYNC_DIR names it."""
    named = os.environ.get("FOYERSYNC_DIR", "")
    return Path(named) if named else platformdirs.user_data_path(_NAME, appauthor=False)


def has_screen() -> bool:
    """Tell whether there is a screen to show anything on."""
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
