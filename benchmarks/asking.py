"""Questions to a large database: indexes built, and what a query costs once they are."""

import json
import random
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import count, islice, repeat
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
TIMES = 200  # that each query is asked, unless it takes too long
LONG_ENOUGH = 15.0  # seconds for all times of one query
FEWEST = 5
CHANGED = 100  # documents written before an index is asked again
OK = 200
HUNDREDTH = 98  # the place of the 99th percentile among cuts into hundredths

VIEW = "/_design/asked/_view/"
Question = tuple[str, dict[str, Any] | None]
"""A path in the database, and a body if there is one."""
Questions = Iterator[Question]

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
    for kind in range(len(_queries(documents))):
        for server in servers:
            name, questions = _queries(documents)[kind]  # the same for each server
            await _query(results, server, name, questions)
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


def _queries(documents: int) -> list[tuple[str, Questions]]:
    """Return what is asked, each a thing that is asked again and again, or another each time."""
    middle = documents // 2
    chance = random.Random(documents)
    others = (chance.randrange(1000, middle) for _ in count())
    return [
        ("_find by an index, 25 documents", repeat(_found(middle))),
        ("_find by an index, another each time", map(_found, others)),
        ("view, 1,000 rows", repeat(_rows(middle))),
        ("view, 1,000 rows, others each time", map(_rows, others)),
        ("view, all rows reduced", repeat((f"{VIEW}sizes", None))),
        ("view, about half the rows reduced", repeat(_reduced(1000, middle))),
        (
            "view, half the rows reduced, another each time",
            (_reduced(start, start + middle) for start in others),
        ),
        ("view, 100 rows, groups", repeat((f"{VIEW}sizes?group_level=1&limit=100", None))),
    ]


def _found(number: int) -> Question:
    name = {"$gt": f"Holiday {number:07}"}  # in front of all names, and different each time
    return "/_find", {"selector": {"dir_id": _folder(number), "name": name}, "limit": 25}


def _rows(number: int) -> Question:
    return f"{VIEW}names?{urlencode({'limit': 1000, 'startkey': _key(number)})}", None


def _reduced(start: int, end: int) -> Question:
    return f"{VIEW}sizes?{urlencode({'startkey': _key(start), 'endkey': _key(end)})}", None


def _key(number: int) -> str:
    """Return the key of a document, less the end of its name."""
    return json.dumps([_folder(number), f"Holiday in the mountains {number:07}"])


def _folder(number: int) -> str:
    return f"{number // 100:032x}"


async def _query(results: Results, server: Server, name: str, questions: Questions) -> None:
    took: list[float] = []
    requests = [_request(server, *question) for question in islice(questions, TIMES + 1)]
    connection = await connect(server.place)
    await connection.ask(requests.pop())
    before = server.spent()
    while requests and (len(took) < FEWEST or sum(took) < LONG_ENOUGH * 1000):
        request = requests.pop()
        begun = time.perf_counter()
        answer = await connection.ask(request)
        took.append((time.perf_counter() - begun) * 1000)
        if answer.status != OK:
            raise RuntimeError(f"{server.name}: {name} was answered {answer.status}")
    connection.close()
    _note(results, f"{name}, median (ms)", server, median(took))
    _note(results, f"{name}, p99 (ms)", server, quantiles(took, n=100)[HUNDREDTH])
    _note(results, f"{name}, shortest (ms)", server, min(took))
    after = server.spent()
    if before is not None and after is not None:
        busy = (after - before) / len(took) * 1000
        say(f"questions: {server.name:15} {name:45} {busy:12,.2f} ms of processor")


def _request(server: Server, path: str, body: dict[str, Any] | None) -> bytes:
    return server.place.request("POST" if body else "GET", f"/{NAME}{path}", _sent(body))


async def _update(results: Results, server: Server) -> None:
    """Write a few documents, and ask: the answer has them."""
    for row, path in (("view", "names?limit=1"), ("view, all rows reduced", "sizes")):
        ids = workload.document_ids(CHANGED, len(path))
        fresh = next(workload.bulk_bodies(ids, CHANGED))
        await _asked(server, "POST", "/_bulk_docs", json.loads(fresh))
        begun = time.perf_counter()
        await _asked(server, "GET", VIEW + path)
        took = (time.perf_counter() - begun) * 1000
        _note(results, f"{row}, after {CHANGED} writes (ms)", server, took)


async def _asked(server: Server, method: str, path: str, body: object = None) -> None:
    await ask(server.place, method, f"/{NAME}{path}", _sent(body))


def _sent(body: object) -> bytes:
    return workload.compact(body) if body is not None else b""


def _note(results: Results, row: str, server: Server, figure: float) -> None:
    results.add(row, server.name, figure)
    say(f"questions: {server.name:15} {row:45} {figure:12,.2f}")
