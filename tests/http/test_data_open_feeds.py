"""A credential has so many feeds open and no more; what is not a feed goes on.

A feed's head comes before its news, so who has it is counted.
"""

from tests.support.served_couch import ServedCouch
from tests.support.served_home import answer, serve_home

THINGS = "/couchdb/org.example.things"
LONGPOLL = "/_changes?feed=longpoll"


async def test_one_feed_too_many_is_refused_and_given_once_another_ends(tmp_path):
    client = await serve_home(tmp_path / "dir", max_feeds=2)
    await client.put(THINGS)
    waiting = [await client.get(THINGS + LONGPOLL) for _ in range(2)]
    refused = await client.get(THINGS + LONGPOLL)
    told = await answer(refused, 429)
    assert told["error"] == "too_many_requests"
    assert int(refused.headers["Retry-After"]) > 0
    assert (await client.get(f"{THINGS}/_changes")).status == 200
    await answer(await client.put(f"{THINGS}/x", json={}), 201)
    for feed in waiting:
        assert len((await answer(feed, 200))["results"]) == 1
    assert (await client.get(THINGS + LONGPOLL)).status == 200
    await client.close()


async def test_users_have_feeds_of_their_own(tmp_path):
    async with ServedCouch(tmp_path, max_feeds=1) as couch:
        await couch.admin.put("/things")
        jan = {"name": "jan", "password": "x", "roles": [], "type": "user"}
        await answer(await couch.admin.put("/_users/org.couchdb.user:jan", json=jan), 201)
        await answer(await couch.admin.put("/things/_security", json={}), 200)
        waiting = await couch.admin.get("/things" + LONGPOLL)
        assert (await couch.admin.get("/things" + LONGPOLL)).status == 429
        short = "/things" + LONGPOLL + "&timeout=1"
        assert (await couch.client("jan", "x").get(short)).status == 200
        await answer(await couch.admin.put("/things/x", json={}), 201)
        await answer(waiting, 200)
