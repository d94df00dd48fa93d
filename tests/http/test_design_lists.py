"""List functions over HTTP: what CouchDB's own tests ask of them, and more rows than fit."""

import asyncio
import json

import pytest
import pytest_asyncio

from server.data import list_routes
from tests.support.served_home import answer, serve_home

pytestmark = pytest.mark.asyncio(loop_scope="module")

THINGS = "/couchdb/org.example.things"
LIST = THINGS + "/_design/app/_list"

LISTS = {
    "basic": """function(head, req) {
        send('head'); var row; while (row = getRow()) { send(row.key); } return 'tail';
    }""",
    "json": """function(head, req) {
        start({headers: {'Content-Type': 'application/json'}});
        send('{"head":' + toJSON(head) + ',"req":' + toJSON(req) + ',"rows":[');
        var row, separator = '';
        while (row = getRow()) { send(separator + toJSON(row)); separator = ','; }
        return ']}';
    }""",
    "ends": """function(head, req) {
        var row, first = null, last;
        while (row = getRow()) { first = first || row.key; last = row.key; }
        return 'first ' + first + ' last ' + last;
    }""",
    "html": """function(head, req) {
        provides('html', function() {
            send('HTML'); var row, n = 0; while (row = getRow()) { n++; } return ' ' + n;
        });
    }""",
    "query": "function(head, req) { return toJSON(req.query); }",
    "stop": """function(req) {
        send('head'); var row, n = 0;
        while (row = getRow()) { if (n > 2) { break; } send(' ' + n); n += 1; }
        return ' tail';
    }""",
    "beyond": """function() {
        send('head'); while (getRow()) {} getRow(); getRow(); return 'then ' + toJSON(getRow());
    }""",
    "empty": "function() { return ' '; }",
    "error": "function() { send('head'); getRow(); send(noSuchVariable); return 'tail'; }",
    "document": "function() { return 'of ' + getRow().doc.integer; }",
    "late": """function() {
        getRow(); start({code: 400, headers: {'X-My-Header': 'mine'}}); send('bad request');
    }""",
    "too late": """function() {
        send('gone'); getRow(); start({code: 400}); send(' already');
    }""",
    "count": "function() { var n = 0; while (getRow()) { n++; } return String(n); }",
    "sulks": """function() {
        var n = 0; while (getRow()) { n++; } if (n < 300) { throw 'too few'; } return String(n);
    }""",
    "loop": "function() { for (;;) {} }",
    "nothing": "function() {}",
}
VIEWS = {
    "basic": {"map": "function(doc) { emit(doc.integer, doc.string); }"},
    "reduced": {
        "map": "function(doc) { emit(doc.integer, doc.string); }",
        "reduce": "_count",
    },
}
OTHER = {"views": {"down": {"map": "function(doc) { emit(-doc.integer, null); }"}}}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def client(tmp_path_factory):
    client = await serve_home(tmp_path_factory.mktemp("home"))
    assert (await client.put(THINGS)).status == 201
    for name, design in (("app", {"lists": LISTS, "views": VIEWS}), ("other", OTHER)):
        await answer(await client.put(f"{THINGS}/_design/{name}", json=design), 201)
    documents = [{"_id": str(n), "integer": n, "string": str(n)} for n in range(10)]
    await answer(await client.post(THINGS + "/_bulk_docs", json={"docs": documents}), 201)
    yield client
    await client.close()


async def many_more(client):
    documents = [{"_id": f"n{n:04}", "n": n, "string": "\n"} for n in range(400)]
    await answer(await client.post(THINGS + "/_bulk_docs", json={"docs": documents}), 201)
    pretty = json.dumps({"n": 400, "string": "x"}, indent=2)
    headers = {"Content-Type": "application/json"}
    await answer(await client.put(THINGS + "/pretty", data=pretty, headers=headers), 201)
    design = {"views": {"many": {"map": "function(doc) { if (doc.n >= 0) { emit(doc.n); } }"}}}
    await answer(await client.put(THINGS + "/_design/many", json=design), 201)


async def text(response, status=200):
    found = await response.text()
    assert response.status == status, found
    return found


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("basic/basic", "head0123456789tail"),
        ("basic/basic?startkey=3&endkey=5", "head345tail"),
        ("basic/basic?startkey=3&endkey=5&inclusive_end=false", "head34tail"),
        ("basic/basic?limit=2&skip=1&descending=true", "head87tail"),
        ("basic/basic?keys=[2,4,5,7]", "head2457tail"),
        ("basic/basic?startkey=30", "headtail"),
        ("ends/basic?startkey=30", "first null last undefined"),
        ("ends/reduced?startkey=30", "first null last undefined"),
        ("ends/reduced?reduce=false", "first 1 last 9"),
        ("ends/reduced?group=true", "first 1 last 9"),
        ("basic/reduced", "headnulltail"),
        ("beyond/basic", "headthen null"),
        ("empty/basic", " "),
        ("nothing/basic", ""),
        ("document/basic?include_docs=true&key=3", "of 3"),
        ("stop/basic", "head 0 1 2 tail"),
        ("stop/reduced?group=true", "head 0 1 2 tail"),
        ("query/basic?foo=blam&startkey=3", '{"foo":"blam","startkey":3}'),
        ("ends/other/down?startkey=-3", "first -3 last 0"),
        ("basic/_all_docs?startkey=%228%22", "head89_design/app_design/othertail"),
    ],
)
async def test_lists_make_texts_of_rows(client, path, expected):
    assert await text(await client.get(f"{LIST}/{path}")) == expected


