"""Options of single requests, as the documentation of CouchDB 3.5 has them."""

import asyncio

import pytest
from yarl import URL

from server.data import attendance
from tests.support.served_home import answer, serve_home

THINGS = "/couchdb/org.example.things"


@pytest.fixture
async def client(tmp_path):
    client = await serve_home(tmp_path / "dir")
    made = await client.put(THINGS)
    assert (made.status, URL(made.headers["Location"]).path) == (201, THINGS)
    yield client
    await client.close()


async def put(client, name, document, **query):
    return await answer(await client.put(f"{THINGS}/{name}", json=document, params=query), 201)


async def test_what_was_written_says_where_it_is(client):
    for response in (
        await client.put(f"{THINGS}/a b", json={"n": 1}),
        await client.post(THINGS, json={"_id": "a/b", "n": 1}),
        await client.put(f"{THINGS}/_design/d", json={"n": 1}),
    ):
        written = await answer(response, 201)
        found = await client.get(URL(response.headers["Location"], encoded=True).relative())
        assert (await answer(found, 200))["_id"] == written["id"]
    attached = await client.put(f"{THINGS}/c/p q", data=b"x", headers={"Content-Type": "x/y"})
    url = URL(attached.headers["Location"], encoded=True).relative()
    assert await (await client.get(url)).read() == b"x"


async def test_a_batch_is_answered_without_a_revision_and_kept_all_the_same(client):
    put_in = await client.put(f"{THINGS}/x?batch=ok", json={"n": 1})
    assert await answer(put_in, 202) == {"ok": True, "id": "x"}
    posted = await answer(await client.post(f"{THINGS}?batch=ok", json={"n": 2}), 202)
    assert (await answer(await client.get(f"{THINGS}/x"), 200))["n"] == 1
    assert (await answer(await client.get(f"{THINGS}/{posted['id']}"), 200))["n"] == 2
    assert (await client.put(f"{THINGS}/x?batch=ok", json={"n": 3})).status == 409


async def test_a_database_is_not_deleted_by_who_meant_a_document(client):
    refused = await answer(await client.delete(f"{THINGS}?rev=1-a"), 400)
    assert "Did you mean to DELETE a document" in refused["reason"]
    assert (await client.get(THINGS)).status == 200


@pytest.mark.parametrize(
    "query", ["q=0", "q=x", "n=-1", "n=", "partitioned=true", "partitioned=maybe"]
)
async def test_layouts_that_there_are_not_are_refused(client, query):
    assert (await answer(await client.put(f"/couchdb/new?{query}"), 400))["error"] == "bad_request"
    assert (await client.get("/couchdb/new")).status == 404


async def test_layouts_that_are_taken(client):
    assert (await client.put("/couchdb/new?q=2&n=3&partitioned=false")).status == 201


async def test_an_answer_that_depends_on_more_than_the_revision_has_no_etag(client):
    first = await put(client, "x", {"n": 1})
    etag = f'"{first["rev"]}"'
    seen = {"If-None-Match": etag}
    assert (await client.get(f"{THINGS}/x?conflicts=true", headers=seen)).status == 304
    other = {"_id": "x", "_rev": "1-0", "n": 2}
    body = {"docs": [other], "new_edits": False}
    await answer(await client.post(f"{THINGS}/_bulk_docs", json=body), 201)
    assert (await client.get(f"{THINGS}/x", headers=seen)).status == 304
    for query in ("conflicts", "meta", "revs_info", "local_seq"):
        got = await client.get(f"{THINGS}/x?{query}=true", headers=seen)
        assert (got.status, "ETag" in got.headers) == (200, False)


