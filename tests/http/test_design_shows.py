"""Show functions over HTTP: what CouchDB's own tests ask of them, and what hostile ones get."""

import base64

import pytest

from tests.support.served_home import answer, serve_home

THINGS = "/couchdb/org.example.things"
SHOW = THINGS + "/_design/app/_show"

SHOWS = {
    "hello": "function(doc, req) { return doc ? 'Hello World' : req.id ? 'New' : 'Empty'; }",
    "name": """function(doc) {
        return doc ? {body: 'Just ' + doc.name} : {body: 'No such doc', code: 404};
    }""",
    "request": "function(doc, req) { return {json: req}; }",
    "document": "function(doc) { return {json: doc}; }",
    "empty": "function() { return ''; }",
    "nothing": "function() {}",
    "number": "function() { return 42; }",
    "array": "function() { return [1]; }",
    "fail": "function(doc) { return doc._id; }",
    "broken": "function() { return noSuchVariable; }",
    "thrown": "function() { throw {error: 'mine', reason: 'so'}; }",
    "missing": "function() { throw ['error', 'not_found', 'nothing here']; }",
    "binary": "function() { return {base64: 'aGVsbG8=', headers: {'Content-Type': 'image/x'}}; }",
    "etag": "function() { return {headers: {Etag: 'skipped'}, body: 'something'}; }",
    "chunks": "function() { start({'X-Test': 'Yeah'}); send('Hey '); return 'Dude'; }",
    "more": """function() {
        start({'X-Test': 'Yeah'}); send('Hey '); return {headers: {'X-More': 'too'}, body: 'Dude'};
    }""",
    "ordered": """function() {
        provides('text', function() { send('4, '); send('5, '); send('6, '); return '7!'; });
        send('1, '); send('2, '); return '3, ';
    }""",
    "provides": """function(doc) {
        registerType('foo', 'application/foo', 'application/x-foo');
        provides('html', function() { return 'Ha ha, you said "' + doc.word + '".'; });
        provides('foo', function() { return 'foofoo'; });
    }""",
    "lib": "function() { return require('lib/words').hello; }",
}


@pytest.fixture
async def client(tmp_path):
    client = await serve_home(tmp_path / "dir")
    assert (await client.put(THINGS)).status == 201
    design = {"shows": SHOWS, "lib": {"words": "exports.hello = 'hello';"}}
    await answer(await client.put(THINGS + "/_design/app", json=design), 201)
    await answer(await client.put(THINGS + "/d", json={"word": "plankton", "name": "Rusty"}), 201)
    yield client
    await client.close()


async def text(client, path, status=200, **options):
    response = await client.get(f"{SHOW}/{path}", **options)
    found = await response.text()
    assert response.status == status, found
    return found


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("hello/d", "Hello World"),
        ("hello", "Empty"),
        ("hello/", "Empty"),
        ("hello/none", "New"),
        ("hello/with/slashes", "New"),
        ("name/d", "Just Rusty"),
        ("empty", ""),
        ("nothing", ""),
        ("chunks", "Hey Dude"),
        ("ordered?format=text", "1, 2, 3, 4, 5, 6, 7!"),
        ("lib", "hello"),
        ("binary", "hello"),
    ],
)
async def test_what_functions_return_is_the_answer(client, path, body):
    assert await text(client, path) == body


async def test_status_type_and_headers(client):
    assert await text(client, "name/none", 404) == "No such doc"
    shown = await client.get(SHOW + "/hello/d")
    assert shown.headers["Content-Type"] == "text/html; charset=utf-8"
    assert shown.headers["Content-Security-Policy"] == "sandbox"
    more = await client.get(SHOW + "/more")
    assert (more.headers["X-Test"], more.headers["X-More"]) == ("Yeah", "too")
    binary = await client.get(SHOW + "/binary")
    assert binary.headers["Content-Type"] == "image/x"
    posted = await client.post(SHOW + "/request", json={"a": 1})
    assert (await answer(posted, 200))["body"] == '{"a": 1}'
    assert (await client.head(SHOW + "/hello/d")).status == 200


async def test_the_request_as_functions_see_it(client):
    path = f"{SHOW}/request/d?foo=bar&startkey=1"
    told = await answer(await client.get(path, headers={"X-Foo": "bar"}), 200)
    assert told["headers"]["X-Foo"] == "bar"
    assert "Authorization" not in told["headers"]
    assert told["query"] == {"foo": "bar", "startkey": 1}
    assert (told["method"], told["id"], told["body"]) == ("GET", "d", "undefined")
    parts = ["org.example.things", "_design", "app", "_show", "request", "d"]
    assert told["path"] == told["requested_path"] == parts
    assert told["raw_path"] == "/" + "/".join(parts) + "?foo=bar&startkey=1"
    assert told["info"]["db_name"] == "org.example.things"
    assert told["userCtx"]["roles"] == ["_admin"]
    assert (told["form"], told["cookie"], told["secObj"]) == ({}, {}, {})
    assert len(told["uuid"]) == 32