async def test_the_richness_of_the_arguments(client):
    path = f"{LIST}/json/basic?update_seq=true"
    told = await answer(await client.get(path), 200)
    assert {name: told["head"][name] for name in ("total_rows", "offset")} == {
        "total_rows": 10,
        "offset": 0,
    }
    assert told["head"]["update_seq"]
    assert told["rows"][0] == {"id": "0", "key": 0, "value": "0"}
    assert told["req"]["info"]["db_name"] == "org.example.things"
    assert told["req"]["path"][1:] == ["_design", "app", "_list", "json", "basic"]
    assert told["req"]["raw_path"].endswith("/_design/app/_list/json/basic?update_seq=true")
    reduced = await answer(await client.get(f"{LIST}/json/reduced"), 200)
    assert reduced["head"] == {}
    assert reduced["rows"] == [{"key": None, "value": 10}]


async def test_all_documents_are_a_view_too(client):
    told = await answer(await client.get(f"{LIST}/json/_all_docs"), 200)
    listed = await answer(await client.get(THINGS + "/_all_docs"), 200)
    assert told["rows"] == listed["rows"]
    assert told["head"] == {"total_rows": listed["total_rows"], "offset": 0}


async def test_keys_may_be_posted(client):
    posted = await client.post(f"{LIST}/ends/basic", json={"keys": [2, 4, 5, 7]})
    assert await text(posted) == "first 2 last 7"
    posted = await client.post(f"{LIST}/ends/other/down", json={"keys": [-2, -7]})
    assert await text(posted) == "first -2 last -7"
    posted = await client.post(f"{LIST}/ends/_all_docs", json={"keys": ["3", "1"]})
    assert await text(posted) == "first 3 last 1"
    refused = await client.post(f"{LIST}/ends/reduced?group=false", json={"keys": [2, 3]})
    assert (await answer(refused, 400))["error"] == "query_parse_error"


async def test_status_and_headers_may_be_said_until_something_is_sent(client):
    late = await client.get(f"{LIST}/late/basic")
    assert await text(late, 400) == "bad request"
    assert late.headers["X-My-Header"] == "mine"
    assert await text(await client.get(f"{LIST}/too late/basic")) == "gone already"
    basic = await client.get(f"{LIST}/basic/basic")
    assert basic.headers["Content-Type"] == "application/json"
    assert basic.headers["Content-Security-Policy"] == "sandbox"


async def test_types_are_negotiated(client):
    told = await client.get(f"{LIST}/html/basic", headers={"Accept": "text/html"})
    assert await text(told) == "HTML 10"
    assert told.headers["Content-Type"] == "text/html; charset=utf-8"
    refused = await client.get(f"{LIST}/html/basic", headers={"Accept": "image/png"})
    assert (await answer(refused, 406))["error"] == "not_acceptable"


@pytest.mark.parametrize(
    ("path", "status", "error"),
    [
        ("error/basic", 500, "render_error"),
        ("basic", 404, "list_error"),
        ("basic/a/b/c", 404, "list_error"),
        ("none/basic", 404, "not_found"),
        ("basic/none", 404, "not_found"),
        ("basic/none/down", 404, "not_found"),
        ("basic/basic?group=true", 400, "query_parse_error"),
    ],
)
async def test_what_goes_wrong_is_said(client, path, status, error):
    assert (await answer(await client.get(f"{LIST}/{path}"), status))["error"] == error


async def test_lists_are_read_only(client):
    refused = await client.put(f"{LIST}/basic/basic")
    assert refused.status == 405
    assert set(refused.headers["Allow"].split(",")) == {"GET", "HEAD", "POST"}


async def test_rows_come_in_portions_as_they_are_asked_for(client, monkeypatch):
    await many_more(client)
    monkeypatch.setattr(list_routes, "FIRST_ROWS", 2000)
    assert await text(await client.get(f"{LIST}/count/many/many")) == "401"
    assert await text(await client.get(f"{LIST}/count/many/many?include_docs=true")) == "401"
    assert await text(await client.get(f"{LIST}/sulks/many/many")) == "401"
    assert await text(await client.get(f"{LIST}/stop/many/many")) == "head 0 1 2 tail"
    monkeypatch.setattr(list_routes, "MOST_ROWS", 2000)
    assert await text(await client.get(f"{LIST}/stop/many/many")) == "head 0 1 2 tail"
    refused = await answer(await client.get(f"{LIST}/count/many/many"), 400)
    assert "ask for fewer rows" in refused["reason"]


async def test_others_are_answered_while_a_list_runs(client):
    looping = asyncio.ensure_future(client.get(f"{LIST}/loop/basic"))
    await asyncio.sleep(0.2)
    assert (await client.get(THINGS + "/1")).status == 200
    assert not looping.done()
    assert (await answer(await looping, 500))["error"] == "os_process_error"
