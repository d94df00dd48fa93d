"""Replications that a home carries out: asked for once, or kept as documents of `_replicator`."""

import asyncio
import io
import json

import pytest
from yarl import URL

from server.keys import INSTANCES
from tests.support.served_home import AUTHORIZATION, PASSWORD, serve_home

REPLICATE = "/couchdb/_replicate"
JOBS = "/couchdb/_replicator"


@pytest.fixture
async def client(tmp_path):
    client = await serve_home(tmp_path / "one")
    for name in ("a", "b"):
        assert (await client.put(f"/couchdb/{name}")).status == 201
    yield client
    await client.close()


@pytest.fixture
async def other(tmp_path):
    client = await serve_home(tmp_path / "other")
    assert (await client.put("/couchdb/far")).status == 201
    yield client
    await client.close()


def url_of(client, name):
    base = client.make_url(f"/couchdb/{name}")
    return str(base.with_user("owner").with_password(PASSWORD))


async def answer(response, status):
    text = await response.text()
    assert response.status == status, text
    return json.loads(text)


async def fill(client, name, number):
    docs = [{"_id": f"d{n}", "n": n} for n in range(number)]
    await answer(await client.post(f"/couchdb/{name}/_bulk_docs", json={"docs": docs}), 201)


async def count(client, name):
    return (await answer(await client.get(f"/couchdb/{name}"), 200))["doc_count"]


async def replicate(client, status=200, **body):
    return await answer(await client.post(REPLICATE, json=body), status)


async def until(seen):
    """Wait until something asked for again and again is seen; the test's time-out ends it."""
    while True:
        found = await seen()
        if found:
            return found
        await asyncio.sleep(0.02)


async def job_state(client, name, wanted):
    async def state():
        job = await answer(await client.get(f"{JOBS}/{name}"), 200)
        return job if job.get("_replication_state") == wanted else None

    return await until(state)


async def test_a_replication_answers_as_couchdb_does(client):
    await fill(client, "a", 3)
    done = await replicate(client, source="a", target="b")
    assert await count(client, "b") == 3
    assert done["ok"] is True
    assert done["replication_id_version"] == 4
    assert done["source_last_seq"].startswith("3-")
    (session,) = done["history"]
    assert session["session_id"] == done["session_id"]
    assert session["docs_written"] == session["docs_read"] == session["missing_found"] == 3
    assert session["doc_write_failures"] == 0
    again = await replicate(client, source="a", target="b")
    assert again["no_changes"] is True
    assert again["history"] == done["history"]


async def test_both_ways_over_http_with_attachments_conflicts_and_deletions(client, other):
    far = url_of(other, "far")
    await fill(client, "a", 50)
    small, large = b"small" * 10, bytes(range(256)) * 6000
    for name, data in (("small", small), ("large", large)):
        written = await client.put(
            f"/couchdb/a/with/{name}",
            data=io.BytesIO(data),
            params=await revision(client, "a", "with"),
            headers={"Content-Type": "text/plain"},
        )
        assert written.status == 201
    rival = {
        "_id": "d1",
        "_rev": "1-ffff",
        "n": "rival",
        "_revisions": {"start": 1, "ids": ["ffff"]},
    }
    body = {"docs": [rival], "new_edits": False}
    await answer(await client.post("/couchdb/a/_bulk_docs", json=body), 201)
    gone = await revision(client, "a", "d2")
    assert (await client.delete("/couchdb/a/d2", params=gone)).status == 200

    pushed = await replicate(client, source="a", target=far)
    assert pushed["history"][0]["docs_written"] == 52
    pulled = await replicate(client, source=far, target="b")
    assert pulled["history"][0]["docs_written"] == 52
    feeds = []
    for side, name in ((client, "a"), (other, "far"), (client, "b")):
        response = await side.get(f"/couchdb/{name}/_changes", params={"style": "all_docs"})
        rows = (await answer(response, 200))["results"]
        feeds.append({row["id"]: (row["changes"], row.get("deleted")) for row in rows})
    assert feeds[0] == feeds[1] == feeds[2]
    for side, name in ((other, "far"), (client, "b")):
        assert await (await side.get(f"/couchdb/{name}/with/small")).read() == small
        response = await side.get(f"/couchdb/{name}/with/large")
        assert response.content_type == "text/plain"
        assert await response.read() == large


async def revision(client, name, document_id):
    response = await client.get(f"/couchdb/{name}/{document_id}")
    return {"rev": (await response.json())["_rev"]} if response.status == 200 else {}


