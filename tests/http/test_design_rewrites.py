"""Rewrites over HTTP, by rules and by functions: what CouchDB's tests ask, and who may what."""

import base64

import pytest
import pytest_asyncio

from tests.support.served_couch import ServedCouch
from tests.support.served_home import answer, serve_home

pytestmark = pytest.mark.asyncio(loop_scope="module")

THINGS = "/couchdb/org.example.things"
RULES = THINGS + "/_design/rules/_rewrite"
CODE = THINGS + "/_design/code/_rewrite"

SHOWS = {
    "welcome": "function(doc, req) { return 'Welcome ' + req.query['name']; }",
    "named": "function(doc, req) { return 'Welcome ' + doc.name; }",
    "asked": "function(doc, req) { return {json: req}; }",
}
UPDATES = {
    "hello": """function(doc, req) {
        if (!doc) { return req.id ? [{_id: req.id, name: req.id}, 'New'] : [null, 'Empty']; }
        doc.world = 'hello'; return [doc, 'hello doc'];
    }""",
}
VIEWS = {
    "basic": {"map": "function(doc) { if (doc.integer) { emit(doc.integer, null); } }"},
    "pairs": {"map": "function(doc) { if (doc.a) { emit([doc.a, doc.b], doc.string); } }"},
}
LISTS = {
    "ends": """function(head, req) {
        var row, first = null, last;
        while (row = getRow()) { first = first || toJSON(row.key); last = toJSON(row.key); }
        return 'first ' + first + ' last ' + last;
    }""",
}
TEXT = {"content_type": "text/plain", "data": base64.b64encode(b"encoded text").decode()}
PARTS = {
    "shows": SHOWS,
    "updates": UPDATES,
    "views": VIEWS,
    "lists": LISTS,
    "_attachments": {"foo.txt": TEXT},
}
REWRITES = [
    {"from": "foo", "to": "foo.txt"},
    {"from": "hello/:id", "to": "_update/hello/:id", "method": "PUT"},
    {"from": "welcome", "to": "_show/welcome"},
    {"from": "welcome/:name", "to": "_show/welcome", "query": {"name": ":name"}},
    {"from": "named/:name", "to": "_show/named/:name", "method": "GET"},
    {"from": "fixed", "to": "_list/ends/basic", "query": {"startkey": 3, "endkey": 8}},
    {
        "from": "path/:start/:end",
        "to": "_list/ends/basic",
        "query": {"startkey": ":start", "endkey": ":end"},
        "formats": {"start": "int", "end": "int"},
    },
    {"from": "pair/:a/:b", "to": "_list/ends/pairs", "query": {"key": [":a", ":b"]}},
    {"from": "asked/*", "to": "_show/asked"},
    {"from": "/", "to": "_view/basic"},
    {"from": "db/*", "to": "../../*"},
]
FUNCTION = """function(req) {
    var path = req.path.slice(4), rest = path.slice(1).join('/');
    switch (path[0]) {
        case 'foo': return 'foo.txt';
        case 'welcome': return {path: '_show/welcome', query: {name: rest}};
        case 'named': return '_show/named/' + rest;
        case 'put': return {path: '../../' + rest, method: 'put', body: '{"made":true}',
            headers: {'Content-Type': 'application/json'}};
        case 'post': return {path: '_list/ends/basic', method: 'POST', query: {limit: '2'},
            headers: {'content-type': 'application/json'}, body: '{"keys": [5, 6, 7]}'};
        case 'changes': return {path: '../../_changes', query: {filter: '_doc_ids'}};
        case 'db': return '../../' + rest;
        case 'uuids': return '../../../_uuids';
        case 'home': return '../../../../data/org.example.things/_all_docs';
        case 'drop': return {path: '../../../org.example.others', method: 'DELETE'};
        case 'loop': return '_rewrite/loop';
        case 'say': return {code: Number(rest), body: 'said', headers: {'x-foo': 'bar'}};
        case 'asked': return {path: '_show/asked', headers: {Host: 'other', Cookie: 'x=y',
            'X-Forwarded-For': '1.2.3.4', 'X-Mine': 'mine'}};
        case 'bad':
            return [{path: 1}, {method: 1}, {query: {a: 1}}, {code: 1000}, {}][Number(rest)];
        case 'fail': return noSuchVariable;
    }
}"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def client(tmp_path_factory):
    client = await serve_home(tmp_path_factory.mktemp("home"))
    for name in (THINGS, "/couchdb/org.example.others"):
        assert (await client.put(name)).status == 201
    for name, rewrites in (("rules", REWRITES), ("code", FUNCTION)):
        design = {**PARTS, "rewrites": rewrites}
        await answer(await client.put(f"{THINGS}/_design/{name}", json=design), 201)
    documents = [{"_id": f"d{n}", "integer": n, "name": f"n{n}"} for n in range(10)]
    documents.append({"_id": "pair", "a": "test", "b": "essai"})
    await answer(await client.post(THINGS + "/_bulk_docs", json={"docs": documents}), 201)
    yield client
    await client.close()


async def text(response, status=200):
    found = await response.text()
    assert response.status == status, found
    return found


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("foo", "encoded text"),
        ("welcome?name=user", "Welcome user"),
        ("welcome/you%20all", "Welcome you all"),
        ("named/d3", "Welcome n3"),
        ("fixed", "first 3 last 8"),
        ("fixed?startkey=4", "first 3 last 8"),
        ("path/4/6", "first 4 last 6"),
        ("pair/test/essai", 'first ["test","essai"] last ["test","essai"]'),
        ("pair/test/none", "first null last undefined"),
    ],
)
async def test_rules_lead_elsewhere(client, path, expected):
    assert await text(await client.get(f"{RULES}/{path}")) == expected


async def test_rules_lead_to_what_writes_too(client):
    assert await text(await client.put(f"{RULES}/hello/fresh"), 201) == "New"
    assert await text(await client.put(f"{RULES}/hello/fresh"), 201) == "hello doc"
    stored = await answer(await client.get(f"{RULES}/db/fresh?meta=true"), 200)
    assert stored["world"] == "hello"
    assert stored["_revs_info"]
    assert (await answer(await client.get(RULES), 200))["total_rows"] == 9
    written = await client.put(f"{RULES}/db/through", json={"large": "x" * 300_000})
    await answer(written, 201)
    assert len((await answer(await client.get(THINGS + "/through"), 200))["large"]) == 300_000
    missing = await client.get(f"{RULES}/hello/fresh")
    assert (await answer(missing, 404))["error"] == "not_found"


async def test_what_was_asked_for_is_told(client):
    told = await answer(await client.get(f"{RULES}/asked/a/b?x=1"), 200)
    assert told["requested_path"][1:] == ["_design", "rules", "_rewrite", "asked", "a", "b"]
    assert told["path"][1:] == ["_design", "rules", "_show", "asked"]
    assert told["query"] == {"x": "1"}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("foo", "encoded text"),
        ("welcome/user", "Welcome user"),
        ("named/d3", "Welcome n3"),
        ("post", "first 5 last 6"),
    ],
)
async def test_functions_lead_elsewhere(client, path, expected):
    assert await text(await client.get(f"{CODE}/{path}")) == expected


async def test_functions_may_change_method_and_body(client):
    await answer(await client.get(f"{CODE}/put/made"), 201)
    assert (await answer(await client.get(THINGS + "/made"), 200))["made"] is True
    asked = {"doc_ids": ["d4"]}
    changes = await answer(await client.post(f"{CODE}/changes", json=asked), 200)
    assert [row["id"] for row in changes["results"]] == ["d4"]
    body = {"large": "x" * 300_000}
    await answer(await client.put(f"{CODE}/db/passed", json=body), 201)
    assert (await answer(await client.get(f"{CODE}/db/passed"), 200))["large"] == body["large"]
    assert await text(await client.get(THINGS + "/d1"))  # the connection is as it was


async def test_functions_may_answer_themselves(client):
    for status in (200, 451, 500):
        said = await client.get(f"{CODE}/say/{status}")
        assert await text(said, status) == "said"
        assert said.headers["x-foo"] == "bar"


async def test_who_asks_is_not_a_function_s_to_say(client):
    told = await answer(await client.get(f"{CODE}/asked"), 200)
    headers = {name.lower(): value for name, value in told["headers"].items()}
    assert headers["x-mine"] == "mine"
    assert headers["host"] != "other"
    assert "x-forwarded-for" not in headers


@pytest.mark.parametrize(
    ("path", "status", "error"),
    [
        ("none", 404, "rewrite_error"),
        ("loop", 400, "bad_request"),
        ("fail", 500, "rewrite_error"),
        ("drop", 500, "insecure_rewrite_rule"),
        ("home", 404, "rewrite_error"),
        ("say/100", 500, "rewrite_error"),
        *((f"bad/{n}", 500, "rewrite_error") for n in range(5)),
    ],
)
async def test_what_goes_wrong_is_said(client, path, status, error):
    assert (await answer(await client.get(f"{CODE}/{path}"), status))["error"] == error


async def test_looking_leads_out_of_the_database_and_acting_does_not(client):
    assert len((await answer(await client.get(f"{CODE}/uuids"), 200))["uuids"]) == 1
    await answer(await client.get(f"{CODE}/drop"), 500)
    assert (await client.get("/couchdb/org.example.others")).status == 200


async def test_nothing_to_rewrite_by(client):
    await answer(await client.put(THINGS + "/_design/none", json={}), 201)
    refused = await client.get(THINGS + "/_design/none/_rewrite/a")
    assert (await answer(refused, 404))["error"] == "rewrite_error"
    assert (await client.get(THINGS + "/_design/missing/_rewrite/a")).status == 404
    insecure = {"rewrites": [{"from": "a", "to": "../../../_uuids"}]}
    await answer(await client.put(THINGS + "/_design/far", json=insecure), 201)
    refused = await client.get(THINGS + "/_design/far/_rewrite/a")
    assert (await answer(refused, 500))["error"] == "insecure_rewrite_rule"


async def test_what_a_rewrite_leads_to_takes_what_it_always_takes(tmp_path):
    async with ServedCouch(tmp_path) as couch:
        admin = couch.admin
        for name in ("/mine", "/theirs"):
            assert (await admin.put(name)).status == 201
        open_to_all = {"members": {"names": [], "roles": []}, "admins": {"names": [], "roles": []}}
        assert (await admin.put("/mine/_security", json=open_to_all)).status == 200
        code = """function(req) {
            var paths = ['../..', '../../_compact', '../../../theirs', '../../../_users/_all_docs'];
            return {path: paths[Number(req.path[4])], method: req.query.as || 'GET'};
        }"""
        await answer(await admin.put("/mine/_design/d", json={"rewrites": code}), 201)
        jan = {"name": "jan", "type": "user", "roles": [], "password": "apple"}
        await answer(await admin.put("/_users/org.couchdb.user:jan", json=jan), 201)
        user, path = couch.client("jan", "apple"), "/mine/_design/d/_rewrite"
        assert (await user.get(path + "/0")).status == 200
        assert (await user.get(path + "/0?as=DELETE")).status == 401
        assert (await user.get(path + "/1?as=POST")).status == 401
        assert (await user.get(path + "/2")).status == 403
        assert (await user.get(path + "/3")).status == 401
        assert (await admin.get(path + "/2")).status == 200
        assert (await couch.client().get(path + "/0")).status == 401
