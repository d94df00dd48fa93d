"""Two CouchDBs of ours in processes of their own, replicating both ways, killed in the middle."""

import asyncio
import hashlib
import io

import aiohttp
import pytest

from tests.support.running_home import RunningHome

DOCUMENTS = 10_000


@pytest.fixture
def couches(tmp_path):
    with (
        RunningHome(tmp_path / "one", command="couch") as one,
        RunningHome(tmp_path / "two", command="couch") as two,
    ):
        yield one, two


@pytest.fixture
async def session(couches):
    headers = {"Authorization": couches[0].authorization}
    async with aiohttp.ClientSession(headers=headers) as session:
        yield session


async def ask(session, method, url, status, **options):
    async with session.request(method, url, **options) as response:
        text = await response.text()
        assert response.status == status, text
        return await response.json(content_type=None) if text.startswith(("{", "[")) else text


async def post(session, url, body, status=201):
    return await ask(session, "POST", url, status, json=body)


async def fill(session, database, prefix, number):
    for start in range(0, number, 500):
        documents = [
            {"_id": f"{prefix}{n:05}", "n": n, "text": "é" * 200} for n in range(start, start + 500)
        ]
        await post(session, f"{database}/_bulk_docs", {"docs": documents})


async def state(session, database):
    rows = (await ask(session, "GET", f"{database}/_changes?style=all_docs", 200))["results"]
    return {
        row["id"]: (sorted(change["rev"] for change in row["changes"]), row.get("deleted", False))
        for row in rows
    }


async def until_same(session, one, two):
    """Wait until both hold the same; the test's time-out ends it."""
    while True:
        first, second = await state(session, one), await state(session, two)
        if first == second:
            return first
        await asyncio.sleep(0.2)


async def until_noted(session, couch, target):
    """Wait until the target has a checkpoint of the job; the test's time-out ends it."""
    while True:
        await asyncio.sleep(0.05)
        job = await ask(session, "GET", f"{couch.address}/_replicator/job", 200)
        name = job.get("_replication_id", "").removesuffix("+continuous")
        async with session.get(f"{target}/_local/{name}") as response:
            if name and response.status == 200:
                return await response.json()


async def attach(session, database, document_id, data):
    url = f"{database}/{document_id}/data.bin"
    headers = {"Content-Type": "application/octet-stream"}
    await ask(session, "PUT", url, 201, data=io.BytesIO(data), headers=headers)


def contents_of(number):
    return hashlib.sha256(str(number).encode()).digest() * (3000 * number + 1)


async def test_both_ways_with_attachments_conflicts_and_deletions(couches, session):
    one, two = (f"{couch.address}/notes" for couch in couches)
    for database in (one, two):
        await ask(session, "PUT", database, 201)
    await fill(session, one, "a", DOCUMENTS // 2)
    await fill(session, two, "b", DOCUMENTS // 2)
    for number in range(20):
        await attach(session, one, f"attached{number}", contents_of(number))
    for number in range(100):
        for database, side in ((one, "one"), (two, "two")):
            await ask(session, "PUT", f"{database}/torn{number}", 201, json={"side": side})
        gone = await ask(session, "GET", f"{one}/a{number:05}", 200)
        await ask(session, "DELETE", f"{one}/a{number:05}?rev={gone['_rev']}", 200)

    far = f"{couches[1].address_with_login}/notes"
    replicate = f"{couches[0].address}/_replicate"
    pushed = await post(session, replicate, {"source": "notes", "target": far}, 200)
    pulled = await post(session, replicate, {"source": far, "target": "notes"}, 200)
    assert pushed["history"][0]["docs_written"] == DOCUMENTS // 2 + 120
    assert pulled["history"][0]["docs_written"] == DOCUMENTS // 2 + 100

    seen = await state(session, one)
    assert seen == await state(session, two)
    assert len(seen) == DOCUMENTS + 120
    assert sum(len(leaves) == 2 for leaves, _ in seen.values()) == 100
    assert sum(deleted for _, deleted in seen.values()) == 100
    for number in range(20):
        async with session.get(f"{two}/attached{number}/data.bin") as response:
            assert await response.read() == contents_of(number)


@pytest.mark.parametrize("killed", [0, 1], ids=["source", "target"])
async def test_a_kill_in_the_middle_costs_nothing_but_time(couches, session, killed):
    one, two = (f"{couch.address}/notes" for couch in couches)
    for database in (one, two):
        await ask(session, "PUT", database, 201)
    await fill(session, one, "a", DOCUMENTS)
    far = f"{couches[1].address_with_login}/notes"
    job = {"source": "notes", "target": far, "continuous": True}
    await ask(session, "PUT", f"{couches[0].address}/_replicator/job", 201, json=job)
    noted = await until_noted(session, couches[0], two)
    couches[killed].kill()
    if killed == 1:  # there is something to say while nobody listens
        await fill(session, one, "later", 1000)
    await asyncio.to_thread(couches[killed].start)
    if killed == 0:
        await fill(session, one, "later", 1000)
    seen = await until_same(session, one, two)
    assert len(seen) == DOCUMENTS + 1000

    resumed = noted
    while resumed["session_id"] == noted["session_id"]:
        resumed = await until_noted(session, couches[0], two)
    latest, *before = resumed["history"]
    assert latest["start_last_seq"] in {known["recorded_seq"] for known in before}
    assert latest["start_last_seq"] != 0
    for couch in couches:
        log = await asyncio.to_thread(couch.log.read_text)
        assert log
        assert "horse" not in log  # of the password, however it is spelt
