"""Functions that are out to harm, of every kind, over HTTP: errors, others served, memory back.

Each runs in a home whose limit of processor time is shorter than usual, so that what never ends
takes no longer here.
"""

import asyncio
import json
import os
import sys
from pathlib import Path
from unittest.mock import patch

import pytest
import pytest_asyncio

from server.functions import design_functions
from server.functions.worker_process import WorkerProcess
from tests.support.served_home import answer, serve_home

pytestmark = pytest.mark.asyncio(loop_scope="module")

START = (
    "import sys; sys.path.insert(0, sys.argv[1]); from server.functions import worker; "
    "worker.CPU_SECONDS = 0.25; worker.main()"
)
COMMAND = (sys.executable, "-I", "-c", START, str(Path(__file__).parents[2]))

HOSTILE = {
    "loop": "for (;;) { try { for (;;) {} } catch (e) {} }",
    "array": "var a = []; for (;;) { a.push(new Array(9999).fill('x')); }",
    "gigabyte": "return new Array(1 << 27).fill(1).length + new ArrayBuffer(1 << 30).byteLength;",
    "text": "var t = 'x'; for (;;) { t += t; }",
    "recursion": "return (function f() { return f() + 1; })();",
    "pattern": "return /^(a+)+$/.test('a'.repeat(40) + 'b');",
    "system": "return require('fs').readFileSync('/etc/passwd');",
    "process": "return Function('return process')().exit();",
    "prototype": """
        Object.prototype.toJSON = Array.prototype.toJSON = function() { throw 'x'; };
        JSON.stringify = JSON.parse = Array.prototype.push = String.prototype.slice = null;
        Reflect.apply = Object.keys = Object.freeze = null; return noSuchVariable;""",
    "thrown": "throw new Proxy({}, {get: function() { throw 'x'; }});",
}
ERRORS = {
    *("os_process_error", "InternalError", "RangeError", "render_error", "rewrite_error"),
    *("invalid_require_path", "compilation_error", "ReferenceError", "unnamed_error", "TypeError"),
}
PLAIN = {
    "views": {"plain": {"map": "function(doc) { emit(doc._id, [1].map(String)); }"}},
    "shows": {"plain": "function(doc, req) { return {json: JSON.parse('[1]').map(String)}; }"},
    "filters": {"plain": "function(doc) { return doc._id === 'd'; }"},
}


def function(body):
    return f"function(a, b, c, d) {{ {body} }}"


class Kind:
    """How a kind of function stands in a design document, and how it comes to be called."""

    def __init__(self, design, method, path, **body):
        self.design = design
        self.request = (method, path)
        self.body = body

    async def call(self, client, database):
        method, path = self.request
        return await client.request(method, f"{database}/{path}", **self.body)


