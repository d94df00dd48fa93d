"""Update functions over HTTP: documents made and changed by them, as by any other writer."""

import asyncio
import io

import pytest

from tests.support.served_couch import ServedCouch
from tests.support.served_home import answer, serve_home

THINGS = "/couchdb/org.example.things"
UPDATE = THINGS + "/_design/app/_update"

UPDATES = {
    "hello": """function(doc, req) {
        if (!doc) {
            return req.id ? [{_id: req.id, asked: req.method}, '<p>New World</p>']
              : [null, '<p>Empty World</p>'];
        }
        doc.world = 'hello';
        doc.edited_by = req.userCtx;
        return [doc, '<p>hello doc</p>'];
    }""",
    "field": """function(doc, req) {
        doc[req.query.field] = req.query.value;
        return [doc, 'set ' + req.query.field];
    }""",
    "form": """function(doc, req) {
        for (var field in req.form) { doc[field] = req.form[field]; }
        return [doc, 'updated doc from form'];
    }""",
    "bump": """function(doc) {
        doc.counter = (doc.counter || 0) + 1;
        return [doc, {code: 302, body: String(doc.counter)}];
    }""",
    "uuid": "function(doc, req) { return [null, req.uuid]; }",
    "code": "function() { return [null, {code: 302}]; }",
    "json": "function(doc, req) { return [{_id: req.uuid}, {code: 202, json: {ok: true}}]; }",
    "binary": """function(doc) {
        return [doc, {headers: {'Content-Type': 'application/octet-stream'}, base64: 'aGVsbG8='}];
    }""",
    "empty": "function() { return [{}, 'oops']; }",
    "list": "function() { return [[1], 'no document']; }",
    "stale": "function(doc) { return [{_id: doc._id, _rev: '1-00'}, 'x']; }",
    "special": "function(doc) { doc._what = 1; return [doc, 'x']; }",
    "delete": "function(doc) { doc._deleted = true; return [doc, 'gone']; }",
    "keep": "function(doc) { doc.kept = true; return [doc, 'kept']; }",
    "error": "function() { superFail.badCrash; }",
    "nothing": "function() {}",
    "undefined": "function(doc) { return [doc]; }",
    "loop": "function() { for (;;) {} }",
}


@pytest.fixture
async def client(tmp_path):
    client = await serve_home(tmp_path / "dir")
    assert (await client.put(THINGS)).status == 201
    await answer(await client.put(THINGS + "/_design/app", json={"updates": UPDATES}), 201)
    await answer(await client.put(THINGS + "/d", json={"word": "plankton"}), 201)
    yield client
    await client.close()


async def updated(client, path, status=201, method="PUT", **options):
    response = await client.request(method, f"{UPDATE}/{path}", allow_redirects=False, **options)
    assert response.status == status, await response.text()
    return response


async def document(client, name="d"):
    return await answer(await client.get(f"{THINGS}/{name}"), 200)


async def test_a_document_is_changed(client):
    response = await updated(client, "hello/d")
    assert await response.text() == "<p>hello doc</p>"
    assert response.headers["Content-Type"] == "text/html; charset=utf-8"
    found = await document(client)
    assert (found["world"], found["edited_by"]["roles"]) == ("hello", ["_admin"])
    assert response.headers["X-Couch-Id"] == "d"
    assert response.headers["X-Couch-Update-NewRev"] == found["_rev"]


async def test_a_document_is_made(client):
    response = await updated(client, "hello/new", method="POST")
    assert await response.text() == "<p>New World</p>"
    assert (await document(client, "new"))["asked"] == "POST"
    slashed = await updated(client, "hello/with/slash")
    assert slashed.headers["X-Couch-Id"] == "with%2Fslash"
    assert (await document(client, "with%2Fslash"))["asked"] == "PUT"
    assert (await updated(client, "json", 202, method="POST")).headers["X-Couch-Id"]


async def test_nothing_need_be_written(client):
    assert await (await updated(client, "hello", 200)).text() == "<p>Empty World</p>"
    assert len(await (await updated(client, "uuid/", 200)).text()) == 32
    assert (await updated(client, "code", 302)).headers.get("X-Couch-Id") is None
    assert await (await updated(client, "list/d", 200)).text() == "no document"
    assert (await document(client))["_rev"].startswith("1-")


async def test_query_form_and_body_reach_the_function(client):
    await updated(client, "field/d?field=title&value=test")
    assert (await document(client))["title"] == "test"
    await updated(client, "form/d", data={"one": "1", "two": "b c"})
    found = await document(client)
    assert (found["one"], found["two"]) == ("1", "b c")


