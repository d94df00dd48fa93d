"""The table "WebDAV": the same requests to Foyer and to servers over a folder, with what they cost.

None of the others has a database behind its files, keeps versions, or waits for the disk before it
answers an upload; Foyer does.
"""

import asyncio
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from benchmarks.dav_peers import ALL, installed_peers
from benchmarks.http_client import Place, connect, drive
from benchmarks.large_bodies import download, upload
from benchmarks.processes import processor_seconds, resident_mib
from benchmarks.report import say
from benchmarks.rounds import Results
from benchmarks.servers import Server
from tests.support.running_home import ROOT, RunningHome

SMALL = 10 << 10
CLIENTS = 8
_MIB = 1 << 20
_MOUNT = "/dav/files"
_AT_REST = 0.05
"""Seconds of the processor, of two, that a server may take which has nothing to do."""
_USUAL = (
    b'<?xml version="1.0"?><propfind xmlns="DAV:"><prop><resourcetype/><getcontentlength/>'
    b"<getlastmodified/><getetag/></prop></propfind>"
)


@dataclass(frozen=True, slots=True)
class DavSize:
    """How much is done: files listed at once, files below the folder that moves, small, large."""

    listed: int
    moved: int
    small: int
    large: int


WHOLE = DavSize(10_000, 5_000, 1_000, 1 << 30)
QUICK = DavSize(1_000, 500, 100, 50 << 20)


def measure_dav(folder: Path, size: DavSize, rounds: int) -> tuple[list[str], Results]:
    """Measure Foyer and those peers that are installed; return their names and the figures."""
    results, peers = Results(), installed_peers()
    for missing in [name for name in ALL if name not in peers]:
        say(f"webdav: no {missing}: install it to compare with it")
    large = folder / "large"
    with large.open("wb") as file:
        for _ in range(0, size.large, _MIB):
            file.write(os.urandom(_MIB))
    with ExitStack() as stack:
        sides = [stack.enter_context(_home(folder, size))]
        for name, start in peers.items():
            root = folder / "nginx" if name == "nginx" else folder / f"of-{name}"
            _furnish(root, size)
            sides.append((stack.enter_context(start(folder, root)), ""))
        for server, _ in sides:
            _let_settle(server)
        for number in range(rounds):
            turn = sides if number % 2 == 0 else sides[::-1]
            asyncio.run(_play(results, turn, size, large, number))
        for server, _ in sides:
            _note(results, "memory after it (MiB)", server, resident_mib(server.pid or 0))
    return [server.name for server, _ in sides], results


def _let_settle(server: Server, patience: float = 300.0) -> None:
    """Wait until a server has nothing to do: Foyer takes texts out of what was imported."""
    say(f"webdav: waiting until {server.name} rests")
    pid, end = server.pid or 0, time.monotonic() + patience
    spent, before = processor_seconds(pid), -1.0
    while spent - before > _AT_REST and time.monotonic() < end:
        time.sleep(2)
        spent, before = processor_seconds(pid), spent


Side = tuple[Server, str]
"""A server, and where its files are."""


def _furnish(root: Path, size: DavSize) -> None:
    for name, count in (("flat", size.listed), ("deep", size.moved)):
        (root / name).mkdir(parents=True)
        for number in range(count):
            (root / name / f"document {number:05}.txt").write_bytes(number.to_bytes(16))
    (root / "other").mkdir()


@contextmanager
def _home(folder: Path, size: DavSize) -> Iterator[Side]:
    source, data = folder / "to-import", folder / "dav-home"
    _furnish(source, size)
    with RunningHome(data) as home:
        home.stop()
    command = [sys.executable, "-m", "server", "import", str(source), "--dir", str(data)]
    subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)
    with RunningHome(data) as home:
        place = Place("127.0.0.1", home.port, home.authorization)
        yield Server("foyer", place, home.address, home.process.pid), _MOUNT


def _request(side: Side, method: str, path: str, body: bytes = b"", **headers: str) -> bytes:
    server, mount = side
    request = server.place.request(method, f"{mount}/{path}", body)
    said = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    request = request.replace(b"Accept: application/json\r\n", said.encode(), 1)
    if method == "PUT":  # as programs send what they know nothing of
        return request.replace(b"application/json", b"application/octet-stream", 1)
    if method == "PROPFIND":
        request = request.replace(b"application/json", b"application/xml", 1)
    return request