@pytest.mark.parametrize("far_is", ["source", "target"])
@pytest.mark.parametrize("login", ["in url", "in headers", "in auth"])
async def test_a_login_may_be_shown_in_three_ways(client, other, login, far_is):
    await fill(client, "a", 2)
    await fill(other, "far", 2)
    url = str(other.make_url("/couchdb/far"))
    far = {
        "in url": {"url": url_of(other, "far")},
        "in headers": {"url": url, "headers": {"Authorization": AUTHORIZATION}},
        "in auth": {"url": url, "auth": {"basic": {"username": "owner", "password": PASSWORD}}},
    }[login]
    sides = {"source": "a", "target": "b", far_is: far}
    assert (await replicate(client, **sides))["ok"] is True


async def test_the_target_is_made_if_that_is_wanted(client, other):
    await fill(client, "a", 2)
    new = url_of(other, "new")
    missing = await replicate(client, 404, source="a", target=new)
    assert missing["error"] == "db_not_found"
    await replicate(client, source="a", target=new, create_target=True)
    assert await count(other, "new") == 2
    await replicate(client, source="a", target="local_new", create_target=True)
    assert await count(client, "local_new") == 2


@pytest.mark.parametrize("far", [False, True], ids=["local", "http"])
@pytest.mark.parametrize(
    "kept", [{"doc_ids": ["d1", "d3", "x"]}, {"selector": {"n": {"$in": [1, 3]}}}], ids=str
)
async def test_a_filter_keeps_to_its_documents(client, other, kept, far):
    await fill(other if far else client, "far" if far else "a", 10)
    source = url_of(other, "far") if far else "a"
    done = await replicate(client, source=source, target="b", **kept)
    assert done["history"][0]["docs_written"] == 2
    assert await count(client, "b") == 2


async def test_a_pattern_without_end_fails_its_replication_and_no_other(client):
    await fill(client, "a", 3)
    await client.put("/couchdb/a/trap", json={"n": "a" * 40 + "!"})
    async with client.app[INSTANCES].borrow(client.app[INSTANCES].domains[0]) as home:
        home.designs.functions._worker._patience = 2
    kept = {"selector": {"n": {"$regex": "^(a+)+$"}}}
    failing = asyncio.create_task(replicate(client, 500, source="a", target="b", **kept))
    await asyncio.sleep(0.5)
    assert await count(client, "a") == 4
    assert (await failing)["error"] != "internal_server_error"
    assert await count(client, "b") == 0
    kept = {"selector": {"n": {"$regex": "^a+!$"}}}
    await replicate(client, source="a", target="b", **kept)
    assert await count(client, "b") == 1


async def test_since_seq_begins_there_and_does_not_hide_what_lies_before(client):
    await fill(client, "a", 5)
    await replicate(client, source="a", target="b", since_seq=3)
    assert await count(client, "b") == 2
    await replicate(client, source="a", target="b")
    assert await count(client, "b") == 5


async def test_a_continuous_replication_follows_until_it_is_cancelled(client, other):
    await fill(client, "a", 2)
    wanted = {"source": "a", "target": url_of(other, "far"), "continuous": True}
    started = await replicate(client, 202, **wanted)
    assert started["_local_id"].endswith("+continuous")
    await client.put("/couchdb/a/later", json={})

    async def all_there():
        return await count(other, "far") == 3

    await until(all_there)
    assert (await replicate(client, 202, **wanted)) == started
    assert await replicate(client, cancel=True, **wanted) == started
    assert (await replicate(client, 404, cancel=True, **wanted))["error"] == "not_found"


async def test_a_replication_is_cancelled_by_its_id(client):
    started = await replicate(client, 202, source="a", target="b", continuous=True)
    name = started["_local_id"]
    assert await replicate(client, replication_id=name, cancel=True) == started
    await replicate(client, 404, replication_id=name, cancel=True)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"source": "a"},
        {"target": "a"},
        {"source": "", "target": "b"},
        {"source": "_office_sessions", "target": "b"},
        {"source": "a", "target": "../b"},
        {"source": "ftp://host/a", "target": "b"},
        {"source": "http://", "target": "b"},
        {"source": "http://[::1/a", "target": "b"},
        {"source": {"url": "a"}, "target": "b"},
        {"source": {}, "target": "b"},
        {"source": 1, "target": "b"},
        {"source": "a", "target": "b", "doc_ids": "x"},
        {"source": "a", "target": "b", "doc_ids": ["x"], "selector": {}},
        {"source": "a", "target": "b", "selector": {"$nonsense": 1}},
        {"source": "a", "target": "b", "filter": "ddoc/name"},
        {"source": "a", "target": "b", "continuous": "yes"},
        {"source": "a", "target": "b", "since_seq": "x"},
        [],
    ],
    ids=str,
)
async def test_what_cannot_be_meant_is_refused(client, body):
    refused = await answer(await client.post(REPLICATE, json=body), 400)
    assert refused["error"]


