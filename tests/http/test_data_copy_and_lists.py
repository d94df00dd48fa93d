"""Copies, listings of databases and of design documents, and methods that paths do not have."""

import base64

import pytest
from yarl import URL

from replication.core.errors import Invalid
from replication.core.revision import Revision
from server.data.copying import Destination, parse_destination
from tests.support.served_couch import ServedCouch
from tests.support.served_home import answer, serve_home

COUCH = "/couchdb/org.example.things"


@pytest.fixture
async def client(tmp_path):
    client = await serve_home(tmp_path / "dir")
    yield client
    await client.close()


@pytest.fixture
async def things(client):
    assert (await client.put(COUCH)).status == 201
    return COUCH


async def copy(client, path, destination, **query):
    headers = {"Destination": destination} if destination is not None else {}
    return await client.request("COPY", path, headers=headers, params=query)


async def test_a_copy_has_the_body_and_the_attachments(client, things):
    picture = {"content_type": "image/png", "data": base64.b64encode(b"picture").decode()}
    first = await answer(await client.put(f"{things}/x", json={"n": 1}), 201)
    document = {"n": 2, "_rev": first["rev"], "_attachments": {"p": picture}}
    await answer(await client.put(f"{things}/x", json=document), 201)
    response = await copy(client, f"{things}/x", "y%20z")
    copied = await answer(response, 201)
    assert (copied["id"], copied["rev"][:2]) == ("y z", "1-")
    assert response.headers["ETag"] == f'"{copied["rev"]}"'
    got = await answer(
        await client.get(URL(response.headers["Location"], encoded=True).relative()), 200
    )
    assert (got["n"], got["_attachments"]["p"]["revpos"]) == (2, 1)
    assert await (await client.get(f"{things}/y z/p")).read() == b"picture"


async def test_a_copy_of_an_older_revision_over_a_document_that_is_there(client, things):
    first = await answer(await client.put(f"{things}/x", json={"n": 1}), 201)
    await answer(await client.put(f"{things}/x", json={"n": 2, "_rev": first["rev"]}), 201)
    there = await answer(await client.put(f"{things}/y", json={"n": 9}), 201)
    assert (await copy(client, f"{things}/x", "y")).status == 409
    copied = await copy(client, f"{things}/x", f"y?rev={there['rev']}", rev=first["rev"])
    assert (await answer(copied, 201))["rev"].startswith("2-")
    assert (await answer(await client.get(f"{things}/y"), 200))["n"] == 1


async def test_copies_of_local_and_design_documents(client, things):
    await answer(await client.put(f"{things}/_local/c", json={"n": 1}), 201)
    await answer(await client.put(f"{things}/_design/d", json={"n": 2}), 201)
    for source, target, n in (
        ("_local/c", "_local/e", 1),
        ("_local/c", "f", 1),
        ("_design/d", "_design/g", 2),
        ("_design/d", "_local/h", 2),
    ):
        await answer(await copy(client, f"{things}/{source}", target), 201)
        assert (await answer(await client.get(f"{things}/{target}"), 200))["n"] == n


@pytest.mark.parametrize(
    "header", [None, "http://elsewhere/db/y", "", "_odd", "y?odd=1", "y?rev=x"]
)
async def test_destinations_that_are_none_are_refused(client, things, header):
    await answer(await client.put(f"{things}/x", json={}), 201)
    assert (await answer(await copy(client, f"{things}/x", header), 400))["error"]


async def test_nothing_is_copied_from_nothing(client, things):
    assert (await copy(client, f"{things}/nobody", "y")).status == 404
    assert (await copy(client, f"{things}/_local/nobody", "y")).status == 404
    assert (await client.get(f"{things}/y")).status == 404


def test_destinations():
    assert parse_destination("a%2Fb") == Destination("a/b")
    assert parse_destination("_design/d?rev=1-a") == Destination("_design/d", Revision(1, "a"))
    with pytest.raises(Invalid):
        parse_destination("HTTPS://elsewhere/y")


async def test_missing_revisions(client, things):
    written = await answer(await client.put(f"{things}/x", json={}), 201)
    asked = {"x": [written["rev"], "2-beef"], "y": ["1-a"]}
    missing = await answer(await client.post(f"{things}/_missing_revs", json=asked), 200)
    assert missing == {"missing_revs": {"x": ["2-beef"], "y": ["1-a"]}}