async def _play(
    results: Results, sides: Sequence[Side], size: DavSize, large: Path, number: int
) -> None:
    body = random.Random(number).randbytes(SMALL)
    names = [f"other/small-{number}-{n:05}.bin" for n in range(size.small)]
    for method in ("PUT", "GET"):
        for side in sides:
            requests = [
                _request(side, method, name, n.to_bytes(8) + body[8:] if method == "PUT" else b"")
                for n, name in enumerate(names)
            ]
            spent = processor_seconds(side[0].pid or 0)
            seconds = await drive(side[0].place, requests, CLIENTS)
            spent = processor_seconds(side[0].pid or 0) - spent
            label = f"{method} of 10 KiB, {CLIENTS} clients"
            _note(results, f"{label} (requests/s)", side[0], len(names) / seconds)
            _note(results, f"{label}, processor a request (ms)", side[0], spent * 1e3 / len(names))
    await _play_large(results, sides, large, size.large, number)
    for side in sides:
        await _play_listing(results, side, size)
    for side in sides:
        await _play_move(results, side, size)


async def _play_large(
    results: Results, sides: Sequence[Side], large: Path, size: int, number: int
) -> None:
    name = f"other/large-{number}.bin"
    for side in sides:
        spent = processor_seconds(side[0].pid or 0)
        head = _request(side, "PUT", name)
        seconds = await asyncio.to_thread(upload, side[0].place, head, large)
        spent = processor_seconds(side[0].pid or 0) - spent
        label = f"PUT of {size // _MIB} MiB"
        _note(results, f"{label} (MiB/s)", side[0], size / _MIB / seconds)
        _note(results, f"{label}, processor (s)", side[0], spent)
    for side in sides:
        spent = processor_seconds(side[0].pid or 0)
        request = _request(side, "GET", name)
        seconds, received = await asyncio.to_thread(download, side[0].place, request)
        spent = processor_seconds(side[0].pid or 0) - spent
        if received != size:
            raise ValueError(f"{side[0].name} sent {received} of {size} bytes")
        label = f"GET of {size // _MIB} MiB"
        _note(results, f"{label} (MiB/s)", side[0], size / _MIB / seconds)
        _note(results, f"{label}, processor (s)", side[0], spent)


async def _play_listing(results: Results, side: Side, size: DavSize, times: int = 5) -> None:
    """List a folder as a client does that takes gzip: each time another, and the same again."""
    label = f"PROPFIND of {size.listed:,}"
    for kind, is_changed in ((label, True), (f"{label}, asked again", False)):
        took = spent = 0.0
        for number in range(times):
            if is_changed:
                await _change(side, number)
            listed = await _list(side)
            took, spent = took + listed.seconds, spent + listed.processor
        _note(results, f"{kind} (ms)", side[0], took * 1e3 / times)
        _note(results, f"{kind}, processor (ms)", side[0], spent * 1e3 / times)
    _note(results, f"{label}, on the wire (KiB)", side[0], listed.size / 1024)


class _Listed(NamedTuple):
    seconds: float
    processor: float
    size: int


async def _change(side: Side, number: int) -> None:
    """Change the folder that is listed, and let what follows an upload be over."""
    connection = await connect(side[0].place)
    await connection.ask(_request(side, "PUT", "flat/changed.bin", number.to_bytes(16)))
    connection.close()
    await asyncio.sleep(0.5)


async def _list(side: Side) -> _Listed:
    request = _request(side, "PROPFIND", "flat/", _USUAL, Depth="1", Accept_Encoding="gzip")
    connection, spent = await connect(side[0].place), processor_seconds(side[0].pid or 0)
    begun = time.perf_counter()
    answer = await connection.ask(_with_length(request))
    seconds = time.perf_counter() - begun
    spent = processor_seconds(side[0].pid or 0) - spent
    connection.close()
    if answer.status != 207:  # Multi-Status
        raise ValueError(f"{side[0].name} answered {answer.status}: {answer.body[:300]!r}")
    return _Listed(seconds, spent, len(answer.raw))


def _with_length(request: bytes) -> bytes:
    head, _, body = request.partition(b"\r\n\r\n")
    if b"content-length" in head.lower():
        return request
    return head + f"\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


async def _play_move(results: Results, side: Side, size: DavSize) -> None:
    server, mount = side
    for here, there, is_told in (("deep", "other/deep", True), ("other/deep", "deep", False)):
        target = f"{server.url}{mount}/{there}/"
        connection = await connect(server.place)
        begun = time.perf_counter()
        answer = await connection.ask(_request(side, "MOVE", f"{here}/", Destination=target))
        seconds = time.perf_counter() - begun
        connection.close()
        if answer.status not in (201, 204):
            raise ValueError(f"{server.name} answered {answer.status}: {answer.body[:300]!r}")
        if is_told:
            label = f"MOVE of a folder with {size.moved:,} files (ms)"
            _note(results, label, server, seconds * 1e3)


def _note(results: Results, row: str, server: Server, figure: float) -> None:
    results.add(row, server.name, figure)
    say(f"webdav: {server.name:10} {row:50} {figure:12,.2f}")