async def test_errors_of_the_other_side_are_told_without_the_password(client, other):
    far = str(URL(url_of(other, "far")).with_password("wrong-secret"))
    refused = await replicate(client, 500, source=far, target="b")
    assert refused["error"] == "unauthorized"
    assert "wrong-secret" not in json.dumps(refused)
    missing = await replicate(client, 404, source="nothing", target="b")
    assert missing == {"error": "db_not_found", "reason": "could not open nothing"}


async def test_files_are_not_written_by_replication(client):
    refused = await replicate(client, 500, source="a", target="io.cozy.files")
    assert refused["error"] == "forbidden"


async def test_a_job_is_carried_out_and_says_so(client):
    await fill(client, "a", 3)
    await answer(await client.put(f"{JOBS}/job", json={"source": "a", "target": "b"}), 201)
    job = await job_state(client, "job", "completed")
    assert job["_replication_stats"]["docs_written"] == 3
    assert len(job["_replication_id"]) == 32
    assert job["_replication_state_time"].endswith("Z")
    assert await count(client, "b") == 3


async def test_a_completed_job_runs_again_when_its_document_is_written_anew(client):
    await answer(await client.put(f"{JOBS}/job", json={"source": "a", "target": "b"}), 201)
    done = await job_state(client, "job", "completed")
    await fill(client, "a", 3)
    wanted = {"_rev": done["_rev"], "source": "a", "target": "b"}
    await answer(await client.put(f"{JOBS}/job", json=wanted), 201)
    job = await job_state(client, "job", "completed")
    assert job["_replication_stats"]["docs_written"] == 3


async def test_a_job_that_cannot_be_meant_fails(client):
    await answer(await client.put(f"{JOBS}/job", json={"source": "a"}), 201)
    job = await job_state(client, "job", "failed")
    assert job["_replication_state_reason"] == "`target` is missing."


async def test_a_job_waits_for_its_source_to_be_there(client):
    wanted = {"source": "later", "target": "b"}
    await answer(await client.put(f"{JOBS}/job", json=wanted), 201)
    job = await job_state(client, "job", "error")
    assert job["_replication_state_reason"] == "could not open later"
    assert (await client.put("/couchdb/later")).status == 201
    await fill(client, "later", 2)
    await job_state(client, "job", "completed")
    assert await count(client, "b") == 2


async def test_a_continuous_job_ends_with_its_document(client):
    wanted = {"source": "a", "target": "b", "continuous": True}
    await answer(await client.put(f"{JOBS}/job", json=wanted), 201)
    job = await job_state(client, "job", "triggered")
    await fill(client, "a", 2)

    async def all_there():
        return await count(client, "b") == 2

    await until(all_there)
    rev = (await answer(await client.get(f"{JOBS}/job"), 200))["_rev"]
    assert rev == job["_rev"]
    gone = await client.delete(f"{JOBS}/job", params={"rev": rev})
    assert gone.status == 200


async def test_jobs_go_on_when_the_home_is_started_again(tmp_path):
    client = await serve_home(tmp_path / "home")
    for name in ("a", "b"):
        await client.put(f"/couchdb/{name}")
    wanted = {"source": "a", "target": "b", "continuous": True}
    await answer(await client.put(f"{JOBS}/job", json=wanted), 201)
    await job_state(client, "job", "triggered")
    await client.close()

    client = await serve_home(tmp_path / "home")
    await fill(client, "a", 4)

    async def all_there():
        return await count(client, "b") == 4

    await until(all_there)
    await client.close()


async def test_jobs_are_out_of_reach_of_apps(client):
    assert (await client.get("/data/_replicator")).status == 404


async def test_a_home_with_jobs_is_opened_when_the_server_starts_and_others_are_not(tmp_path):
    client = await serve_home(tmp_path / "home")
    for name in ("a", "b"):
        await client.put(f"/couchdb/{name}")
    await fill(client, "a", 3)
    await client.close()
    client = await serve_home(tmp_path / "home")
    assert client.app[INSTANCES].open_count == 0
    wanted = {"source": "a", "target": "b", "continuous": True}
    await answer(await client.put(f"{JOBS}/job", json=wanted), 201)
    await job_state(client, "job", "triggered")
    await client.close()

    client = await serve_home(tmp_path / "home")

    async def opened():
        return client.app[INSTANCES].open_count

    await until(opened)  # and nobody has asked for anything
    job = await job_state(client, "job", "triggered")
    assert (await client.delete(f"{JOBS}/job", params={"rev": job["_rev"]})).status == 200
    mark = tmp_path / "home/instances/home/replicating"

    async def unmarked():
        return not await asyncio.to_thread(mark.exists)

    await until(unmarked)
    await client.close()
