"""Replication in a CouchDB with users: nobody reaches by it what they could not reach without."""

import asyncio

import pytest

from tests.support.served_couch import ServedCouch

LOCKED = {"admins": {"names": ["admin"]}, "members": {"names": ["admin"]}}
OPEN = {"admins": {"names": [], "roles": []}, "members": {"names": [], "roles": []}}
RULE = "function (doc) { if (doc.bad) { throw({forbidden: 'bad'}); } }"


@pytest.fixture
async def couch(tmp_path):
    async with ServedCouch(tmp_path / "dir") as served:
        admin = served.admin
        for name, security in (("open", OPEN), ("mine", OPEN), ("locked", LOCKED)):
            assert (await admin.put(f"/{name}")).status == 201
            assert (await admin.put(f"/{name}/_security", json=security)).status == 200
        jan = {"name": "jan", "type": "user", "roles": [], "password": "apple"}
        assert (await admin.put("/_users/org.couchdb.user:jan", json=jan)).status == 201
        served.jan = served.client("jan", "apple")
        yield served


async def replicate(client, source, target, **more):
    body = {"source": source, "target": target, **more}
    response = await client.post("/_replicate", json=body)
    return response.status, await response.json()


async def test_a_user_replicates_between_databases_that_are_open_to_them(couch):
    assert (await couch.admin.put("/open/a", json={"x": 1})).status == 201
    status, done = await replicate(couch.jan, "open", "mine")
    assert (status, done["history"][0]["docs_written"]) == (200, 1)
    assert (await couch.jan.get("/mine/a")).status == 200


@pytest.mark.parametrize(("source", "target"), [("locked", "mine"), ("open", "locked")])
async def test_a_user_does_not_reach_databases_of_others(couch, source, target):
    status, refused = await replicate(couch.jan, source, target)
    assert (status, refused["error"]) == (403, "forbidden")


@pytest.mark.parametrize("far", ["http://127.0.0.1:1/x", "https://intranet/x"])
async def test_a_user_does_not_send_requests_from_here(couch, far):
    for sides in ((far, "mine"), ("open", far)):
        status, refused = await replicate(couch.jan, *sides)
        assert (status, refused["error"]) == (403, "forbidden")


async def test_a_user_makes_no_databases_by_replicating(couch):
    status, _ = await replicate(couch.jan, "open", "new", create_target=True)
    assert status in (401, 403)
    assert (await couch.admin.get("/new")).status == 404


async def test_nobody_replicates_nothing(couch):
    assert (await replicate(couch.client(), "open", "mine"))[0] == 401


async def test_only_an_admin_sees_and_writes_jobs(couch):
    job = {"source": "open", "target": "mine"}
    assert (await couch.jan.put("/_replicator/job", json=job)).status == 403
    assert (await couch.jan.get("/_replicator")).status == 403
    assert (await couch.admin.put("/_replicator/job", json=job)).status == 201
    while True:  # the test's own time-out ends this
        found = await (await couch.admin.get("/_replicator/job")).json()
        if found.get("_replication_state") == "completed":
            return
        await asyncio.sleep(0.02)


async def test_rules_of_the_target_hold_for_what_is_replicated(couch):
    rule = {"language": "javascript", "validate_doc_update": RULE}
    assert (await couch.admin.put("/mine/_design/rule", json=rule)).status == 201
    for name, body in (("good", {}), ("bad", {"bad": True})):
        assert (await couch.admin.put(f"/open/{name}", json=body)).status == 201
    status, done = await replicate(couch.admin, "open", "mine")
    assert status == 200
    counts = done["history"][0]
    assert (counts["docs_written"], counts["doc_write_failures"]) == (1, 1)
    assert (await couch.admin.get("/mine/bad")).status == 404
