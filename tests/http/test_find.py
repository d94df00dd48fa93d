"""Mango over HTTP: indexes made and ended, questions, explanations, and Cozy's words for them."""

import pytest

from tests.support.served_home import answer, serve_home

THINGS = "/couchdb/org.example.things"
DOCUMENTS = [{"_id": f"d{n}", "n": n, "kind": "odd" if n % 2 else "even"} for n in range(10)]


@pytest.fixture
async def client(tmp_path):
    client = await serve_home(tmp_path / "dir")
    assert (await client.put(THINGS)).status == 201
    await answer(await client.post(THINGS + "/_bulk_docs", json={"docs": DOCUMENTS}), 201)
    yield client
    await client.close()


async def find(client, status=200, path=THINGS, **question):
    return await answer(await client.post(path + "/_find", json=question), status)


async def make_index(client, *fields, status=200, path=THINGS, **options):
    body = {"index": {"fields": list(fields)}, **options}
    return await answer(await client.post(path + "/_index", json=body), status)


def ids(found):
    return [document["_id"] for document in found["docs"]]


async def test_without_an_index_all_is_looked_at_and_that_is_said(client):
    found = await find(client, selector={"kind": "odd"}, execution_stats=True)
    assert ids(found) == ["d1", "d3", "d5", "d7", "d9"]
    assert "No matching index found" in found["warning"]
    assert found["execution_stats"]["total_docs_examined"] == 10


async def test_an_index_is_used_and_followed(client):
    made = await make_index(client, "kind", "n", name="by-kind", ddoc="mine")
    assert made == {"result": "created", "id": "_design/mine", "name": "by-kind"}
    again = await make_index(client, "kind", "n", name="by-kind", ddoc="mine")
    assert again["result"] == "exists"
    question = {"selector": {"kind": "odd", "n": {"$gt": 2}}, "execution_stats": True}
    found = await find(client, sort=[{"kind": "desc"}, {"n": "desc"}], **question)
    assert ids(found) == ["d9", "d7", "d5", "d3"]
    assert "warning" not in found
    assert found["execution_stats"]["total_docs_examined"] == 4
    new = {"_id": "new", "kind": "odd", "n": 4}
    await answer(await client.post(THINGS + "/_bulk_docs", json={"docs": [new]}), 201)
    assert ids(await find(client, **question)) == ["d3", "new", "d5", "d7", "d9"]


async def test_a_covering_index_reads_no_document(client):
    await make_index(client, "kind", "n")
    selector = {"kind": "odd", "n": {"$gte": 0}}
    found = await find(client, selector=selector, fields=["kind", "n"], execution_stats=True)
    assert found["docs"][0] == {"kind": "odd", "n": 1}
    assert found["execution_stats"]["total_docs_examined"] == 0


async def test_pages_follow_bookmarks(client):
    await make_index(client, "n")
    question = {"selector": {"n": {"$gte": 0}}, "limit": 4}
    first = await find(client, **question)
    second = await find(client, bookmark=first["bookmark"], **question)
    third = await find(client, bookmark=second["bookmark"], **question)
    assert ids(first) + ids(second) + ids(third) == [f"d{n}" for n in range(10)]
    assert (await find(client, 400, bookmark="???", **question))["error"] == "invalid_bookmark"


async def test_sorting_takes_an_index(client):
    refused = await find(client, 400, selector={"n": {"$gt": 0}}, sort=["n"])
    assert refused["error"] == "no_usable_index"


@pytest.mark.parametrize(
    ("question", "error"),
    [
        ({}, "missing_required_key"),
        ({"selector": {"n": {"$near": 1}}}, "not_supported"),
        ({"selector": {"n": {"$what": 1}}}, "invalid_operator"),
        ({"selector": {}, "limit": -1}, None),
        ({"selector": {}, "sort": 1}, None),
        ({"selector": {}, "fields": {}}, None),
        ({"selector": 1}, None),
        ({"selector": {}, "use_index": 1}, None),
    ],
)
async def test_questions_that_make_no_sense(client, question, error):
    refused = await find(client, 400, **question)
    assert error is None or refused["error"] == error


async def test_indexes_are_listed_and_ended(client):
    await make_index(client, "kind", ddoc="a", name="x")
    await make_index(client, "n", ddoc="b", name="y")
    listed = await answer(await client.get(THINGS + "/_index"), 200)
    assert [index["name"] for index in listed["indexes"]] == ["_all_docs", "x", "y"]
    await answer(await client.delete(THINGS + "/_index/a/json/x"), 200)
    await answer(await client.delete(THINGS + "/_index/a/json/x"), 404)
    gone = await client.post(THINGS + "/_index/_bulk_delete", json={"docids": ["_design/b", "z"]})
    done = await answer(gone, 200)
    assert done["success"] == [{"id": "_design/b", "ok": True}]
    assert done["fail"] == [{"id": "_design/z", "error": "not_found"}]
    assert (await answer(await client.get(THINGS + "/_index"), 200))["total_rows"] == 1


