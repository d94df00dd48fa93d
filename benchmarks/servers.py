"""The servers that are measured, each in a process of its own, started here."""

import asyncio
import os
import subprocess
import tempfile
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from benchmarks.http_client import Place, ask
from tests.support.running_home import RunningHome, free_port

PEERS = Path(__file__).parent / "peers"
POUCHDB_SERVER = PEERS / "node_modules" / "pouchdb-server" / "bin" / "pouchdb-server"
PATIENCE = 60.0


@dataclass(frozen=True, slots=True)
class Server:
    """A server under measurement; `pid` is None for one that somebody else runs."""

    name: str
    place: Place
    url: str
    pid: int | None

    def resident(self) -> float | None:
        """Return the memory that the process holds, in MiB."""
        if self.pid is None:
            return None
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
        return None

    def spent(self) -> float | None:
        """Return the seconds of processor time that the process and its children have had."""
        if self.pid is None:
            return None
        listed = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text()
        return sum(_spent(pid) for pid in (self.pid, *map(int, listed.split())))


def _spent(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")  # proc(5): utime, stime


@contextmanager
def foyer(folder: Path) -> Iterator[Server]:
    """Run `foyer couch` over a folder."""
    with RunningHome(folder / "foyer", command="couch") as home:
        place = Place("127.0.0.1", home.port, home.authorization)
        yield Server("foyer", place, home.address_with_login, home.process.pid)


def cold_start(folder: Path) -> float:
    """Start `foyer couch` over a folder that has data; return the seconds to its first answer."""
    begun = time.perf_counter()
    with RunningHome(folder / "foyer", command="couch"):
        return time.perf_counter() - begun


@contextmanager
def pouchdb_server(folder: Path) -> Iterator[Server]:
    """Run pouchdb-server over a folder, on LevelDB as it comes."""
    data = folder / "pouchdb-server"
    data.mkdir()
    port = free_port()
    command = ["node", str(POUCHDB_SERVER), "--port", str(port), "--dir", str(data)]
    command += ["--no-stdout-logs", "--config", str(data / "config.json")]
    with (
        (folder / "pouchdb-server.log").open("wb") as log,
        subprocess.Popen(command, stdout=log, stderr=log, cwd=data) as process,
    ):
        try:
            place = Place("127.0.0.1", port)
            asyncio.run(until_answers(place, process))
            yield Server("pouchdb-server", place, f"http://127.0.0.1:{port}", process.pid)
        finally:
            process.kill()


@contextmanager
def couchdb(url: str) -> Iterator[Server]:
    """Use the Apache CouchDB that somebody runs at this URL."""
    parts = urlsplit(url)
    login = f"{unquote(parts.username or '')}:{unquote(parts.password or '')}"
    authorization = f"Basic {b64encode(login.encode()).decode()}" if parts.username else ""
    place = Place(parts.hostname or "127.0.0.1", parts.port or 5984, authorization)
    yield Server("couchdb", place, url.rstrip("/"), None)


async def until_answers(place: Place, process: subprocess.Popen[bytes]) -> None:
    """Wait until the server answers. Raises TimeoutError, and RuntimeError when it has ended."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"{process.args} ended with {process.returncode}")
        try:
            await ask(place, "GET", "/")
        except OSError:
            await asyncio.sleep(0.02)
        else:
            return
    raise TimeoutError(f"{process.args} does not answer")


def scratch() -> tempfile.TemporaryDirectory[str]:
    """Return a folder for the data of one run."""
    return tempfile.TemporaryDirectory(prefix="foyer-bench-")
