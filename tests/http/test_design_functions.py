"""Functions of design documents over HTTP: filters, views as filters, consent to writes."""

import asyncio

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


async def design(client, name="app", **members):
    return await answer(await client.put(f"{THINGS}/_design/{name}", json=members), 201)


async def ids(client, **query):
    feed = await answer(await client.get(THINGS + "/_changes", params=query), 200)
    return [row["id"] for row in feed["results"]]


NUMBERS = [{"_id": f"d{n}", "n": n} for n in range(5)]


async def test_a_function_filters_the_feed(client):
    await design(client, filters={"even": "function(doc) { return doc.n % 2 === 0; }"})
    await write(client, *NUMBERS)
    assert await ids(client, filter="app/even") == ["d0", "d2", "d4"]
    assert await ids(client, filter="app/even", limit="2") == ["d0", "d2"]
    assert await ids(client, filter="app/even", descending="true", limit="1") == ["d4"]


async def test_a_filter_sees_the_request_but_no_secrets(client):
    source = """function(doc, req) {
        return doc.n == req.query.n && req.userCtx.name === 'owner' && req.method === 'GET'
          && req.userCtx.roles[0] === '_admin' && !/Basic/.test(JSON.stringify(req.headers));
    }"""
    await design(client, filters={"by": source})
    await write(client, *NUMBERS)
    assert await ids(client, filter="app/by", n="3") == ["d3"]


async def test_a_filter_is_told_of_odd_requests_too(client):
    await design(client, filters={"f": "function(doc, req) { return req.query.startkey === 1; }"})
    await write(client, {"_id": "d"})
    asked = await client.get(
        THINGS + "/_changes",
        params={"filter": "app/f", "startkey": "1", "other": "\U0001f600"},
        headers={"X-Odd": b"\xff".decode("utf-8", "surrogateescape")},
    )
    assert len((await answer(asked, 200))["results"]) == 2


async def test_a_filter_sees_tombstones(client):
    await design(client, filters={"gone": "function(doc) { return doc._deleted === true; }"})
    (written,) = await write(client, {"_id": "d"})
    await write(client, {"_id": "d", "_rev": written["rev"], "_deleted": True})
    assert await ids(client, filter="app/gone") == ["d"]


async def test_modules_of_the_design_document_can_be_required(client):
    await design(
        client,
        views={"lib": {"a": "exports.limit = require('./b').limit + 1;", "b": "exports.limit = 1"}},
        filters={"above": "function(doc) { return doc.n > require('views/lib/a').limit; }"},
    )
    await write(client, *NUMBERS)
    assert await ids(client, filter="app/above") == ["d3", "d4"]


async def test_a_view_filters_by_what_it_emits(client):
    await design(client, views={"odd": {"map": "function(doc) { if (doc.n % 2) emit(doc.n); }"}})
    await write(client, *NUMBERS)
    assert await ids(client, filter="_view", view="app/odd") == ["d1", "d3"]


async def test_another_revision_of_the_function_is_another_function(client):
    written = await design(client, filters={"f": "function(doc) { return doc.n === 1; }"})
    await write(client, *NUMBERS)
    assert await ids(client, filter="app/f") == ["d1"]
    await design(client, _rev=written["rev"], filters={"f": "function(doc) { return doc.n > 3; }"})
    assert await ids(client, filter="app/f") == ["d4"]


@pytest.mark.parametrize(
    ("query", "status", "error", "reason"),
    [
        ({"filter": "none/f"}, 404, "not_found", "missing"),
        ({"filter": "app/none"}, 404, "not_found", "missing json key: none"),
        ({"filter": "bare/f"}, 404, "not_found", "missing json key: filters"),
        (
            {"filter": "f"},
            400,
            "bad_request",
            "`filter` must be of the form `designname/filtername`",
        ),
        ({"filter": "_view"}, 400, "bad_request", "`view` filter parameter is not provided."),
        ({"filter": "_view", "view": "bare/v"}, 404, "not_found", "missing json key: views"),
        ({"filter": "app/broken"}, 500, "compilation_error", None),
        ({"filter": "app/number"}, 500, "compilation_error", None),
        ({"filter": "erlang/f"}, 500, "unknown_query_language", "erlang"),
    ],
    ids=str,
)
async def test_filters_that_are_none(client, query, status, error, reason):
    await design(client, "bare")
    await design(client, filters={"broken": "function(", "number": "42"})
    await design(client, "erlang", language="erlang", filters={"f": "fun() -> true end."})
    told = await answer(await client.get(THINGS + "/_changes", params=query), status)
    assert told["error"] == error
    assert reason is None or told["reason"] == reason


async def test_a_filter_that_fails_says_so_in_place_of_the_rest(client):
    await design(client, filters={"f": "function(doc) { return doc.none.none; }"})
    told = await answer(await client.get(THINGS + "/_changes?filter=app/f"), 500)
    assert told["error"] == "TypeError"


async def test_a_function_that_never_ends_is_stopped(client):
    await design(client, filters={"f": "function(doc) { while (true) {} }"})
    stuck = asyncio.ensure_future(client.get(THINGS + "/_changes?filter=app/f"))
    clock, slowest, asked = asyncio.get_running_loop().time, 0.0, 0
    while not stuck.done():
        began, asked = clock(), asked + 1
        assert (await client.put(f"{THINGS}/meanwhile{asked}", json={})).status == 201
        slowest = max(slowest, clock() - began)
        await asyncio.sleep(0.05)
    told = await answer(await stuck, 500)
    assert told == {"error": "os_process_error", "reason": "OS process timed out."}
    assert asked > 5
    assert slowest < 2.0
    await design(client, "other", filters={"all": "function(doc) { return true; }"})
    assert len(await ids(client, filter="other/all")) == 2 + asked