ROWS = {"map": "function(doc) { emit(1, 1); }"}
KINDS = {
    "reduce": Kind(
        lambda f: {"views": {"f": {**ROWS, "reduce": f}}}, "GET", "_design/hostile/_view/f"
    ),
    "filter": Kind(lambda f: {"filters": {"f": f}}, "GET", "_changes?filter=hostile/f"),
    "validate": Kind(lambda f: {"validate_doc_update": f}, "PUT", "fresh", json={}),
    "show": Kind(lambda f: {"shows": {"f": f}}, "GET", "_design/hostile/_show/f/d"),
    "update": Kind(lambda f: {"updates": {"f": f}}, "POST", "_design/hostile/_update/f/d"),
    "list": Kind(
        lambda f: {"lists": {"f": f}, "views": {"v": ROWS}}, "GET", "_design/hostile/_list/f/v"
    ),
    "rewrite": Kind(lambda f: {"rewrites": f}, "GET", "_design/hostile/_rewrite/x"),
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def client(tmp_path_factory):
    def short(*_):
        return WorkerProcess(COMMAND)

    with patch.object(design_functions, "WorkerProcess", short):
        client = await serve_home(tmp_path_factory.mktemp("home"))
        await answer(await client.get("/couchdb/_all_dbs"), 200)  # the home is open now
    yield client
    await client.close()


async def database_with(client, design):
    name = "/couchdb/org.example.things"
    await client.delete(name)
    assert (await client.put(name)).status == 201
    await answer(await client.put(name + "/_design/plain", json=PLAIN), 201)
    await answer(await client.put(name + "/d", json={"text": "fine"}), 201)
    await answer(await client.put(name + "/_design/hostile", json=design), 201)
    return name


async def check_others(client, name):
    """What does no harm gets its answer, from the same processes."""
    shown = await answer(await client.get(name + "/_design/plain/_show/plain"), 200)
    assert shown == ["1"]
    rows = (await answer(await client.get(name + "/_design/plain/_view/plain"), 200))["rows"]
    assert {"id": "d", "key": "d", "value": ["1"]} in rows
    feed = await answer(await client.get(name + "/_changes?filter=plain/plain"), 200)
    assert [row["id"] for row in feed["results"]] == ["d"]


FEW = ("loop", "array", "system", "prototype")
"""For kinds whose calls go the same way as those of a kind that meets all."""

ALL = ("reduce", "validate", "show")


@pytest.mark.parametrize(
    ("kind", "hostile"),
    [(kind, hostile) for kind in KINDS for hostile in (HOSTILE if kind in ALL else FEW)],
)
async def test_harm_is_an_error_and_others_get_their_answers(client, kind, hostile):
    name = await database_with(client, KINDS[kind].design(function(HOSTILE[hostile])))
    asked = asyncio.ensure_future(KINDS[kind].call(client, name))
    assert (await client.get(name + "/d")).status == 200
    told = await asked
    text = await told.text()
    if kind == "reduce" and told.status == 200:
        assert json.loads(text)["rows"] == [{"key": None, "value": None}]  # it threw: as in CouchDB
    else:
        assert told.status in (403, 404, 500), text
        error = json.loads(text)
        assert error["error"] in ERRORS, error
        assert "passwd" not in text or "property" in error["reason"]
    await check_others(client, name)
    if kind == "validate":
        assert (await client.get(name + "/fresh")).status == 404


@pytest.mark.parametrize("hostile", HOSTILE)
async def test_a_map_that_harms_leaves_the_view_to_other_documents(client, hostile):
    body = f"if (a._id === 'bad') {{ {HOSTILE[hostile]} }} emit(a._id);"
    design = {"views": {"f": {"map": function(body)}}}
    name = await database_with(client, design)
    for one in ("bad", "good"):
        await answer(await client.put(f"{name}/{one}", json={}), 201)
    rows = (await answer(await client.get(name + "/_design/hostile/_view/f"), 200))["rows"]
    assert [row["id"] for row in rows] == ["d", "good"]
    await check_others(client, name)


@pytest.mark.parametrize(
    "body",
    [
        "for (;;) { emit('x'.repeat(1000), a); }",
        "emit('x'.repeat(1 << 26), 'y'.repeat(1 << 26));",
        "for (;;) { log('x'.repeat(100000)); }",
    ],
)
async def test_floods_of_rows_and_words_end(client, body):
    design = {"views": {"f": {"map": function(f"if (a._id === 'bad') {{ {body} }} emit(a._id);")}}}
    name = await database_with(client, design)
    await answer(await client.put(f"{name}/bad", json={}), 201)
    rows = (await answer(await client.get(name + "/_design/hostile/_view/f"), 200))["rows"]
    assert [row["id"] for row in rows] == ["d"]
    await check_others(client, name)


async def test_memory_returns(client):
    await check_others(client, await database_with(client, {}))
    before = sum(map(resident, family()))
    for kind in ("show", "reduce"):
        for hostile in ("array", "text", "gigabyte"):
            design = KINDS[kind].design(function(HOSTILE[hostile]))
            name = await database_with(client, design)
            await (await KINDS[kind].call(client, name)).text()
    await check_others(client, name)
    assert sum(map(resident, family())) < before + 64 * 1024


def family():
    """Return the numbers of this process and of those that it started."""
    children = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children")
    return [str(os.getpid()), *children.read_text(encoding="ascii").split()]


def resident(pid):
    """Return kilobytes of a process in memory."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))