async def test_cleaning_up_keeps_indexes_that_are_defined(client):
    await make_index(client, "kind", ddoc="a", name="x")
    question = {"selector": {"kind": "odd"}, "update": False}
    assert ids(await find(client, **question)) == []
    assert len(ids(await find(client, selector={"kind": "odd"}))) == 5
    assert (await client.post(THINGS + "/_view_cleanup", json={})).status == 202
    assert len(ids(await find(client, **question))) == 5


async def test_there_is_no_text_service(client):
    body = {"index": {}, "type": "text"}
    refused = await answer(await client.post(THINGS + "/_index", json=body), 503)
    assert refused == {"error": "required index service unavailable", "reason": "text"}


async def test_what_would_be_done_is_explained(client):
    await make_index(client, "n", ddoc="a", name="x")
    asked = {"selector": {"n": 5}, "limit": 3}
    explained = await answer(await client.post(THINGS + "/_explain", json=asked), 200)
    assert explained["index"]["name"] == "x"
    assert explained["selector"] == {"n": {"$eq": 5}}
    assert explained["limit"] == 3


async def test_a_condition_without_a_field_is_one_on_the_document(client):
    whole = {"$and": [{"$type": "object"}, {"n": 3}]}
    assert ids(await find(client, selector=whole)) == ["d3"]
    assert ids(await find(client, selector={"$and": [{"$size": 1}, {"n": 3}]})) == []


async def test_the_same_question_is_answered_anew(client):
    question = {"selector": {"kind": "odd"}, "fields": ["_id"]}
    assert len(ids(await find(client, **question))) == 5
    new = {"_id": "new", "kind": "odd"}
    await answer(await client.post(THINGS + "/_bulk_docs", json={"docs": [new]}), 201)
    assert len(ids(await find(client, **question))) == 6


async def test_an_index_that_was_purged_answers_nothing_more(client):
    await make_index(client, "kind", ddoc="mine")
    question = {"selector": {"kind": "odd"}}
    assert "warning" not in await find(client, **question)
    (row,) = (await answer(await client.get(THINGS + "/_design_docs"), 200))["rows"]
    purged = {row["id"]: [row["value"]["rev"]]}
    await answer(await client.post(THINGS + "/_purge", json=purged), 201)
    found = await find(client, **question)
    assert "No matching index found" in found["warning"]
    assert ids(found) == ["d1", "d3", "d5", "d7", "d9"]


async def test_explanations_tell_where_reading_begins_and_ends(client):
    async def ends(**selector):
        asked = await client.post(THINGS + "/_explain", json={"selector": selector})
        arguments = (await answer(asked, 200))["mrargs"]
        return arguments["start_key"], arguments["end_key"]

    assert await ends(n=1) == (None, "<MAX>")
    assert await ends(_id={"$lt": "d5"}) == ("", "d5")
    assert await ends(_id={"$gt": "d5"}) == ("d5", "<MAX>")


async def test_conflicts_may_be_indexed_and_found(client):
    revisions = [{"_id": "d0", "_rev": f"1-{digest}", "n": -1} for digest in ("ab", "cd")]
    body = {"docs": revisions, "new_edits": False}
    await answer(await client.post(THINGS + "/_bulk_docs", json=body), 201)
    await make_index(client, "_conflicts")
    selector = {"_conflicts": {"$exists": True}}
    (found,) = (await find(client, selector=selector, conflicts=True))["docs"]
    assert (found["_id"], len(found["_conflicts"])) == ("d0", 2)


async def test_patterns_without_end_are_stopped(client):
    text = {"_id": "long", "text": "a" * 40 + "!"}
    await answer(await client.post(THINGS + "/_bulk_docs", json={"docs": [text]}), 201)
    asked = await client.post(THINGS + "/_find", json={"selector": {"text": {"$regex": "^(a+)+$"}}})
    assert asked.status in (200, 500)
    assert len(ids(await find(client, selector={"kind": "odd"}))) == 5


async def test_cozy_demands_an_index(client):
    path = "/data/org.example.things"
    refused = await find(client, 400, path=path, selector={"kind": "odd"})
    assert refused["error"] == "no_index"
    await make_index(client, "kind", path=path)
    found = await find(client, path=path, selector={"kind": "odd"}, limit=2)
    assert ids(found) == ["d1", "d3"]
    assert found["next"] is True
    assert found["limit"] == 2


async def test_numbers_too_large_for_any_are_given_back_to_the_letter(client):
    huge = b"9" * 5000
    body = b'{"huge":' + huge + b',"far":1e999,"a":{"b":' + huge + b"}}"
    await answer(await client.put(f"{THINGS}/huge", data=body), 201)
    asked = {"selector": {"_id": "huge"}, "fields": ["huge", "far", "a.b"]}
    found = await client.post(f"{THINGS}/_find", json=asked)
    assert (found.status, body in await found.read()) == (200, True)
