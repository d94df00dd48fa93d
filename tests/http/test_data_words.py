"""What CouchDB 3.5.0 said, asked the same: statuses, words and sentences for odd requests."""

import pytest

from tests.support.served_home import answer, serve_home

THINGS = "/couchdb/org.example.things"
SPECIAL = "Bad special document member: "


@pytest.fixture
async def client(tmp_path):
    client = await serve_home(tmp_path / "dir")
    await answer(await client.put(THINGS), 201)
    await answer(await client.put(f"{THINGS}/x", json={"n": 1}), 201)
    yield client
    await client.close()


@pytest.mark.parametrize(
    ("document", "word", "reason"),
    [
        ({"_rev": 7}, "bad_request", "Invalid rev format"),
        ({"_rev": None}, "bad_request", "Invalid rev format"),
        ({"_rev": ""}, "bad_request", "Invalid rev format"),
        ({"_deleted": "x"}, "doc_validation", SPECIAL + "_deleted"),
        ({"_attachments": 7}, "doc_validation", SPECIAL + "_attachments"),
        ({"_revisions": 7}, "doc_validation", SPECIAL + "_revisions"),
        ({"_attachments": {"p": {}}}, "bad_request", "Invalid attachment data for p"),
        ({"_attachments": {"p": {"data": "*"}}}, "bad_request", "Invalid attachment data for p"),
        (
            {"_attachments": {"_p": {"data": "eA=="}}},
            "bad_request",
            "Attachment name '_p' starts with prohibited character '_'",
        ),
    ],
)
async def test_documents_that_are_none(client, document, word, reason):
    told = {"error": word, "reason": reason}
    bulk = {"docs": [document]}
    for asked in (
        client.put(f"{THINGS}/new", json=document),
        client.post(THINGS, json=document),
        client.post(f"{THINGS}/_bulk_docs", json=bulk),
        client.put(f"{THINGS}/_local/new", json=document),
    ):
        assert await answer(await asked, 400) == told


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("rev=", "Invalid rev format"),
        ("rev=odd", "Invalid rev format"),
        ("open_revs=x", "invalid UTF-8 JSON"),
    ],
)
async def test_revisions_that_are_none(client, query, reason):
    told = await answer(await client.get(f"{THINGS}/x?{query}"), 400)
    assert told == {"error": "bad_request", "reason": reason}


async def test_an_empty_list_of_open_revisions_is_overlooked(client):
    assert (await answer(await client.get(f"{THINGS}/x?open_revs=[]"), 200))["n"] == 1


async def test_what_was_never_there_cannot_be_deleted(client):
    told = await answer(await client.delete(f"{THINGS}/nobody?rev=1-a"), 404)
    assert told == {"error": "not_found", "reason": "missing"}


async def test_a_tombstone_that_is_posted_is_created(client):
    await answer(await client.post(THINGS, json={"_deleted": True}), 201)
    await answer(await client.put(f"{THINGS}/gone", json={"_deleted": True}), 200)


async def test_a_range_outside_is_refused_in_json(client):
    await answer(await client.put(f"{THINGS}/held/p", data=b"xyz"), 201)
    refused = await client.get(f"{THINGS}/held/p", headers={"Range": "bytes=9-"})
    assert refused.headers["Content-Range"] == "bytes */3"
    assert (await answer(refused, 416))["error"] == "requested_range_not_satisfiable"


@pytest.mark.parametrize("body", ["[]", "7"])
@pytest.mark.parametrize("path", ["_revs_diff", "_purge", "_bulk_get", "_bulk_docs", "_changes"])
async def test_bodies_that_are_no_objects(client, path, body):
    kind = {"Content-Type": "application/json"}
    told = await answer(await client.post(f"{THINGS}/{path}", data=body, headers=kind), 400)
    assert told == {"error": "bad_request", "reason": "Request body must be a JSON object"}


@pytest.mark.parametrize(
    "security", [{"admins": 7}, {"members": {"names": "x"}}, {"members": {"roles": [7]}}]
)
async def test_a_security_object_that_nobody_could_follow_is_refused(client, security):
    before = await answer(await client.get(f"{THINGS}/_security"), 200)
    refused = await answer(await client.put(f"{THINGS}/_security", json=security), 400)
    assert refused["error"] == "bad_request"
    assert await answer(await client.get(f"{THINGS}/_security"), 200) == before


async def test_views_are_compacted_where_there_are_any(client):
    design = {"views": {"v": {"map": "function (d) {}"}}}
    await answer(await client.put(f"{THINGS}/_design/d", json=design), 201)
    await answer(await client.post(f"{THINGS}/_compact/d", json={}), 202)
    told = await answer(await client.post(f"{THINGS}/_compact/nobody", json={}), 404)
    assert told == {"error": "not_found", "reason": "missing"}


async def test_what_was_asked_to_be_purged_is_told(client):
    await answer(await client.post(f"{THINGS}/_purge", json={"nobody": ["1-a", "2-b"]}), 201)
    told = await answer(await client.get(f"{THINGS}/_purged_infos"), 200)
    assert told == {"purged_infos": [{"id": "nobody", "revs": ["1-a", "2-b"]}]}
    assert await answer(await client.get(f"{THINGS}/_purged_infos_limit"), 200) == 1000
    await answer(await client.put(f"{THINGS}/_purged_infos_limit", json=7), 200)
    assert await answer(await client.get(f"{THINGS}/_purged_infos_limit"), 200) == 7


@pytest.mark.parametrize("rev", ['1-a"b\\', "1-a\nb", "1-\0", "1-é"])
async def test_a_revision_that_a_replica_named_oddly_is_told_as_it_is(client, rev):
    bulk = {"new_edits": False, "docs": [{"_id": "odd", "_rev": rev}]}
    await answer(await client.post(f"{THINGS}/_bulk_docs", json=bulk), 201)
    assert (await answer(await client.get(f"{THINGS}/odd"), 200))["_rev"] == rev
    for query in ("", "?include_docs=true", "?style=all_docs", "?include_docs=true&conflicts=true"):
        feed = await answer(await client.get(f"{THINGS}/_changes{query}"), 200)
        assert feed["results"][-1]["changes"] == [{"rev": rev}]
