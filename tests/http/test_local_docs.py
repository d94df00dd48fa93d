"""Listings of `_local/` documents, as CouchDB 3.5 gives them."""

import pytest

from tests.support.served_home import answer, serve_home

THINGS = "/couchdb/org.example.things"
ROWS = [
    {"id": "_local/a", "key": "_local/a", "value": {"rev": "0-1"}},
    {"id": "_local/b", "key": "_local/b", "value": {"rev": "0-1"}},
]


@pytest.fixture
async def client(tmp_path):
    client = await serve_home(tmp_path / "dir")
    assert (await client.put(THINGS)).status == 201
    for name in "ab":
        put = await client.put(f"{THINGS}/_local/{name}", json={"x": 1})
        assert put.status == 201
    yield client
    await client.close()


async def test_all_of_them(client):
    found = await answer(await client.get(THINGS + "/_local_docs"), 200)
    assert found == {"total_rows": None, "offset": None, "rows": ROWS}


async def test_some_with_their_bodies(client):
    asked = {"include_docs": "true", "startkey": '"_local/b"'}
    found = await answer(await client.get(THINGS + "/_local_docs", params=asked), 200)
    assert found["rows"] == [{**ROWS[1], "doc": {"_id": "_local/b", "_rev": "0-1", "x": 1}}]


async def test_by_keys_and_by_queries(client):
    keys = {"keys": ["_local/b", "zz"]}
    found = await answer(await client.post(THINGS + "/_local_docs", json=keys), 200)
    assert found["rows"] == ROWS[1:]
    queries = {"queries": [{"limit": 1}, keys]}
    found = await answer(await client.post(THINGS + "/_local_docs/queries", json=queries), 200)
    assert [one["rows"] for one in found["results"]] == [ROWS[:1], ROWS[1:]]