async def test_paths_refuse_methods_that_they_do_not_have(client, things):
    await answer(await client.put(f"{things}/_design/d", json={}), 201)
    for method, ending, allowed in (
        ("PUT", "/_all_docs", "GET,HEAD,POST"),
        ("DELETE", "/_changes", "GET,HEAD,POST"),
        ("GET", "/_bulk_docs", "POST"),
        ("PUT", "/_design_docs/queries", "POST"),
        ("POST", "/_security", "GET,HEAD,PUT"),
        ("PATCH", "", "DELETE,GET,HEAD,POST,PUT"),
        ("COPY", "/_revs_diff", "POST"),
    ):
        response = await client.request(method, things + ending)
        assert response.status == 405, (method, ending)
        assert set(response.headers["Allow"].split(",")) == set(allowed.split(","))


async def test_semicolons_separate_parameters(client, things):
    for name in "abcd":
        await answer(await client.put(f"{things}/{name}", json={}), 201)
    url = URL(f"{things}/_all_docs?limit=2;skip=1&include_docs=true", encoded=True)
    listed = await answer(await client.get(url), 200)
    assert [row["id"] for row in listed["rows"]] == ["b", "c"]
    assert "doc" in listed["rows"][0]
    quoted = URL(f'{things}/_all_docs?key="a%3Bb"', encoded=True)
    assert (await answer(await client.get(quoted), 200))["rows"] == []


async def listed(client, path, body=None):
    sent = client.get(path) if body is None else client.post(path, json=body)
    found = await answer(await sent, 200)
    return [row["key"] for row in found["rows"]], found["total_rows"], found["offset"]


async def test_design_documents_are_listed_alone(client, things):
    for name in ("a", "_design/1", "_design/2", "_design/3", "z"):
        await answer(await client.put(f"{things}/{name}", json={}), 201)
    path = f"{things}/_design_docs"
    designs = ["_design/1", "_design/2", "_design/3"]
    assert await listed(client, path) == (designs, 3, 0)
    assert await listed(client, path + "?limit=1&skip=1") == (designs[1:2], 3, 1)
    assert await listed(client, path + "?descending=true&limit=2") == (designs[:0:-1], 3, 0)
    assert (await listed(client, path + '?startkey="_design/2"'))[0] == designs[1:]
    assert await listed(client, path, {"keys": ["_design/2", "a"]}) == (designs[1:2], 3, None)
    asked = {"queries": [{"limit": 1}, {"keys": ["_design/3"]}]}
    several = await answer(await client.post(path + "/queries", json=asked), 200)
    keys = [[row["key"] for row in found["rows"]] for found in several["results"]]
    assert keys == [designs[:1], designs[2:]]
    refused = await client.post(f"{things}/_all_docs/queries", json={})
    assert "queries" in (await answer(refused, 400))["reason"]


async def test_databases_are_listed_as_options_say(client):
    for name in ("a", "b", "c", "d"):
        await client.put(f"/couchdb/{name}")

    async def names(query):
        return await answer(await client.get("/couchdb/_all_dbs" + query), 200)

    assert await names('?endkey="c"') == ["a", "b", "c"]
    assert await names('?startkey="b"&limit=2') == ["b", "c"]
    assert await names('?endkey="c"&skip=1&inclusive_end=false') == ["b"]
    assert await names('?startkey="b"&descending=true') == ["b", "a"]
    assert (await client.get("/couchdb/_all_dbs?limit=-1")).status == 400
    rows = await answer(await client.get('/couchdb/_dbs_info?endkey="b"'), 200)
    assert [(row["key"], row["info"]["db_name"]) for row in rows] == [("a", "a"), ("b", "b")]
    many = {"keys": ["a"] * 101}
    assert (await client.post("/couchdb/_dbs_info", json=many)).status == 400
    assert (await client.post("/couchdb/_dbs_info", json={})).status == 400


async def test_a_couch_lists_the_databases_of_its_own(tmp_path):
    async with ServedCouch(tmp_path) as couch:
        names = await answer(await couch.admin.get("/_all_dbs"), 200)
        assert {"_users", "_replicator"} <= set(names)
        rows = await answer(await couch.admin.get("/_dbs_info"), 200)
        assert [row["key"] for row in rows] == names