async def test_documents_come_with_their_history_and_conflicts(client):
    for rev in ("1-a", "1-b"):
        body = {"_rev": rev}
        assert (await client.put(THINGS + "/c?new_edits=false", json=body)).status == 201
    told = await answer(await client.get(SHOW + "/document/c"), 200)
    assert (told["_rev"], told["_conflicts"]) == ("1-b", ["1-a"])
    assert told["_revisions"] == {"start": 1, "ids": ["b"]}


async def test_an_etag_stands_for_document_function_and_what_is_accepted(client):
    etag = (await client.get(SHOW + "/name/d")).headers["ETag"]
    same = {"If-None-Match": etag}
    assert (await client.get(SHOW + "/name/d", headers=same)).status == 304
    assert (await client.get(SHOW + "/name/none", headers=same)).status == 404
    other = {**same, "Accept": "text/plain"}
    assert (await client.get(SHOW + "/name/d", headers=other)).status == 200
    rev = (await answer(await client.get(THINGS + "/d"), 200))["_rev"]
    body = {"_rev": rev, "name": "Crusty"}
    assert (await client.put(THINGS + "/d", json=body)).status == 201
    assert await text(client, "name/d", headers=same) == "Just Crusty"
    assert (await client.get(SHOW + "/etag/d")).headers["ETag"] != "skipped"


@pytest.mark.parametrize(
    ("accept", "body", "kind"),
    [
        (
            "text/html,application/atom+xml; q=0.9",
            'Ha ha, you said "plankton".',
            "text/html; charset=utf-8",
        ),
        ("application/x-foo", "foofoo", "application/x-foo"),
        ("*/*", 'Ha ha, you said "plankton".', "text/html; charset=utf-8"),
        ("text/html;q=0.2, application/foo;q=0.8", "foofoo", "application/foo"),
    ],
)
async def test_what_is_accepted_chooses_what_is_provided(client, accept, body, kind):
    response = await client.get(SHOW + "/provides/d", headers={"Accept": accept})
    assert (await response.text(), response.headers["Content-Type"]) == (body, kind)


@pytest.mark.parametrize(
    ("path", "status", "error", "reason"),
    [
        ("", 404, "show_error", "Invalid path."),
        ("none/d", 404, "not_found", "missing json key: none"),
        ("fail/none", 404, "not_found", "document not found"),
        ("broken/d", 500, "render_error", "function raised error: ReferenceError"),
        ("number", 500, "render_error", "undefined response from show function"),
        ("array", 500, "render_error", "undefined response from show function"),
        ("thrown", 500, "mine", "so"),
        ("missing", 404, "not_found", "nothing here"),
        ("request?startkey=nonsense", 400, "bad_request", "invalid UTF-8 JSON"),
        ("provides/d?format=text", 406, "not_acceptable", "Content-Type"),
    ],
)
async def test_what_goes_wrong_is_said_in_couchdbs_words(client, path, status, error, reason):
    told = await answer(await client.get(f"{SHOW}/{path}"), status)
    assert told["error"] == error
    assert told["reason"].startswith(reason)


async def test_nothing_acceptable_is_said_with_what_there_is(client):
    monkeys = {"Accept": "text/monkeys"}
    told = await answer(await client.get(SHOW + "/provides/d", headers=monkeys), 406)
    assert told["error"] == "not_acceptable"
    assert "text/html; charset=utf-8" in told["reason"]
    gone = await client.get(THINGS + "/_design/none/_show/name/d")
    assert (await answer(gone, 404))["error"] == "not_found"


HOSTILE = [
    "{code: 100}",
    "{code: 1e9}",
    "{code: 'x'}",
    "{code: true}",
    "{body: 1}",
    "{body: {}}",
    "{base64: '###'}",
    "{base64: 1}",
    "{headers: 1}",
    "{headers: {'X-A': 'a\\r\\nSet-Cookie: b'}}",
    "{headers: {'X A': 'a'}}",
    "{headers: {'': 'a'}}",
    "{headers: {'X-A': {}}}",
    "{other: 1}",
    "{toJSON: function() { return 1; }}",
    "{get body() { throw 'x'; }}",
]


@pytest.mark.parametrize("returned", HOSTILE)
async def test_answers_that_are_none_are_a_clear_error(client, returned):
    design = {"shows": {"f": f"function() {{ return {returned}; }}"}}
    await answer(await client.put(THINGS + "/_design/bad", json=design), 201)
    told = await answer(await client.get(THINGS + "/_design/bad/_show/f"), 500)
    assert told["error"] in {"external_response_error", "os_process_error", "render_error"}


async def test_headers_about_the_connection_and_the_login_are_not_a_functions(client):
    headers = {"Content-Length": "1", "Set-Cookie": "a=b", "Access-Control-Allow-Origin": "*"}
    told = {"body": base64.b64encode(b"whole").decode(), "headers": {**headers, "X-Own": "1"}}
    design = {"shows": {"f": "function(doc, req) { return JSON.parse(req.body); }"}}
    await answer(await client.put(THINGS + "/_design/heads", json=design), 201)
    response = await client.post(THINGS + "/_design/heads/_show/f", json=told)
    assert await response.text() == told["body"]
    assert response.headers["X-Own"] == "1"
    assert not {"Set-Cookie", "Access-Control-Allow-Origin"} & set(response.headers)
