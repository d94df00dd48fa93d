"""What each system reads to start a folder's process by itself: pure."""

import re
import shlex
from collections.abc import Sequence
from subprocess import list2cmdline
from xml.sax.saxutils import escape

from clients.desktop.local.telling import printable

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def systemd_unit(command: Sequence[str], path: str) -> str:
    """Return a unit of a person's systemd (systemd.service(5)); it is started at their login."""
    line = " ".join(_systemd_word(word) for word in command)
    return (
        "[Unit]\n"
        f"Description=Foyer: {printable(path).replace('%', '%%')}\n\n"
        "[Service]\n"
        f"ExecStart={line}\n"
        "Restart=on-failure\n"
        "RestartSec=5\n"
        "Nice=10\n"
        "IOSchedulingClass=idle\n\n"
        "[Install]\n"
        "WantedBy=default.target\n"
    )


def _systemd_word(word: str) -> str:
    held = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return '"' + _CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}", held) + '"'


def launchd_plist(label: str, command: Sequence[str], log: str) -> str:
    """Return a property list for launchd (launchd.plist(5))."""
    words = "".join(f"    <string>{escape(word)}</string>\n" for word in command)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" '
        '"http://www.apple.com/DTDs/PropertyList-1.0.dtd">\n'
        '<plist version="1.0">\n<dict>\n'
        f"  <key>Label</key>\n  <string>{escape(label)}</string>\n"
        f"  <key>ProgramArguments</key>\n  <array>\n{words}  </array>\n"
        "  <key>RunAtLoad</key>\n  <true/>\n"
        "  <key>KeepAlive</key>\n  <dict>\n    <key>SuccessfulExit</key>\n    <false/>\n  </dict>\n"
        "  <key>ProcessType</key>\n  <string>Background</string>\n"
        f"  <key>StandardErrorPath</key>\n  <string>{escape(log)}</string>\n"
        "</dict>\n</plist>\n"
    )


def windows_task(command: Sequence[str], user: str) -> str:
    """Return a task for the Task Scheduler (schema 1.2), begun when a person signs in."""
    program, *rest = command
    words = list2cmdline(rest)  # as programs of Windows take a line apart
    return (
        '<?xml version="1.0" encoding="UTF-16"?>\n'
        '<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">\n'
        "  <Triggers><LogonTrigger><Enabled>true</Enabled>"
        f"<UserId>{escape(user)}</UserId></LogonTrigger></Triggers>\n"
        "  <Settings><MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>"
        "<DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>"
        "<StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>"
        "<ExecutionTimeLimit>PT0S</ExecutionTimeLimit>"
        "<RestartOnFailure><Interval>PT1M</Interval><Count>10</Count></RestartOnFailure>"
        "</Settings>\n"
        f"  <Actions><Exec><Command>{escape(program)}</Command>"
        f"<Arguments>{escape(words)}</Arguments></Exec></Actions>\n"
        "</Task>\n"
    )


def desktop_entry(command: Sequence[str], name: str) -> str:
    """Return an entry that a desktop begins at login (Desktop Entry Specification 1.5)."""
    line = " ".join(_entry_word(word) for word in command)
    return (
        "[Desktop Entry]\nType=Application\n"
        f"Name={name}\nExec={line}\nTerminal=false\nX-GNOME-Autostart-enabled=true\n"
    )


def _entry_word(word: str) -> str:
    """Quote a word as 7 has it, then escape it as a value of type string has it (4)."""
    quoted = re.sub(r'(["`$\\])', r"\\\1", word.replace("%", "%%"))
    escaped = quoted.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t")
    return f'"{escaped}"'


def shown(command: Sequence[str]) -> str:
    """Return a command as a person would type it."""
    return shlex.join(command)
