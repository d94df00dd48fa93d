"""What nothing built of these parts can pass: the client, bare aiohttp, SQLite alone."""

import hashlib
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import apsw

from benchmarks import workload
from benchmarks.http_client import Place, drive
from benchmarks.rounds import Results
from benchmarks.servers import until_answers
from benchmarks.session import Size
from tests.support.running_home import ROOT, free_port

PAGE_BYTES = 8192  # as our own files have it
INSERT = "INSERT INTO document (hash, id, body) VALUES (?, ?, ?)"
LOOK_UP = "SELECT body FROM document WHERE hash = ? AND id = ?"
SCAN = "SELECT sequence, id, body FROM document ORDER BY sequence"


async def measure_ceilings(size: Size, folder: Path) -> Results:
    """Measure each limit."""
    results = Results()
    for kind, row in (
        ("client", "this client (requests/s)"),
        ("aiohttp", "aiohttp answering nothing (requests/s)"),
    ):
        with _nothing(kind) as (place, process):
            await until_answers(place, process)
            requests = [place.request("GET", "/nothing")] * size.singles
            seconds = await drive(place, requests, size.clients)
        results.add(row, "here", len(requests) / seconds)
    for row, figure in sqlite_alone(size, folder / "alone.db").items():
        results.add(row, "here", figure)
    return results


@contextmanager
def _nothing(kind: str) -> Iterator[tuple[Place, subprocess.Popen[bytes]]]:
    port = free_port()
    command = [sys.executable, "-m", "benchmarks.nothing", kind, str(port)]
    with subprocess.Popen(command, cwd=ROOT) as process:
        try:
            yield Place("127.0.0.1", port), process
        finally:
            process.kill()


def sqlite_alone(size: Size, path: Path) -> dict[str, float]:
    """Write the same documents in the same batches, durably, and read them, without any server."""
    rows = _documents(size.documents)
    connection = _prepared(path)

    def bulk() -> None:
        for start in range(0, len(rows), size.batch):
            with connection:
                connection.executemany(INSERT, rows[start : start + size.batch])

    def one_commit_each() -> None:
        for number, (_, _, body) in enumerate(rows[: size.singles]):
            with connection:
                connection.execute(INSERT, (number, f"single {number}", body))

    def by_id() -> None:
        for row in rows:
            connection.execute(LOOK_UP, row[:2]).fetchall()

    def in_order() -> None:
        for _ in connection.execute(SCAN):
            pass

    figures = {
        "SQLite alone, bulk write (documents/s)": len(rows) / _seconds(bulk),
        "SQLite alone, a commit each (documents/s)": size.singles / _seconds(one_commit_each),
        "SQLite alone, reads by id (documents/s)": len(rows) / _seconds(by_id),
        "SQLite alone, reads in order (documents/s)": len(rows) / _seconds(in_order),
    }
    connection.close()
    return figures


def _documents(count: int) -> list[tuple[int, str, bytes]]:
    return [
        (_hash(name), name, workload.compact(workload.document(name, number)))
        for number, name in enumerate(workload.document_ids(count, 3))
    ]


def _prepared(path: Path) -> apsw.Connection:
    connection = apsw.Connection(str(path))
    connection.pragma("page_size", PAGE_BYTES)
    connection.pragma("journal_mode", "wal")
    connection.pragma("synchronous", 2)
    connection.execute(
        "CREATE TABLE document (sequence INTEGER PRIMARY KEY, hash INTEGER, id TEXT, body BLOB);"
        "CREATE INDEX by_hash ON document (hash)"
    )
    return connection


def _seconds(work: Callable[[], None]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _hash(document_id: str) -> int:
    digest = hashlib.blake2b(document_id.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little", signed=True)
