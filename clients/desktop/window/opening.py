"""What a system opens for a person: a page in an own window or the browser, a file, a notice."""

import os
import shutil
import subprocess
import sys
import webbrowser
from collections.abc import Sequence
from pathlib import Path
from threading import Thread

from clients.desktop.window.notices import Notice

_APPS = ("chromium", "chromium-browser", "google-chrome", "microsoft-edge", "brave-browser")
"""Browsers that show a page in a window of its own, without bars (`--app`)."""
_SIZE = "--window-size=440,720"
_MAC_NOTICE = "on run t\ndisplay notification (item 2 of t) with title (item 1 of t)\nend run"


def open_page(page: Path) -> bool:
    """Show a page that lies in a file; False where nothing can show it."""
    app = next(filter(None, map(shutil.which, _APPS)), None)
    if app is not None and _begun([app, f"--app={page.as_uri()}", _SIZE]):
        return True
    return webbrowser.open(page.as_uri())


def open_path(path: Path) -> None:
    """Open a file or a directory with the program that a person has for it."""
    if sys.platform == "win32":
        os.startfile(path)  # noqa: S606  # the system's own way; a path, never a command
    else:
        _begun(["open" if sys.platform == "darwin" else "xdg-open", str(path)])


def notify(notice: Notice) -> bool:
    """Have the system show a notice; False where it has no way that we know."""
    command = notice_command(notice, sys.platform)
    return bool(command) and shutil.which(command[0]) is not None and _begun(command)


def notice_command(notice: Notice, platform: str) -> Sequence[str]:
    """Return the command that shows a notice: its words are arguments, never parts of a script."""
    if platform == "darwin":
        return ("osascript", "-e", _MAC_NOTICE, notice.title, notice.text)
    if platform == "win32":
        return ()  # the tray icon has a way of its own
    return ("notify-send", "--app-name=Foyer", "--", notice.title, notice.text)


def _begun(command: Sequence[str]) -> bool:
    try:
        process = subprocess.Popen(  # noqa: S603  # programs of the system, named above
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError:
        return False
    Thread(target=process.wait, daemon=True).start()  # so that nothing of it stays behind
    return True
