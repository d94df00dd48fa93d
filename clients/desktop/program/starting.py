"""A folder's process in the background: begun now, or by the system at each login."""

import getpass
import os
import platform
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from clients.desktop.local.store import KeptFolder, Store
from clients.desktop.program.services import launchd_plist, shown, systemd_unit, windows_task

_MODULE = "clients.desktop.program"


@dataclass(frozen=True, slots=True)
class Service:
    """What a system was given, and the commands that make it take it, or let go of it."""

    path: Path
    text: str
    begin: tuple[str, ...]
    end: tuple[str, ...]
    encoding: str = "utf-8"


def command_of(store: Store, folder: KeptFolder) -> list[str]:
    """Return the command that keeps a folder until it is stopped."""
    return [
        *(sys.executable, "-m", _MODULE, "--dir", str(store.folder)),
        *("run", "--quiet", folder.id),
    ]


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
    makers = {"Darwin": _launchd, "Windows": _windows}
    make = makers.get(platform.system(), _systemd)
    return make(store, folder, f"foyer-sync-{folder.id[:8]}")


def _systemd(store: Store, folder: KeptFolder, name: str) -> Service:
    path = Path.home() / ".config" / "systemd" / "user" / f"{name}.service"
    told = ("systemctl", "--user")
    return Service(
        path,
        systemd_unit(command_of(store, folder), folder.path),
        begin=(*told, "enable", "--now", path.name),
        end=(*told, "disable", "--now", path.name),
    )


def _launchd(store: Store, folder: KeptFolder, name: str) -> Service:
    label = f"cloud.foyer.{name}"
    path = Path.home() / "Library" / "LaunchAgents" / f"{label}.plist"
    log = str(store.place(folder) / "log.txt")
    return Service(
        path,
        launchd_plist(label, command_of(store, folder), log),
        begin=("launchctl", "load", "-w", str(path)),
        end=("launchctl", "unload", "-w", str(path)),
    )


def _windows(store: Store, folder: KeptFolder, name: str) -> Service:
    path = store.place(folder) / "task.xml"
    return Service(
        path,
        windows_task(command_of(store, folder), getpass.getuser()),
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
