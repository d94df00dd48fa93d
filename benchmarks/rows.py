"""The rows of the table: each does one kind of work at one server and returns its figures."""

import asyncio
import json
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from statistics import median, quantiles

from benchmarks import workload
from benchmarks.http_client import Place, ask, connect, drive
from benchmarks.servers import PEERS
from benchmarks.session import Session

Figures = dict[str, float]
Row = Callable[[Session], Awaitable[Figures]]

ONE_BY_ONE = 1  # client: what replicators do


def posts(place: Place, path: str, bodies: Sequence[bytes]) -> list[bytes]:
    """Return POST requests, rendered."""
    return [place.request("POST", path, body) for body in bodies]


async def bulk_write(session: Session) -> Figures:
    """Fill the database, a batch after the other."""
    bodies = list(workload.bulk_bodies(session.ids, session.size.batch))
    requests = posts(session.server.place, session.path("/_bulk_docs"), bodies)
    seconds = await drive(session.server.place, requests, ONE_BY_ONE)
    await session.learn_revisions()
    return {"bulk write (documents/s)": len(session.ids) / seconds}


async def single_put(session: Session) -> Figures:
    """Write new documents one by one, from many clients."""
    place, ids = session.server.place, workload.document_ids(session.size.singles, session.seed + 7)
    requests = [
        place.request(
            "PUT", session.document_path(name), workload.compact(workload.document(name, number))
        )
        for number, name in enumerate(ids)
    ]
    seconds = await drive(place, requests, session.size.clients)
    return {"single PUT, 32 clients (requests/s)": len(ids) / seconds}


async def single_get(session: Session) -> Figures:
    """Read documents one by one, from many clients."""
    place, ids = session.server.place, session.some(session.size.singles)
    requests = [place.request("GET", session.document_path(name)) for name in ids]
    seconds = await drive(place, requests, session.size.clients)
    return {"single GET, 32 clients (requests/s)": len(ids) / seconds}


async def changes(session: Session) -> Figures:
    """Read the feed from its beginning."""
    return {"_changes from 0 (rows/s)": await _feed(session, "/_changes?since=0")}


async def changes_with_documents(session: Session) -> Figures:
    """Read the feed from its beginning, with the documents."""
    rate = await _feed(session, "/_changes?since=0&include_docs=true")
    return {"_changes with documents (rows/s)": rate}


async def _feed(session: Session, path: str) -> float:
    begun = time.perf_counter()
    answer = await ask(session.server.place, "GET", session.path(path))
    seconds = answer.at - begun
    rows = answer.body.count(b'"seq":')
    if rows < len(session.ids):
        raise ValueError(f"{rows} rows of {len(session.ids)} came from {session.server.name}")
    return rows / seconds


async def bulk_get(session: Session) -> Figures:
    """Read documents with their histories, as PouchDB does: by id and revision, in batches."""
    bodies = [
        workload.compact({"docs": [{"id": n, "rev": session.revisions[n]} for n in batch]})
        for batch in session.batches()
    ]
    path = session.path("/_bulk_get?revs=true&latest=true")
    requests = posts(session.server.place, path, bodies)
    seconds = await drive(session.server.place, requests, ONE_BY_ONE)
    return {"_bulk_get?revs=true (documents/s)": len(session.ids) / seconds}


async def revs_diff(session: Session) -> Figures:
    """Ask which revisions are lacking: half of them are."""
    chance = random.Random(session.seed)
    bodies = []
    for batch in session.batches():
        half = len(batch) // 2
        known = {name: [session.revisions[name]] for name in batch[:half]}
        unknown = {name: [f"2-{chance.getrandbits(128):032x}"] for name in batch[half:]}
        bodies.append(workload.compact(known | unknown))
    requests = posts(session.server.place, session.path("/_revs_diff"), bodies)
    seconds = await drive(session.server.place, requests, ONE_BY_ONE)
    return {"_revs_diff (revisions/s)": len(session.ids) / seconds}


async def replicated_write(session: Session) -> Figures:
    """Write third revisions with their histories, as a replicator does."""
    ids = workload.document_ids(session.size.pulled, session.seed + 13)
    bodies = list(workload.replicated_bodies(ids, session.size.batch))
    requests = posts(session.server.place, session.path("/_bulk_docs"), bodies)
    seconds = await drive(session.server.place, requests, ONE_BY_ONE)
    return {"replicated writes (documents/s)": len(ids) / seconds}


async def wake_up(session: Session) -> Figures:
    """Write, and see when those who wait for news have it."""
    place, delays = session.server.place, []
    listeners = [await connect(place) for _ in range(session.size.listeners)]
    listen = place.request("GET", session.path("/_changes?feed=longpoll&since=now&timeout=50000"))
    begun_at = time.time_ns()
    for number in range(session.size.wakeups):
        waiting = [listener.ask(listen) for listener in listeners]
        await asyncio.sleep(1.0)  # until all of them wait
        name = f"news-{session.seed}-{begun_at}-{number}"
        begun = time.perf_counter()
        await ask(place, "PUT", session.document_path(name), b'{"news":true}')
        delays += [answer.at - begun for answer in await asyncio.gather(*waiting)]
    for listener in listeners:
        listener.close()
    return {
        "long-poll wake-up, 100 listeners, p50 (ms)": median(delays) * 1000,
        "long-poll wake-up, 100 listeners, p99 (ms)": quantiles(delays, n=100)[-1] * 1000,
    }


async def pouchdb_pulls(session: Session) -> Figures:
    """Let PouchDB in Node pull a database into memory."""
    place, database = session.server.place, f"{session.database}-pulled"
    ids = workload.document_ids(session.size.pulled, session.seed + 17)
    await ask(place, "PUT", f"/{database}")
    bodies = list(workload.bulk_bodies(ids, session.size.batch))
    await drive(place, posts(place, f"/{database}/_bulk_docs", bodies), ONE_BY_ONE)
    pull = await asyncio.create_subprocess_exec(
        *("node", str(PEERS / "pull.js"), f"{session.server.url}/{database}"),
        stdout=asyncio.subprocess.PIPE,
    )
    said, _ = await pull.communicate()
    seen = json.loads(said)
    if seen["pulled"] != len(ids):
        raise ValueError(f"PouchDB pulled {seen['pulled']} of {len(ids)}")
    await ask(place, "DELETE", f"/{database}")
    return {"PouchDB in Node pulls (documents/s)": len(ids) / seen["seconds"]}


ROWS: tuple[Row, ...] = (
    bulk_write,
    single_put,
    single_get,
    changes,
    changes_with_documents,
    bulk_get,
    revs_diff,
    replicated_write,
    wake_up,
    pouchdb_pulls,
)
