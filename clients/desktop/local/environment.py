"""What the environment says: the language, and where the program keeps its things."""

import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import platformdirs

_NAME = "foyer-sync"
_PRIMARY, _FRENCH = 0x3FF, 0x0C
"""Of a language of Windows: the bits that name it without its country ([MS-LCID] 2.2)."""


def language() -> str:
    """Return the language that people here read: `fr` or `en` (POSIX, 8.2)."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "")
        if value:
            return "fr" if value.lower().startswith("fr") else "en"
    return "fr" if _of_the_system().lower().startswith("fr") else "en"


@cache
def _of_the_system() -> str:
    """Return the language of a system that sets no variables for it: Windows, macOS."""
    if sys.platform == "win32":
        import ctypes

        number = ctypes.windll.kernel32.GetUserDefaultUILanguage()
        return "fr" if number & _PRIMARY == _FRENCH else "en"
    if sys.platform == "darwin":
        asked = ("defaults", "read", "-g", "AppleLocale")
        ended = subprocess.run(asked, capture_output=True, text=True, check=False)  # noqa: S603  # the system's own
        return ended.stdout
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
