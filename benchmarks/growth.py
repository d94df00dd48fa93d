"""What a request costs in a large database beside a small one, and the memory of a long feed."""

import asyncio
import json
import random
import time
from dataclasses import dataclass

from benchmarks import workload
from benchmarks.asking import CHANGED, DESIGN, INDEX
from benchmarks.http_client import ask, drive
from benchmarks.report import say
from benchmarks.rounds import Results
from benchmarks.rows import posts
from benchmarks.servers import Server

SMALL = 10_000
BATCH = 1000
CLIENTS = 32
ROUNDS = 5
RECENT = 20  # documents that a client which was away for a moment has to catch up with
PIECE = 1 << 20
QUERIES = {
    f"views, {CHANGED} writes later (ms)": ("GET", "_design/asked/_view/names?limit=1"),
    f"views, {CHANGED} writes later, reduced (ms)": ("GET", "_design/asked/_view/sizes"),
    f"_find, {CHANGED} writes later (ms)": (
        "POST",
        "_find",
        {"selector": {"dir_id": f"{50:032x}", "name": {"$gt": None}}, "limit": 1},
    ),
}
LOOK_EVERY = 0.05  # seconds


@dataclass(slots=True)
class Grown:
    """A database of some size, in one file with the other."""

    server: Server
    name: str
    ids: list[str]

    @property
    def label(self) -> str:
        """Return the column's head."""
        return f"{len(self.ids):,} documents"

    async def write(self, ids: list[str]) -> float:
        """Write documents in bulk; return how many a second."""
        place = self.server.place
        bodies = list(workload.bulk_bodies(ids, BATCH))
        seconds = await drive(place, posts(place, f"/{self.name}/_bulk_docs", bodies), 1)
        return len(ids) / seconds

    async def fill(self) -> None:
        """Make the database, and write all that is in it at the start."""
        await ask(self.server.place, "PUT", f"/{self.name}")
        for start in range(0, len(self.ids), 50 * BATCH):
            rate = await self.write(self.ids[start : start + 50 * BATCH])
            say(f"growth: {self.label:20} from {start:9,}: {rate:9,.0f} documents/s")
        await self._index()

    async def _index(self) -> None:
        """Define a view with a reduction and a Mango index, and build them."""
        place, begun = self.server.place, time.perf_counter()
        for path, definition in (("_design/asked", DESIGN), ("_index", INDEX)):
            method = "POST" if path == "_index" else "PUT"
            await ask(place, method, f"/{self.name}/{path}", workload.compact(definition))
        for query in QUERIES.values():
            await self.ask(*query)
        rate = 2 * len(self.ids) / (time.perf_counter() - begun)
        say(f"growth: {self.label:20} indexed twice: {rate:9,.0f} documents/s")

    async def ask(self, method: str, path: str, body: object = None) -> float:
        """Ask something of it; return how many milliseconds the answer took."""
        text = workload.compact(body) if body is not None else b""
        begun = time.perf_counter()
        await ask(self.server.place, method, f"/{self.name}/{path}", text)
        return (time.perf_counter() - begun) * 1000


async def measure_growth(server: Server, large: int) -> Results:
    """Do the same work in both databases, in turn; columns are the two sizes."""
    results = Results()
    grown = [
        Grown(server, f"grown{count}", workload.document_ids(count, count))
        for count in (SMALL, large)
    ]
    for database in grown:
        await database.fill()
    for number in range(ROUNDS):
        for database in grown:
            for row, figure in (await _work(database, number)).items():
                results.add(row, database.label, figure)
    before, most = await _stream_all(grown[-1])
    results.add("memory, before a feed of all documents (MiB)", grown[-1].label, before)
    results.add("memory, most while it streams (MiB)", grown[-1].label, most)
    return results


async def _work(database: Grown, number: int) -> dict[str, float]:
    place, name = database.server.place, database.name
    figures = {}
    fresh = workload.document_ids(5 * BATCH, 77 + number)
    figures["bulk write (documents/s)"] = await database.write(fresh)
    recent = await _sequence(database)
    await database.write(workload.document_ids(RECENT, 177 + number))
    requests = [place.request("GET", f"/{name}/_changes?since={recent}")] * 500
    figures["_changes since recently (requests/s)"] = 500 / await drive(place, requests, CLIENTS)
    some = random.Random(number).choices(database.ids, k=2000)
    requests = [place.request("GET", f"/{name}/{one}") for one in some]
    figures["single GET (requests/s)"] = len(requests) / await drive(place, requests, CLIENTS)
    asked = random.Random(number).sample(database.ids, 5 * BATCH)
    bodies = [
        workload.compact({one: [f"1-{one}"] for one in asked[start : start + BATCH]})
        for start in range(0, len(asked), BATCH)
    ]
    seconds = await drive(place, posts(place, f"/{name}/_revs_diff", bodies), 1)
    figures["_revs_diff (revisions/s)"] = len(asked) / seconds
    for row_number, (row, query) in enumerate(QUERIES.items(), 1):
        await database.ask(*query)  # what was written above is taken in
        await database.write(workload.document_ids(CHANGED, 277 + 100 * row_number + number))
        figures[row] = await database.ask(*query)
    return figures


async def _sequence(database: Grown) -> str:
    answer = await ask(database.server.place, "GET", f"/{database.name}")
    return str(json.loads(answer.body)["update_seq"])


async def _stream_all(database: Grown) -> tuple[float, float]:
    """Read the whole feed with its documents; return memory before and at its most, in MiB."""
    place = database.server.place
    before = most = database.server.resident() or 0.0
    reader, writer = await asyncio.open_connection(place.host, place.port)
    writer.write(place.request("GET", f"/{database.name}/_changes?include_docs=true"))
    tail, looked, begun = b"", time.perf_counter(), time.perf_counter()
    rows = 0
    while not tail.endswith(b"0\r\n\r\n"):
        piece = await reader.read(PIECE)
        if not piece:
            raise ConnectionError("the feed was cut off")
        rows += piece.count(b'{"seq":')
        tail = (tail + piece)[-5:]
        if time.perf_counter() - looked > LOOK_EVERY:
            looked = time.perf_counter()
            most = max(most, database.server.resident() or 0.0)
    writer.close()
    say(f"growth: {rows:,} rows streamed in {time.perf_counter() - begun:.1f} s")
    return before, most
