"""`python -m benchmarks.sync`: the desktop client beside nextcloudcmd, rclone and Syncthing.

Each program synchronises a folder of its own with a home of its own, once for each step: the first
time, with nothing to do, with one file changed, with a folder renamed; then a large file, and a
mebibyte in the middle of it. Syncthing has no server: it keeps the folder and that of another
Syncthing, whose processor time stands where that of the home is. Programs that stay are started,
waited for until they rest, and ended. Counted are the seconds, the processor time of both ends, the
most memory that the program held, and the bytes each way.

`--idle 100000` watches a client at rest instead, and how soon a change is at the other device.
"""

import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import click

from benchmarks.processes import processor_seconds, resident_mib
from benchmarks.servers import scratch
from benchmarks.sync_programs import MAKERS, Bench
from tests.support.foyer_sync import SyncDevice, let_in
from tests.support.running_home import RunningHome

STEPS = (
    *("first sync", "nothing to do", "one file changed", "folder renamed"),
    *("large file", "1 MiB of it changed"),
)
_CHANGES = 10
_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Spent:
    """What a step took: seconds, processor seconds, MiB at the most, MiB sent and received."""

    seconds: float
    processor: float
    server: float
    memory: float
    sent: float
    received: float


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


def _enlarge(folder: Path, mebibytes: int) -> None:
    with (folder / "large.bin").open("wb") as file:
        for _ in range(mebibytes):
            file.write(os.urandom(_PIECE))


def _touch_large(folder: Path) -> None:
    with (folder / "large.bin").open("r+b") as file:
        file.seek(file.seek(0, os.SEEK_END) // 2 + 12_345)
        file.write(os.urandom(_PIECE))


def measure(name: str, place: Path, files: int, size: int, large: int) -> dict[str, Spent]:
    """Let one program do all steps; `large` is the MiB of the large file, 0 for none."""
    place.mkdir()
    before: dict[str, Callable[[Path], None]] = {
        STEPS[0]: lambda folder: _fill(folder, files, size),
        STEPS[2]: _change,
        STEPS[3]: _rename,
        STEPS[4]: lambda folder: _enlarge(folder, large),
        STEPS[5]: _touch_large,
    }
    found = {}
    with MAKERS[name][1](place) as bench:
        for step in STEPS if large else STEPS[:4]:
            before.get(step, lambda _: None)(bench.program.folder)
            found[step] = _spent(bench)
            click.echo(f"{name}: {step}: {found[step]}", err=True)
    return found


def _spent(bench: Bench) -> Spent:
    line = bench.line
    sent, received, server = line.up, line.down, processor_seconds(bench.other_end)
    began = time.monotonic()
    processor, memory = bench.program.sync()
    return Spent(
        time.monotonic() - began,
        processor,
        processor_seconds(bench.other_end) - server,
        memory,
        (line.up - sent) / _PIECE,
        (line.down - received) / _PIECE,
    )


@contextmanager
def _resting(place: Path, files: int) -> Iterator[list[SyncDevice]]:
    """Have two devices that rest, with the same files as their home has."""
    tree = place / "tree"
    _fill(tree, files, 100)
    with RunningHome(place / "home") as home:
        home.stop()
        words = ["import", str(tree), "--dir", str(home.folder)]
        subprocess.run([sys.executable, "-m", "server", *words], check=True)
        home.start()
        devices = let_in(home, place, "laptop", "desk")
        for device in devices:
            shutil.copytree(tree, device.folder, dirs_exist_ok=True)
            device.start()
        try:
            for device in devices:
                while device.status().get("state") != "idle" or device.status()["waiting"]:
                    time.sleep(1)
            yield devices
        finally:
            for device in devices:
                device.process.send_signal(signal.SIGINT)
                device.process.wait(60)


def measure_idle(place: Path, files: int, seconds: float) -> dict[str, object]:
    """Return percent of a processor and MiB of a client at rest, and seconds to another device.

    What is changed lies in a directory of few files, and in one that has half of all.
    """
    with _resting(place, files) as (laptop, desk):
        time.sleep(10)
        pid = laptop.process.pid
        before = processor_seconds(pid)
        time.sleep(seconds)
        share = 100 * (processor_seconds(pid) - before) / seconds
        memory = resident_mib(pid)
        times = {}
        for directory in ("rest/000", "half"):
            took = [_to_the_other(laptop, desk, f"{directory}/new {n}") for n in range(_CHANGES)]
            times[directory] = {"median": statistics.median(took), "most": max(took)}
    return {"files": files, "percent": share, "memory": memory, "seconds": times}


def _to_the_other(one: SyncDevice, other: SyncDevice, path: str) -> float:
    began = time.monotonic()
    one.write(path, path.encode())
    while not (other.folder / path).exists():
        time.sleep(0.01)
    return time.monotonic() - began


def table(found: dict[str, dict[str, Spent]]) -> str:
    """Return the figures as people read them."""
    lines = [f"{'':21}{'':16}{'s':>9}{'CPU s':>9}{'home s':>9}{'MiB':>9}{'sent':>10}{'got':>10}"]
    for step in STEPS:
        for name, spent in ((name, steps[step]) for name, steps in found.items() if step in steps):
            figures = f"{spent.seconds:9.1f}{spent.processor:9.2f}{spent.server:9.2f}"
            lines.append(
                f"{step:21}{name:16}{figures}{spent.memory:9.0f}{spent.sent:10.2f}{spent.received:10.2f}"
            )
    return "\n".join(lines)


@click.command()
@click.option("--files", default=20_000)
@click.option("--size", default=10_240, help="Bytes of each file.")
@click.option("--large", default=1024, help="MiB of the large file; 0: none.")
@click.option("--only", type=click.Choice(list(MAKERS)), multiple=True)
@click.option("--idle", default=0, help="Measure a client at rest with so many files instead.")
@click.option("--seconds", default=60.0, help="How long it is watched at rest.")
@click.option("--json", "target", type=click.Path(path_type=Path))
def main(
    *,
    files: int,
    size: int,
    large: int,
    only: tuple[str, ...],
    idle: int,
    seconds: float,
    target: Path | None,
) -> None:
    """Measure, and print a table."""
    with ExitStack() as stack:
        place = Path(stack.enter_context(scratch()))
        if idle:
            click.echo(json.dumps(measure_idle(place, idle, seconds)))
            return
        there = [name for name in only or MAKERS if shutil.which(MAKERS[name][0])]
        found = {name: measure(name, place / name, files, size, large) for name in there}
    click.echo(table(found))
    if target is not None:
        told = {
            name: {step: asdict(it) for step, it in steps.items()} for name, steps in found.items()
        }
        target.write_text(json.dumps(told, indent=2) + "\n")


if __name__ == "__main__":
    main()