async def test_a_feed_is_not_sent_again_to_who_has_it(client):
    await put(client, "x", {})
    first = await client.get(f"{THINGS}/_changes")
    seen = {"If-None-Match": first.headers["ETag"]}
    assert (await client.get(f"{THINGS}/_changes", headers=seen)).status == 304
    written = await put(client, "y", {})
    again = await client.get(f"{THINGS}/_changes", headers=seen)
    assert len((await answer(again, 200))["results"]) == 2
    seen = {"If-None-Match": again.headers["ETag"]}
    await answer(await client.post(f"{THINGS}/_purge", json={"y": [written["rev"]]}), 201)
    assert (await client.get(f"{THINGS}/_changes", headers=seen)).status == 200


@pytest.mark.parametrize(
    "query", ["heartbeat=0", "heartbeat=x", "seq_interval=0", "seq_interval=x", "feed=odd"]
)
async def test_feeds_refuse_what_says_nothing(client, query):
    refused = await answer(await client.get(f"{THINGS}/_changes?{query}"), 400)
    assert refused["error"] == "bad_request"


async def test_events_go_on_where_a_browser_left_off(client):
    for name in ("x", "y"):
        await put(client, name, {})
    url = f"{THINGS}/_changes?feed=eventsource&heartbeat=50"
    async with client.get(url) as events:
        assert events.headers["Cache-Control"] == "no-cache"
        text = ""
        async with asyncio.timeout(10):
            while "event: heartbeat\ndata: \n\n" not in text:
                text += (await events.content.readany()).decode()
    first = next(line for line in text.splitlines() if line.startswith("id: "))
    async with client.get(url, headers={"Last-Event-ID": first[4:]}) as events:
        async with asyncio.timeout(10):
            text = (await events.content.readline()).decode()
        assert '"id":"y"' in text
    feed = await client.get(f"{THINGS}/_changes", params={"last-event-id": first[5:-1]})
    assert [row["id"] for row in (await answer(feed, 200))["results"]] == ["y"]


async def test_as_many_revisions_are_purged_at_once_as_couchdb_takes(client):
    many = {"x": [f"1-{number}" for number in range(1001)]}
    refused = await answer(await client.post(f"{THINGS}/_purge", json=many), 400)
    assert "revisions" in refused["reason"]
    assert await answer(await client.get(f"{THINGS}/_purged_infos"), 200) == {"purged_infos": []}


@pytest.mark.parametrize("ending", ["_local", "_local/"])
async def test_local_documents_have_names(client, ending):
    for refused in (
        await client.get(f"{THINGS}/{ending}"),
        await client.put(f"{THINGS}/{ending}", json={}),
    ):
        assert (await answer(refused, 400))["reason"] == "Invalid _local document id."


@pytest.mark.parametrize("feed", ["longpoll", "continuous"])
@pytest.mark.parametrize(
    "filtered", ["", "&filter=_doc_ids&doc_ids=%5B%22x%22%5D", "&filter=_design"]
)
async def test_heartbeats_come_although_the_listener_is_looked_at_in_between(
    client, monkeypatch, feed, filtered
):
    monkeypatch.setattr(attendance, "LOOK_AFTER", 0.01)
    url = f"{THINGS}/_changes?feed={feed}&heartbeat=60&since=now{filtered}"
    async with client.get(url) as response, asyncio.timeout(5):
        text = b""
        while text.count(b"\n") < 4:
            text += await response.content.readany()


async def test_a_hundred_who_wait_for_the_same_are_all_told(client):
    url = f"{THINGS}/_changes?feed=longpoll&since=now&include_docs=true"
    waiting = [asyncio.ensure_future(client.get(url)) for _ in range(20)]
    answers = [await one for one in waiting]
    told = [asyncio.ensure_future(one.json()) for one in answers]
    await asyncio.sleep(0.05)
    await put(client, "news", {"n": 1})
    for feed in await asyncio.gather(*told):
        assert [row["doc"]["n"] for row in feed["results"]] == [1]
        assert feed["last_seq"] == feed["results"][0]["seq"]
    await put(client, "more", {"n": 2})
    again = await answer(await client.get(f"{THINGS}/_changes?since={feed['last_seq']}"), 200)
    assert [row["id"] for row in again["results"]] == ["more"]
