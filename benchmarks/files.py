"""The table "Files": a library imported, and work with it, beside nginx where that can do it."""

import asyncio
import os
import random
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from benchmarks.drives import Drive, FoyerDrive, NginxDrive
from benchmarks.http_client import Place, drive
from benchmarks.large_bodies import download, upload
from benchmarks.library import Shape, make_library
from benchmarks.nginx import nginx, nginx_command
from benchmarks.report import say
from benchmarks.rounds import Results
from benchmarks.servers import Server
from tests.support.running_home import ROOT, RunningHome

SMALL = 10 << 10
CLIENTS = 8
_MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class FilesSize:
    """How much is done: the library, uploads in a round, bytes of the large file."""

    library: Shape
    small: int
    large: int


WHOLE = FilesSize(Shape(10_000, 50_000, 40_000), 2_000, 1 << 30)
QUICK = FilesSize(Shape(1_000, 5_000, 4_000), 200, 100 << 20)


def measure_files(folder: Path, size: FilesSize, rounds: int) -> tuple[list[str], Results]:
    """Measure Foyer and, where it is installed, nginx; return the servers' names and figures."""
    results = Results()
    library = folder / "nginx"  # which serves it as it lies
    say(f"files: a library of {size.library.files:,} is made")
    make_library(library, size.library)
    imported(results, folder, library, size.library.files)
    large = folder / "large"
    with large.open("wb") as file:
        for _ in range(0, size.large, _MIB):
            file.write(os.urandom(_MIB))
    with ExitStack() as stack:
        home = stack.enter_context(RunningHome(folder / "drive"))
        place = Place("127.0.0.1", home.port, home.authorization)
        ours = FoyerDrive(Server("foyer", place, home.address, home.process.pid))
        drives: list[Drive] = [ours]
        if nginx_command() is None:
            say("no nginx: install it to compare with it")
        else:
            drives.append(NginxDrive(stack.enter_context(nginx(folder))))
        for number in range(rounds):
            turn = drives if number % 2 == 0 else drives[::-1]
            asyncio.run(play_round(results, turn, size, large, number))
        asyncio.run(play_feed(results, ours, size.library.files))
    return [one.server.name for one in drives], results


def imported(results: Results, folder: Path, library: Path, files: int) -> None:
    """Import the library into a new home, as its operator does."""
    with RunningHome(folder / "drive") as home:
        home.stop()
    command = [sys.executable, "-m", "server", "import", str(library), "--dir"]
    begun, spent = time.perf_counter(), _spent_by_children()
    subprocess.run(
        [*command, str(folder / "drive")], check=True, cwd=ROOT, stdout=subprocess.DEVNULL
    )
    note(results, "import of a folder (files/s)", "foyer", files / (time.perf_counter() - begun))
    spent = (_spent_by_children() - spent) / files * 1e6
    note(results, "import, processor time of a file (µs)", "foyer", spent)


def _spent_by_children() -> float:
    found = resource.getrusage(resource.RUSAGE_CHILDREN)
    return found.ru_utime + found.ru_stime


async def play_round(
    results: Results, drives: Sequence[Drive], size: FilesSize, large: Path, number: int
) -> None:
    """Let each server do each row, one after the other."""
    body = random.Random(number).randbytes(SMALL)
    names = [f"small {number} {n:05}.bin" for n in range(size.small)]
    for row in ("upload", "download"):
        for one in drives:
            requests = [
                one.upload(name, n.to_bytes(8) + body[8:])
                if row == "upload"
                else one.download(name)
                for n, name in enumerate(names)
            ]
            before = one.server.spent() or 0.0
            seconds = await drive(one.server.place, requests, CLIENTS)
            spent = ((one.server.spent() or 0.0) - before) / len(names) * 1e6
            name = f"{row} of 10 KiB, {CLIENTS} clients (files/s)"
            note(results, name, one.server.name, len(names) / seconds)
            name = f"{row} of 10 KiB, processor time of the server (µs)"
            note(results, name, one.server.name, spent)
    await play_large(results, drives, large, size.large, f"large {number}.bin")
    for one in drives:
        seconds, found = await one.list("flat")
        if found < size.library.flat:
            raise ValueError(f"{one.server.name} lists {found}")
        note(results, f"list of {found:,} files (ms)", one.server.name, seconds * 1000)
    for one in drives:
        seconds = await one.move("deep", "other/deep")
        await one.move("other/deep", "deep")
        row = f"move of a folder with {size.library.deep:,} files (ms)"
        note(results, row, one.server.name, seconds * 1000)


async def play_large(
    results: Results, drives: Sequence[Drive], large: Path, size: int, name: str
) -> None:
    """Send a large file, and have it back."""
    for one in drives:
        place = one.server.place
        seconds = await asyncio.to_thread(upload, place, one.upload(name, b""), large)
        label = f"upload of {size // _MIB} MiB (MiB/s)"
        note(results, label, one.server.name, size / _MIB / seconds)
    for one in drives:
        place = one.server.place
        seconds, received = await asyncio.to_thread(download, place, one.download(name))
        if received != size:
            raise ValueError(f"{one.server.name} sent {received} of {size} bytes")
        label = f"download of {size // _MIB} MiB (MiB/s)"
        note(results, label, one.server.name, size / _MIB / seconds)


async def play_feed(results: Results, ours: FoyerDrive, files: int) -> None:
    """Read the whole feed, as a desktop client does when it begins."""
    seconds = await ours.changes(files)
    note(results, f"_changes of {files:,} files with paths (s)", "foyer", seconds)


def note(results: Results, row: str, server: str, figure: float) -> None:
    """Keep a figure, and tell it."""
    results.add(row, server, figure)
    say(f"files: {server:15} {row:50} {figure:12,.1f}")
