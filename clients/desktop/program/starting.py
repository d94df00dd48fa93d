"""A folder's process in the background: begun now, or by the system at each login."""

import getpass
import os
import platform
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from clients.desktop.local.store import KeptFolder, Store
from clients.desktop.program.services import (
    desktop_entry,
    launchd_plist,
    shown,
    systemd_unit,
    windows_task,
)

_MODULE = "clients.desktop.program"


@dataclass(frozen=True, slots=True)
class Service:
    """What a system was given, and the commands that make it take it, or let go of it."""

    path: Path
    text: str
    begin: tuple[str, ...]
    end: tuple[str, ...]
    encoding: str = "utf-8"


def tray_of(store: Store) -> Service:
    """Return what this system is given to show the icon from each login on."""
    command = [_python(), "-m", _MODULE, "--dir", str(store.folder), "tray"]
    system, name = platform.system(), "foyer-sync-tray"
    if system == "Darwin":
        return _launchd(name, command, store.folder / "tray.log")
    if system == "Windows":
        return _windows(name, command, store.folder / "tray.xml")
    path = Path.home() / ".config" / "autostart" / f"{name}.desktop"
    return Service(path, desktop_entry(command, "Foyer"), begin=(), end=())


def command_of(store: Store, folder: KeptFolder) -> list[str]:
    """Return the command that keeps a folder until it is stopped."""
    return [
        *(_python(), "-m", _MODULE, "--dir", str(store.folder)),
        *("run", "--quiet", folder.id),
    ]


def _python() -> str:
    """Return the interpreter; on Windows the one that opens no window of a console."""
    silent = Path(sys.executable).with_name("pythonw.exe")
    return str(silent) if sys.platform == "win32" and silent.exists() else sys.executable


def start(store: Store, folder: KeptFolder) -> None:
    """Begin a process that outlives the terminal; what it says goes to the folder's log."""
    place = store.place(folder)
    with (place / "log.txt").open("ab") as log:
        subprocess.Popen(  # noqa: S603  # our own command
            command_of(store, folder),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            cwd=place,
        )


def service_of(store: Store, folder: KeptFolder) -> Service:
    """Return what this system is given to start a folder's process at login."""
    name, command = f"foyer-sync-{folder.id[:8]}", command_of(store, folder)
    system, place = platform.system(), store.place(folder)
    if system == "Darwin":
        return _launchd(name, command, place / "log.txt")
    if system == "Windows":
        return _windows(name, command, place / "task.xml")
    return _systemd(name, command, folder.path)


def _systemd(name: str, command: list[str], kept: str) -> Service:
    path = Path.home() / ".config" / "systemd" / "user" / f"{name}.service"
    told = ("systemctl", "--user")
    return Service(
        path,
        systemd_unit(command, kept),
        begin=(*told, "enable", "--now", path.name),
        end=(*told, "disable", "--now", path.name),
    )


def _launchd(name: str, command: list[str], log: Path) -> Service:
    label = f"cloud.foyer.{name}"
    path = Path.home() / "Library" / "LaunchAgents" / f"{label}.plist"
    return Service(
        path,
        launchd_plist(label, command, str(log)),
        begin=("launchctl", "load", "-w", str(path)),
        end=("launchctl", "unload", "-w", str(path)),
    )


def _windows(name: str, command: list[str], path: Path) -> Service:
    return Service(
        path,
        windows_task(command, getpass.getuser()),
        begin=("schtasks", "/Create", "/F", "/TN", name, "/XML", str(path)),
        end=("schtasks", "/Delete", "/F", "/TN", name),
        encoding="utf-16",
    )


def install(service: Service) -> bool:
    """Write the service down, and have the system take it; False where the system does not."""
    service.path.parent.mkdir(parents=True, exist_ok=True)
    service.path.write_text(service.text, encoding=service.encoding)
    return _run(service.begin)


def remove(service: Service) -> bool:
    """Let the system let go of the service, and forget it."""
    ended = _run(service.end)
    service.path.unlink(missing_ok=True)
    return ended


def _run(command: tuple[str, ...]) -> bool:
    if not command:
        return True
    try:
        ended = subprocess.run(command, capture_output=True, check=False)  # noqa: S603  # the same
    except OSError:
        return False
    return ended.returncode == 0


def hostname() -> str:
    """Return what people call this computer."""
    return platform.node().partition(".")[0] or os.name


def service_command(service: Service) -> str:
    """Return what a person types to have the system take a service that was written down."""
    return shown(service.begin)
