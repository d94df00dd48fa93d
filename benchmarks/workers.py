"""One process, and several that share the homes: requests a second, their times, what is held.

    python -m benchmarks.workers --homes 20 --processes 1 2 --seconds 20

Each connection belongs to one home, and asks it over and over: a file written and read over WebDAV,
its folder listed, a document read. The client runs beside the servers, so a machine of two
processors shows less than there is.
"""

import argparse
import asyncio
import itertools
import json
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.http_client import Connection, Place
from benchmarks.many_homes import domain_of
from benchmarks.processes import processor_seconds, resident_mib
from benchmarks.report import say, table
from tests.support.running_home import PASSWORD, RunningHome, free_port

SECRET = "bench" * 8
CONTENT = bytes(range(256)) * 8
NAMES = 50
_OK = frozenset({200, 201, 204, 207})


@dataclass
class Seen:
    """What one run saw: seconds of each answer."""

    took: list[float] = field(default_factory=list)
    failed: int = 0

    def at(self, part: float) -> float:
        return sorted(self.took)[int(len(self.took) * part)] * 1000


def make(admin: int, domain: str) -> None:
    told = {"domain": domain, "owner": "owner", "password": PASSWORD}
    asked = urllib.request.Request(
        f"http://127.0.0.1:{admin}/instances",
        json.dumps(told).encode(),
        {"Authorization": f"Bearer {SECRET}"},
    )
    with urllib.request.urlopen(asked, timeout=60) as answer:
        assert answer.status == 201


def asked_of(home: RunningHome, domain: str) -> Iterator[bytes]:
    """Yield the requests of one connection, for ever."""
    at = Place(domain, home.port, home.authorization)
    head = at.request("PROPFIND", "/dav/files/").replace(b"Accept", b"Depth: 1\r\nAccept")
    documents = at.request("GET", "/couchdb/io.cozy.files/io.cozy.files.root-dir")
    for number in itertools.count():
        path = f"/dav/files/{number % NAMES}.bin"
        yield at.request("PUT", path, CONTENT)
        yield at.request("GET", path)
        yield documents
        if number % 10 == 0:
            yield head


async def ask(home: RunningHome, domain: str, until: float, seen: Seen) -> None:
    loop = asyncio.get_running_loop()
    transport, line = await loop.create_connection(Connection, "127.0.0.1", home.port)
    for request in asked_of(home, domain):
        begun = time.perf_counter()
        if begun >= until:
            break
        answer = await line.ask(request)
        seen.took.append(time.perf_counter() - begun)
        seen.failed += answer.status not in _OK
    transport.close()


async def load(home: RunningHome, domains: list[str], connections: int, seconds: float) -> Seen:
    seen, until = Seen(), time.perf_counter() + seconds
    chosen = itertools.islice(itertools.cycle(domains), connections)
    await asyncio.gather(*(ask(home, domain, until, seen) for domain in chosen))
    return seen


def measured(count: int, options: argparse.Namespace) -> list[str]:
    admin = free_port()
    env = {
        "FOYER_WORKERS": str(count),
        "FOYER_ADMIN": f"127.0.0.1:{admin}",
        "FOYER_ADMIN_SECRET": SECRET,
    }
    domains = [domain_of(number) for number in range(options.homes)]
    with tempfile.TemporaryDirectory() as place, RunningHome(Path(place) / "d", env=env) as home:
        for domain in domains:
            make(admin, domain)
        asyncio.run(load(home, domains, options.connections, 2))
        before = processor_seconds(home.process.pid)
        seen = asyncio.run(load(home, domains, options.connections, options.seconds))
        spent = processor_seconds(home.process.pid) - before
        held = resident_mib(home.process.pid)
        assert home.stop() == 0
    rate = len(seen.took) / options.seconds
    times = [f"{seen.at(part):.1f}" for part in (0.5, 0.99)]
    each = f"{1000 * spent / len(seen.took):.2f}"
    return [str(count), f"{rate:.0f}", *times, each, f"{held:.0f}", str(seen.failed)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--homes", type=int, default=20)
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--processes", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--seconds", type=float, default=20)
    options = parser.parse_args()
    rows = [measured(count, options) for count in options.processes]
    head = ["processes", "a second", "median ms", "p99 ms", "ms of processor", "MiB", "failed"]
    say(table(head, rows))


if __name__ == "__main__":
    main()
