"""Feeds that leave something out: selectors over HTTP."""

import pytest

from tests.support.served_home import answer, serve_home

THINGS = "/couchdb/org.example.things"


@pytest.fixture
async def client(tmp_path):
    client = await serve_home(tmp_path / "dir")
    assert (await client.put(THINGS)).status == 201
    yield client
    await client.close()


async def write(client, *documents, **options):
    body = {"docs": list(documents), **options}
    return await answer(await client.post(THINGS + "/_bulk_docs", json=body), 201)


async def changes(client, selector, status=200, **query):
    address = THINGS + "/_changes?filter=_selector"
    answered = await client.post(address, params=query, json={"selector": selector})
    return await answer(answered, status)


def ids(feed):
    return [row["id"] for row in feed["results"]]


async def test_a_selector_leaves_out_what_does_not_match(client):
    await write(client, *({"_id": f"d{n}", "n": n} for n in range(5)))
    feed = await changes(client, {"n": {"$gt": 2}})
    assert ids(feed) == ["d3", "d4"]
    assert "doc" not in feed["results"][0]
    whole = await changes(client, {"_id": "d1"}, include_docs="true")
    assert [row["doc"]["n"] for row in whole["results"]] == [1]


async def test_a_limit_counts_what_passes_and_reading_goes_on_behind_it(client):
    await write(client, *({"_id": f"d{n:03}", "odd": bool(n % 2)} for n in range(250)))
    seen, since = [], "0"
    while True:
        feed = await changes(client, {"odd": True}, limit="40", since=since)
        seen += ids(feed)
        since = feed["last_seq"]
        if not feed["pending"]:
            break
    assert seen == [f"d{n:03}" for n in range(1, 250, 2)]


async def test_descending_with_a_selector(client):
    await write(client, *({"_id": f"d{n}", "n": n} for n in range(5)))
    feed = await changes(client, {"n": {"$lt": 4}}, descending="true", limit="2")
    assert ids(feed) == ["d3", "d2"]


async def test_each_leaf_is_judged_by_itself(client):
    leaves = [{"_id": "d", "_rev": f"1-{rev}", "kept": rev != "b"} for rev in ("a", "b", "c")]
    await write(client, *leaves, new_edits=False)
    feed = await changes(client, {"kept": True}, style="all_docs")
    assert feed["results"][0]["changes"] == [{"rev": "1-c"}, {"rev": "1-a"}]
    feed = await changes(client, {"kept": False}, style="all_docs")
    assert feed["results"][0]["changes"] == [{"rev": "1-b"}]
    assert ids(await changes(client, {"kept": False})) == []


@pytest.mark.parametrize("condition", [{"$gt": 1}, {"$not": {"$regex": "a"}}], ids=str)
@pytest.mark.parametrize("odd", ["1e400", "9" * 5000, '"\\ud800"', "[" * 500 + "]" * 500])
async def test_odd_values_break_nobody_s_feed(client, condition, odd):
    headers = {"Content-Type": "application/json"}
    kept = await client.put(THINGS + "/odd", data=f'{{"n":{odd}}}', headers=headers)
    assert kept.status in {201, 400}
    await write(client, {"_id": "fine", "n": 2})
    assert "fine" in ids(await changes(client, {"n": condition}))


async def test_longpoll_waits_for_what_passes(client):
    await write(client, {"_id": "a", "n": 1})
    empty = await changes(client, {"n": 2}, feed="longpoll", timeout="50")
    assert empty["results"] == []
    await write(client, {"_id": "b", "n": 2})
    feed = await changes(client, {"n": 2}, feed="longpoll", since=empty["last_seq"])
    assert ids(feed) == ["b"]


@pytest.mark.parametrize(
    ("selector", "reason"),
    [
        (None, "Selector error: expected a JSON object"),
        ({"a": {"$x": 1}}, "Invalid operator: $x"),
        ({"a": {"$in": 1}}, "Bad argument for operator $in: 1"),
    ],
)
async def test_what_is_no_selector(client, selector, reason):
    refused = await changes(client, selector, status=400)
    assert refused == {"error": "bad_request", "reason": reason}


async def test_a_selector_stands_in_a_body(client):
    refused = await answer(await client.get(THINGS + "/_changes?filter=_selector"), 400)
    assert refused["reason"] == "Selector must be specified in POST payload"


async def test_a_builtin_filter_that_there_is_not(client):
    refused = await answer(await client.get(THINGS + "/_changes?filter=_nothing"), 400)
    assert refused == {"error": "bad_request", "reason": "unknown builtin filter name"}
