"""What the replicator is at, as CouchDB's scheduler tells it: while it runs, and afterwards."""

import asyncio

import pytest

from tests.support.served_home import PASSWORD, answer, serve_home

JOBS = "/couchdb/_replicator"
COUNTED = {"docs_read": 3, "docs_written": 3, "doc_write_failures": 0}


@pytest.fixture
async def client(tmp_path):
    client = await serve_home(tmp_path / "one")
    for name in ("a", "b"):
        assert (await client.put(f"/couchdb/{name}")).status == 201
    docs = [{"_id": f"d{n}"} for n in range(3)]
    await answer(await client.post("/couchdb/a/_bulk_docs", json={"docs": docs}), 201)
    yield client
    await client.close()


async def get(client, path):
    return await answer(await client.get("/couchdb/" + path), 200)


async def until(client, path, seen):
    """Ask again and again until an answer shows what is waited for, and return it."""
    async with asyncio.timeout(20):
        while not seen(found := await get(client, path)):
            pass
    return found


def has(counts):
    return lambda rows: bool(rows) and rows[0]["docs_written"] == counts["docs_written"]


async def test_a_replication_is_shown_while_it_runs(client):
    assert await get(client, "_active_tasks") == []
    body = {"source": "a", "target": "b", "continuous": True}
    started = await answer(await client.post("/couchdb/_replicate", json=body), 202)
    (task,) = await until(client, "_active_tasks", has(COUNTED))
    assert task["replication_id"] == started["_local_id"]
    assert {name: task[name] for name in COUNTED} == COUNTED
    assert (task["type"], task["doc_id"], task["continuous"]) == ("replication", None, True)
    assert (task["source"], task["target"]) == ("a", "b")
    found = await get(client, "_scheduler/jobs")
    assert (found["total_rows"], found["offset"]) == (1, 0)
    (job,) = found["jobs"]
    assert [event["type"] for event in job["history"]] == ["started", "added"]
    one = await get(client, f"_scheduler/jobs/{job['id'].replace('+', '%2B')}")
    assert one["info"]["docs_written"] == 3
    cancel = {**body, "cancel": True}
    await answer(await client.post("/couchdb/_replicate", json=cancel), 200)
    await until(client, "_active_tasks", lambda rows: rows == [])
    assert (await client.get(f"/couchdb/_scheduler/jobs/{job['id']}")).status == 404


async def test_jobs_are_shown_when_they_are_over_too(client):
    await answer(await client.put(f"{JOBS}/done", json={"source": "a", "target": "b"}), 201)
    await answer(await client.put(f"{JOBS}/wrong", json={"source": "a", "target": "x://b"}), 201)
    await answer(await client.put(f"{JOBS}/_design/d", json={}), 201)
    nowhere = f"http://someone:{PASSWORD.replace(' ', '%20')}@127.0.0.1:1/far"
    lost = {"source": nowhere, "target": "b"}
    await answer(await client.put(f"{JOBS}/lost", json=lost), 201)

    def over(found):
        states = {row["doc_id"]: row["state"] for row in found["docs"]}
        return states == {"done": "completed", "wrong": "failed", "lost": "crashing"}

    found = await until(client, "_scheduler/docs", over)
    rows = {row["doc_id"]: row for row in found["docs"]}
    assert rows["done"]["info"]["docs_written"] == 3
    assert (rows["done"]["id"], rows["done"]["database"]) == (None, "_replicator")
    assert rows["wrong"]["info"]["error"]
    assert rows["lost"]["error_count"] >= 1
    assert rows["lost"]["source"] == "http://someone:*****@127.0.0.1:1/far/"
    assert PASSWORD.split()[0] not in str(found)
    (job,) = (await get(client, "_scheduler/jobs"))["jobs"]
    assert (job["doc_id"], job["history"][0]["type"]) == ("lost", "crashed")
    one = await get(client, "_scheduler/docs/_replicator/done")
    assert one == (await get(client, "_scheduler/docs?states=completed"))["docs"][0]
    paged = await get(client, "_scheduler/docs?limit=1&skip=1")
    assert [row["doc_id"] for row in paged["docs"]] == ["lost"]
    assert (paged["total_rows"], paged["offset"]) == (3, 1)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("_scheduler/docs/_replicator/nobody", 404),
        ("_scheduler/docs/_replicator/_design%2Fd", 404),
        ("_scheduler/docs/other", 400),
        ("_scheduler/jobs/nobody", 404),
        ("_scheduler/jobs?limit=x", 400),
        ("_scheduler/docs?skip=-1", 400),
        ("_db_updates", 404),
    ],
)
async def test_what_there_is_not_is_said(client, path, status):
    assert (await answer(await client.get("/couchdb/" + path), status))["error"]
