"""The programs that `benchmarks.sync` lets keep a folder: ours, Nextcloud's, rclone, Syncthing."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from benchmarks.counting_line import CountingLine
from benchmarks.processes import processor_seconds, resident_mib
from benchmarks.syncthing import syncthing
from tests.support.foyer_sync import SyncDevice, let_in
from tests.support.running_home import PASSWORD, RunningHome

_LOOK = 0.05
_ASK = 0.25
"""Seconds between questions to the client, each of which costs it a count of its files."""


class Program(Protocol):
    """Keeps `folder` the same as what is at the other end of a line."""

    @property
    def folder(self) -> Path:
        """The folder."""

    def sync(self) -> tuple[float, float]:
        """Synchronise once; returns processor seconds and MiB at the most."""


@dataclass(frozen=True, slots=True)
class Bench:
    """A program, the line that its bytes go over, and the process at the other end."""

    program: Program
    line: CountingLine
    other_end: int


Maker = Callable[[Path], AbstractContextManager[Bench]]


class Foyer:
    """foyer-sync, started and ended for each step."""

    def __init__(self, home: RunningHome, place: Path, address: str) -> None:
        self.device: SyncDevice
        (self.device,) = let_in(_At(home, address), place, "foyer")
        self.folder: Path = self.device.folder

    def sync(self) -> tuple[float, float]:
        """Synchronise once; returns processor seconds and MiB at the most."""
        self.device.start()
        most, calm = 0.0, 0
        while calm < 2:
            time.sleep(_ASK)
            most = max(most, resident_mib(self.device.process.pid))
            told = self.device.status()
            calm = calm + 1 if told.get("state") == "idle" and not told["waiting"] else 0
        spent = processor_seconds(self.device.process.pid)
        self.device.stop()
        return spent, most


class _At:
    """A home as it is reached by another address."""

    def __init__(self, home: RunningHome, address: str) -> None:
        self.address = address
        self.owner = home.owner


class Command:
    """A program that synchronises once and ends."""

    def __init__(self, folder: Path, command: list[str], first: list[str]) -> None:
        self.folder = folder
        self._command = command
        self._first = first
        self._settings = folder.parent / f"{folder.name} settings"
        self._settings.mkdir()
        folder.mkdir()

    def sync(self) -> tuple[float, float]:
        """Synchronise once; returns processor seconds and MiB at the most."""
        environment = {
            **os.environ,
            "QT_QPA_PLATFORM": "offscreen",
            "LC_ALL": "C.UTF-8",
            "HOME": str(self._settings),
            "XDG_CONFIG_HOME": str(self._settings),
        }
        command, self._first = self._command + self._first, []
        log = self._settings / "log"
        with log.open("ab") as output:
            process = subprocess.Popen(command, env=environment, stdout=output, stderr=output)
            most = 0.0
            ended, status, usage = os.wait4(process.pid, os.WNOHANG)
            while not ended:
                most = max(most, resident_mib(process.pid))
                time.sleep(_LOOK)
                ended, status, usage = os.wait4(process.pid, os.WNOHANG)
        if status:
            raise RuntimeError(f"{command[0]} ended with {status}: {log.read_text()[-2000:]}")
        return usage.ru_utime + usage.ru_stime, most


def nextcloudcmd(home: RunningHome, place: Path, address: str) -> Command:
    """Return Nextcloud's client, which synchronises once."""
    folder = place / "nextcloudcmd"
    command = ["nextcloudcmd", "--non-interactive", "--silent", "-u", home.owner, "-p", PASSWORD]
    return Command(folder, [*command, str(folder), address], [])


def rclone(home: RunningHome, place: Path, address: str) -> Command:
    """Return rclone's two-way synchronisation, whose first run is told so."""
    folder = place / "rclone"
    hidden = subprocess.run(
        ["rclone", "obscure", PASSWORD], capture_output=True, text=True, check=True
    )
    url = f"{address}/remote.php/dav/files/{home.owner}/"
    remote = f":webdav,url='{url}',vendor=nextcloud,user={home.owner},pass={hidden.stdout.strip()}:"
    command = ["rclone", "bisync", str(folder), remote, "--transfers", "8", "--checkers", "8"]
    return Command(folder, command, ["--resync"])


@contextmanager
def with_syncthing(place: Path) -> Iterator[Bench]:
    """Let Syncthing keep a folder and one of another Syncthing, which runs all the time."""
    with syncthing(place) as (here, there, line):
        yield Bench(here, line, there.process.pid)


def _at_home(make: Callable[[RunningHome, Path, str], Program]) -> Maker:
    @contextmanager
    def made(place: Path) -> Iterator[Bench]:
        with RunningHome(place / "home") as home, CountingLine(home.port) as line:
            yield Bench(make(home, place, line.address), line, home.process.pid)

    return made


MAKERS: dict[str, tuple[str, Maker]] = {
    "foyer-sync": (sys.executable, _at_home(Foyer)),
    "nextcloudcmd": ("nextcloudcmd", _at_home(nextcloudcmd)),
    "rclone bisync": ("rclone", _at_home(rclone)),
    "Syncthing": ("syncthing", with_syncthing),
}
"""By name: the command that must be there, and what starts it in a place of its own."""