async def test_regular_expressions_are_tried_in_the_worker(client):
    await write(client, {"_id": "d", "text": "a" * 30 + "b"})
    selector = {"selector": {"text": {"$regex": "^a+b$"}}}
    feed = await answer(
        await client.post(THINGS + "/_changes?filter=_selector", json=selector), 200
    )
    assert [row["id"] for row in feed["results"]] == ["d"]


OWNERS = """function(newDoc, oldDoc, userCtx, secObj) {
    if (newDoc.author !== userCtx.name) { throw({forbidden: 'write as ' + userCtx.name}); }
    if (oldDoc && oldDoc.locked) { throw({unauthorized: oldDoc._id + ' is locked'}); }
}"""


async def test_consent_is_asked_for_each_document_of_a_batch(client):
    await design(client, validate_doc_update=OWNERS)
    rows = await write(
        client, {"_id": "a", "author": "owner"}, {"_id": "b"}, {"_id": "c", "author": "owner"}
    )
    assert [row.get("ok", row.get("error")) for row in rows] == [True, "forbidden", True]
    assert rows[1] == {"id": "b", "error": "forbidden", "reason": "write as owner"}
    assert (await client.get(THINGS + "/b")).status == 404
    assert (await client.get(THINGS + "/c")).status == 200


async def test_a_refusal_is_the_status_of_a_single_write(client):
    await design(client, validate_doc_update=OWNERS)
    refused = await answer(await client.put(THINGS + "/a", json={}), 403)
    assert refused == {"error": "forbidden", "reason": "write as owner"}
    body = {"author": "owner", "locked": True}
    written = await answer(await client.put(THINGS + "/a", json=body), 201)
    body |= {"_rev": written["rev"]}
    refused = await answer(await client.put(THINGS + "/a", json=body), 401)
    assert refused == {"error": "unauthorized", "reason": "a is locked"}
    assert (await client.delete(THINGS + "/a", params={"rev": written["rev"]})).status == 403
    attached = await client.put(THINGS + "/a/note", params={"rev": written["rev"]}, data=b"x")
    assert attached.status == 401


async def test_a_conflict_comes_before_any_refusal(client):
    await write(client, {"_id": "a"})
    await design(client, validate_doc_update=OWNERS)
    assert (await client.put(THINGS + "/a", json={})).status == 409
    assert (await client.put(THINGS + "/a", json={"_rev": "1-0" * 2})).status in {400, 409}


async def test_replicated_revisions_are_asked_about_once(client):
    source = """function(newDoc, oldDoc) {
        if (newDoc._revisions.start === 2 && oldDoc.n !== 1) { throw({forbidden: 'old'}); }
        if (newDoc.refuse) { throw({forbidden: newDoc._rev}); }
    }"""
    known = {"_id": "known", "_rev": "1-a", "n": 1, "refuse": True}
    await write(client, known, {"_id": "grown", "_rev": "1-a", "n": 1}, new_edits=False)
    await design(client, validate_doc_update=source)
    failed = await write(
        client,
        known,
        {"_id": "new", "_rev": "1-a", "refuse": True},
        {"_id": "grown", "_rev": "2-b", "_revisions": {"start": 2, "ids": ["b", "a"]}},
        new_edits=False,
    )
    assert failed == [{"id": "new", "error": "forbidden", "reason": "1-a"}]
    grown = await answer(await client.get(THINGS + "/grown"), 200)
    assert grown["_rev"] == "2-b"


async def test_local_and_design_documents_are_not_asked_about(client):
    await design(client, validate_doc_update="function() { throw({forbidden: 'all'}); }")
    assert (await client.put(THINGS + "/_local/x", json={})).status == 201
    await design(client, "other")
    assert (await client.put(THINGS + "/x", json={})).status == 403


async def test_consent_is_asked_from_the_next_write_on_and_no_longer_when_it_is_gone(client):
    await write(client, {"_id": "before"})
    written = await design(client, validate_doc_update="function() { throw({forbidden: 'no'}); }")
    assert (await client.put(THINGS + "/x", json={})).status == 403
    gone = await client.delete(THINGS + "/_design/app", params={"rev": written["rev"]})
    assert gone.status == 200
    assert (await client.put(THINGS + "/x", json={})).status == 201
    await write(client, {"_id": "_design/app", "validate_doc_update": OWNERS}, {"_id": "y"})
    assert (await client.put(THINGS + "/z", json={})).status == 403


async def test_a_design_document_that_was_purged_has_no_say(client):
    written = await design(client, validate_doc_update="function() { throw({forbidden: 'no'}); }")
    assert (await client.put(THINGS + "/x", json={})).status == 403
    purged = await client.post(THINGS + "/_purge", json={"_design/app": [written["rev"]]})
    assert purged.status == 201
    assert (await client.put(THINGS + "/x", json={})).status == 201


async def test_nobody_is_let_through_by_a_function_that_fails(client):
    await design(client, validate_doc_update="function(doc) { if (doc.n) { null.x } }")
    failed = await answer(await client.put(THINGS + "/x", json={"n": 1}), 500)
    assert failed["error"] == "TypeError"
    assert (await client.put(THINGS + "/x", json={})).status == 201


async def test_all_design_documents_have_a_say(client):
    for name, field in (("one", "a"), ("two", "b")):
        source = f"function(doc) {{ if (doc.{field}) throw({{forbidden: '{name}'}}); }}"
        await design(client, name, validate_doc_update=source)
    rows = await write(client, {"a": 1}, {"b": 1}, {"a": 1, "b": 1}, {})
    assert [row.get("reason", "fine") for row in rows] == ["one", "two", "one", "fine"]
