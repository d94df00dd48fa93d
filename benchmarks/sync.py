"""`python -m benchmarks.sync`: the desktop client beside nextcloudcmd and rclone, on one home each.

Each program synchronises a folder of its own once: the first time, with nothing to do, with one
file changed, with a folder renamed. Ours is a process that stays, so it is started, waited for
until it rests, and ended. Counted are the seconds, the processor time of the program and of the
home, the most memory that the program held, and the bytes that went to the home.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import click

from benchmarks.counting_line import CountingLine
from benchmarks.processes import processor_seconds, resident_mib
from benchmarks.servers import scratch
from tests.support.foyer_sync import SyncDevice, let_in
from tests.support.running_home import PASSWORD, RunningHome

STEPS = ("first sync", "nothing to do", "one file changed", "folder renamed")
PROGRAMS = ("foyer-sync", "nextcloudcmd", "rclone bisync")
_LOOK = 0.05


@dataclass(frozen=True, slots=True)
class Spent:
    """What a step took: seconds, processor seconds, MiB at the most, MiB sent to the home."""

    seconds: float
    processor: float
    server: float
    memory: float
    sent: float


class Foyer:
    """foyer-sync, started and ended for each step."""

    def __init__(self, home: RunningHome, place: Path, address: str) -> None:
        home_here = _At(home, address)
        (self.device,) = let_in(home_here, place, "foyer")
        self.folder: Path = self.device.folder

    def sync(self) -> tuple[float, float]:
        """Synchronise once; returns processor seconds and MiB at the most."""
        self.device.start()
        most, calm = 0.0, 0
        while calm < 2:
            time.sleep(_LOOK)
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


MAKERS: dict[str, tuple[str, Callable[..., Foyer | Command]]] = {
    "foyer-sync": (sys.executable, Foyer),
    "nextcloudcmd": ("nextcloudcmd", nextcloudcmd),
    "rclone bisync": ("rclone", rclone),
}


def _fill(folder: Path, files: int, size: int) -> None:
    """Half of the files lie in one folder, the rest in a hundred others."""
    block = os.urandom(size)
    for number in range(files):
        where = "half" if number % 2 else f"rest/{number % 200:03d}"
        path = folder / where / f"file {number:06d}.bin"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(number.to_bytes(8, "big") + block[8:])


def _change(folder: Path) -> None:
    path = next(iter(sorted((folder / "half").iterdir())))
    path.write_bytes(os.urandom(path.stat().st_size))


def _rename(folder: Path) -> None:
    (folder / "half").rename(folder / "renamed half")


def measure(name: str, place: Path, files: int, size: int) -> dict[str, Spent]:
    """Let one program do all steps on a home of its own."""
    with ExitStack() as stack:
        home = stack.enter_context(RunningHome(place / f"home of {name}"))
        line = stack.enter_context(CountingLine(home.port))
        program = MAKERS[name][1](home, place, line.address)
        before: dict[str, Callable[[Path], None]] = {
            STEPS[0]: lambda folder: _fill(folder, files, size),
            STEPS[2]: _change,
            STEPS[3]: _rename,
        }
        found = {}
        for step in STEPS:
            before.get(step, lambda _: None)(program.folder)
            found[step] = _spent(program, home, line)
            click.echo(f"{name}: {step}: {found[step]}", err=True)
        return found


def _spent(program: Foyer | Command, home: RunningHome, line: CountingLine) -> Spent:
    sent, server = line.up, processor_seconds(home.process.pid)
    began = time.monotonic()
    processor, memory = program.sync()
    return Spent(
        time.monotonic() - began,
        processor,
        processor_seconds(home.process.pid) - server,
        memory,
        (line.up - sent) / (1 << 20),
    )


@contextmanager
def _idle(place: Path, files: int) -> Iterator[SyncDevice]:
    with RunningHome(place / "home") as home:
        devices = let_in(home, place, "idle", "other")
        _fill(devices[0].folder, files, 100)
        for device in devices:
            device.start()
        yield from _running(devices)


def _running(devices: list[SyncDevice]) -> Iterator[SyncDevice]:
    try:
        for device in devices:
            while device.status().get("state") != "idle" or device.status().get("waiting"):
                time.sleep(1)
        yield devices[0]
    finally:
        for device in devices:
            device.process.send_signal(signal.SIGINT)
            device.process.wait(60)


def measure_idle(place: Path, files: int, seconds: float) -> dict[str, float]:
    """Return percent of a processor and MiB of a client that has nothing to do."""
    with _idle(place, files) as device:
        time.sleep(10)
        pid = device.process.pid
        before = processor_seconds(pid)
        time.sleep(seconds)
        share = 100 * (processor_seconds(pid) - before) / seconds
        return {"files": files, "percent": share, "memory": resident_mib(pid)}


def table(found: dict[str, dict[str, Spent]]) -> str:
    """Return the figures as people read them."""
    lines = [f"{'':18}{'':18}{'s':>9}{'CPU s':>9}{'home s':>9}{'MiB':>9}{'sent MiB':>10}"]
    for step in STEPS:
        for name, spent in ((name, steps[step]) for name, steps in found.items()):
            figures = f"{spent.seconds:9.1f}{spent.processor:9.2f}{spent.server:9.2f}"
            lines.append(f"{step:18}{name:18}{figures}{spent.memory:9.0f}{spent.sent:10.2f}")
    return "\n".join(lines)


@click.command()
@click.option("--files", default=20_000)
@click.option("--size", default=10_240, help="Bytes of each file.")
@click.option("--only", type=click.Choice(PROGRAMS), multiple=True)
@click.option("--idle", default=0, help="Measure a client at rest with so many files instead.")
@click.option("--seconds", default=60.0, help="How long it is watched at rest.")
@click.option("--json", "target", type=click.Path(path_type=Path))
def main(
    *, files: int, size: int, only: tuple[str, ...], idle: int, seconds: float, target: Path | None
) -> None:
    """Measure, and print a table."""
    with ExitStack() as stack:
        place = Path(stack.enter_context(scratch()))
        if idle:
            click.echo(json.dumps(measure_idle(place, idle, seconds)))
            return
        there = [name for name in only or PROGRAMS if shutil.which(MAKERS[name][0])]
        found = {name: measure(name, place, files, size) for name in there}
    click.echo(table(found))
    if target is not None:
        told = {
            name: {step: asdict(it) for step, it in steps.items()} for name, steps in found.items()
        }
        target.write_text(json.dumps(told, indent=2) + "\n")


if __name__ == "__main__":
    main()
