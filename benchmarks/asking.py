"""Questions to a large database: indexes built, and what a query costs once they are."""

import json
import time
from collections.abc import Sequence
from contextlib import suppress
from statistics import median, quantiles
from typing import Any
from urllib.parse import urlencode

from benchmarks import workload
from benchmarks.http_client import ask, connect, drive
from benchmarks.report import say
from benchmarks.rounds import Results
from benchmarks.rows import posts
from benchmarks.servers import Server

NAME = "asked"
BATCH = 1000
TIMES = 100  # that each query is asked, unless it takes too long
LONG_ENOUGH = 15.0  # seconds for all times of one query
FEWEST = 5
CHANGED = 100  # documents written before an index is asked again
OK = 200
HUNDREDTH = 98  # the place of the 99th percentile among cuts into hundredths

_MAP = "function (doc) { if (doc.type === 'file') { emit([doc.dir_id, doc.name], 1); } }"
DESIGN = {"views": {"names": {"map": _MAP}, "sizes": {"map": _MAP, "reduce": "_sum"}}}
INDEX = {"index": {"fields": ["dir_id", "name"]}, "ddoc": "found", "name": "names"}


async def measure_asking(servers: Sequence[Server], documents: int) -> Results:
    """Ask all servers the same; each row in turn, so that a noisy minute falls on all of them."""
    results = Results()
    ids = workload.document_ids(documents, documents)
    for server in servers:
        await _fill(server, ids)
    for server in servers:
        await _build(results, server, documents)
    for name, path, body in _queries(documents):
        for server in servers:
            await _query(results, server, name, path, body)
    for server in servers:
        await _update(results, server)
        await ask(server.place, "DELETE", f"/{NAME}")
    return results


async def _fill(server: Server, ids: Sequence[str]) -> None:
    with suppress(ValueError):  # it is not there
        await _asked(server, "DELETE", "")
    await _asked(server, "PUT", "")
    bodies = list(workload.bulk_bodies(ids, BATCH))
    seconds = await drive(server.place, posts(server.place, f"/{NAME}/_bulk_docs", bodies), 1)
    say(f"questions: {server.name:15} has {len(ids):,} documents after {seconds:.0f} s")


async def _build(results: Results, server: Server, documents: int) -> None:
    """Define indexes, and ask each for one row: some servers build at once, some when asked."""
    first = {"selector": {"dir_id": "0" * 32, "name": {"$gt": None}}, "limit": 1}
    views = [
        ("PUT", "/_design/asked", DESIGN),
        ("GET", "/_design/asked/_view/names?limit=1", None),
    ]
    mango = [("POST", "/_index", INDEX), ("POST", "/_find", first)]
    for row, steps in (("two views built", views), ("Mango index built", mango)):
        begun = time.perf_counter()
        for method, path, body in steps:
            await _asked(server, method, path, body)
        rate = documents / (time.perf_counter() - begun)
        _note(results, f"{row} (documents/s)", server, rate)


def _queries(documents: int) -> list[tuple[str, str, dict[str, Any] | None]]:
    folder = f"{documents // 200:032x}"
    start = json.dumps([folder])
    part = {"startkey": json.dumps([f"{10:032x}"]), "endkey": start}
    view = "/_design/asked/_view/"
    selector = {"dir_id": folder, "name": {"$gt": "Holiday"}}
    rows = urlencode({"limit": 1000, "startkey": start})
    return [
        ("_find by an index, 25 documents", "/_find", {"selector": selector, "limit": 25}),
        ("view, 1,000 rows", f"{view}names?{rows}", None),
        ("view, all rows reduced", f"{view}sizes", None),
        ("view, about half the rows reduced", f"{view}sizes?{urlencode(part)}", None),
        ("view, 100 rows, groups", f"{view}sizes?group_level=1&limit=100", None),
    ]


async def _query(
    results: Results, server: Server, name: str, path: str, body: dict[str, Any] | None
) -> None:
    took: list[float] = []
    request = server.place.request("POST" if body else "GET", f"/{NAME}{path}", _sent(body))
    connection = await connect(server.place)
    while len(took) < TIMES and (len(took) < FEWEST or sum(took) < LONG_ENOUGH * 1000):
        begun = time.perf_counter()
        answer = await connection.ask(request)
        took.append((time.perf_counter() - begun) * 1000)
        if answer.status != OK:
            raise RuntimeError(f"{server.name}: {path} was answered {answer.status}")
    connection.close()
    _note(results, f"{name}, median (ms)", server, median(took))
    _note(results, f"{name}, p99 (ms)", server, quantiles(took, n=100)[HUNDREDTH])


async def _update(results: Results, server: Server) -> None:
    """Write a few documents, and ask: the answer has them."""
    fresh = next(workload.bulk_bodies(workload.document_ids(CHANGED, 5), CHANGED))
    await _asked(server, "POST", "/_bulk_docs", json.loads(fresh))
    begun = time.perf_counter()
    await _asked(server, "GET", "/_design/asked/_view/names?limit=1")
    took = (time.perf_counter() - begun) * 1000
    _note(results, f"view, after {CHANGED} writes (ms)", server, took)


async def _asked(server: Server, method: str, path: str, body: object = None) -> None:
    await ask(server.place, method, f"/{NAME}{path}", _sent(body))


def _sent(body: object) -> bytes:
    return workload.compact(body) if body is not None else b""


def _note(results: Results, row: str, server: Server, figure: float) -> None:
    results.add(row, server.name, figure)
    say(f"questions: {server.name:15} {row:45} {figure:12,.2f}")