async def test_status_and_bytes_are_the_functions(client):
    response = await updated(client, "bump/d", 302)
    assert await response.text() == "1"
    assert (await document(client))["counter"] == 1
    binary = await updated(client, "binary/d", data=b"rubbish")
    assert await binary.read() == b"hello"
    assert binary.headers["Content-Type"] == "application/octet-stream"


async def test_attachments_and_tombstones(client):
    rev = (await document(client))["_rev"]
    attached = await client.put(f"{THINGS}/d/note?rev={rev}", data=b"bytes")
    assert attached.status == 201
    await updated(client, "keep/d")
    assert await (await client.get(THINGS + "/d/note")).read() == b"bytes"
    await updated(client, "delete/d")
    assert (await client.get(THINGS + "/d")).status == 404


@pytest.mark.parametrize(
    ("method", "path", "status", "error", "reason"),
    [
        ("GET", "hello", 405, "method_not_allowed", "Update functions do not allow GET"),
        ("POST", "", 404, "update_error", "Invalid path."),
        ("PUT", "none/d", 404, "not_found", "missing json key: none"),
        ("PUT", "empty/d", 400, "illegal_docid", "Document id must not be empty"),
        ("PUT", "stale/d", 409, "conflict", "Document update conflict."),
        ("PUT", "special/d", 400, "doc_validation", "Bad special document member: _what"),
        ("PUT", "error/d", 500, "render_error", "function raised error: ReferenceError"),
        ("PUT", "nothing/d", 500, "render_error", "function raised error: TypeError"),
        ("PUT", "undefined/d", 500, "render_error", "undefined response from update function"),
    ],
)
async def test_what_goes_wrong_is_said_in_couchdbs_words(
    client, method, path, status, error, reason
):
    told = await answer(await client.request(method, f"{UPDATE}/{path}"), status)
    assert told["error"] == error
    assert told["reason"].startswith(reason)
    assert (await document(client))["_rev"].startswith("1-")


async def test_other_design_documents_are_asked_for_consent(client):
    source = "function(doc) { if (doc.world) throw({forbidden: 'no worlds'}); }"
    body = {"validate_doc_update": source}
    await answer(await client.put(THINGS + "/_design/strict", json=body), 201)
    refused = await updated(client, "hello/d", 403)
    assert (await refused.json()) == {"error": "forbidden", "reason": "no worlds"}


async def test_a_function_that_never_ends_holds_nobody_up(client):
    stuck = asyncio.ensure_future(client.put(UPDATE + "/loop/d"))
    clock, slowest = asyncio.get_running_loop().time, 0.0
    while not stuck.done():
        began = clock()
        assert (await client.get(THINGS + "/d")).status == 200
        slowest = max(slowest, clock() - began)
        await asyncio.sleep(0.02)
    told = await answer(await stuck, 500)
    assert told == {"error": "os_process_error", "reason": "OS process timed out."}
    assert slowest < 2.0
    await updated(client, "hello/d")


async def test_a_body_too_large_for_a_function_is_refused(client):
    response = await client.put(UPDATE + "/hello/d", data=io.BytesIO(b"x" * 17_000_000))
    assert response.status == 413


async def test_members_may_update_and_others_not(tmp_path):
    async with ServedCouch(tmp_path / "dir") as couch:
        user = {"name": "jan", "type": "user", "roles": [], "password": "apple"}
        path = "/_users/org.couchdb.user:jan"
        await answer(await couch.admin.put(path, json=user), 201)
        await answer(await couch.admin.put("/things"), 201)
        design = {"updates": {**UPDATES, "rule": "function() { return [{_id: '_design/x'}, '']; }"}}
        await answer(await couch.admin.put("/things/_design/app", json=design), 201)
        jan, nobody = couch.client("jan", "apple"), couch.client()
        update = "/things/_design/app/_update"
        assert (await jan.put(update + "/hello/d")).status in {401, 403}
        security = {"members": {"names": ["jan"], "roles": []}}
        await answer(await couch.admin.put("/things/_security", json=security), 200)
        assert (await jan.put(update + "/hello/d")).status == 201
        assert (await nobody.put(update + "/hello/d")).status == 401
        assert (await jan.put(update + "/rule")).status in {401, 403}
        await jan.put(update + "/hello/d")
        edited = (await answer(await jan.get("/things/d"), 200))["edited_by"]
        assert (edited["name"], edited["db"]) == ("jan", "things")
