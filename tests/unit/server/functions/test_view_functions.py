"""What documents emit and rows come to, whatever the functions do; asked of a real worker."""

import asyncio
import json
import sys
from pathlib import Path

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from replication.core.errors import Refused
from server.functions.design import Design
from server.functions.design_functions import DesignFunctions
from server.functions.worker_process import WorkerProcess

SIMPLE = "function(doc) { emit(doc.n, doc._id); }"


pytestmark = pytest.mark.asyncio(loop_scope="module")

# little time, so that what never ends takes no longer here
START = (
    "import sys; sys.path.insert(0, sys.argv[1]); from server.functions import worker; "
    "worker.CPU_SECONDS = 0.4; worker.main()"
)
COMMAND = (sys.executable, "-I", "-c", START, str(Path(__file__).parents[4]))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def functions():
    functions = DesignFunctions(indexer=WorkerProcess(COMMAND))
    yield functions
    await functions.close()


def design(*maps, reduce=None, key=None, **members):
    views = {f"v{n}": {"map": source} for n, source in enumerate(maps)}
    if reduce is not None:
        views = {"v0": {"map": SIMPLE, "reduce": reduce}}
    views |= members.pop("views", {})
    text = json.dumps({"_id": "_design/app", "views": views, **members}).encode()
    return Design(key or text.decode(), text, members.get("language", "javascript"))


def loaded(raw):
    return json.loads(bytes(raw))


def documents(count):
    return [json.dumps({"_id": f"d{n}", "n": n}).encode() for n in range(count)]


def decoded(mapped):
    return [
        [[(loaded(key), loaded(value)) for key, value in rows] for rows in document]
        for document in mapped
    ]


async def emitted(functions, source, *given):
    texts = [json.dumps(document).encode() for document in given]
    return [rows for (rows,) in decoded(await functions.map(design(source), ["v0"], texts))]


async def test_rows_come_in_order_for_each_document_and_view(functions):
    twice = "function(doc) { emit(doc.n, 1); emit([doc.n], {a: null}); }"
    mapped = await functions.map(design(SIMPLE, twice), ["v1", "v0"], documents(1200))
    assert decoded(mapped) == [[[(n, 1), ([n], {"a": None})], [(n, f"d{n}")]] for n in range(1200)]
    assert await functions.map(design(SIMPLE), ["v0"], []) == []
    assert await functions.map(design(SIMPLE), [], documents(2)) == [[], []]


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers(-(2**53), 2**53)
        | st.text(st.characters(exclude_categories=["Cs"])),
        lambda inner: (
            st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4)
        ),
        max_leaves=12,
    )
)
@settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
async def test_values_come_through_unchanged(functions, value):
    source = "function(doc) { emit(doc.value, doc.value); }"
    assert await emitted(functions, source, {"value": value}) == [[(value, value)]]


@pytest.mark.parametrize(
    ("source", "rows"),
    [
        ("function(doc) { emit(); }", [(None, None)]),
        ("function(doc) { emit(undefined, function() {}); }", [(None, None)]),
        ("function(doc) { emit(NaN, 1 / 0); }", [(None, None)]),
        (
            "function(doc) { emit(1, new TypeError('no')); }",
            [(1, {"error": "TypeError", "message": "no"})],
        ),
        ("function(doc) { doc.n = 2; delete doc._id; emit(doc.n, doc._id); }", [(1, "d")]),
        ("function(doc) { doc.a.push(3); emit(1); }", []),
        ("function(doc) { emit(sum(doc.a), isArray(doc.a)); }", [(3, True)]),
        ("function(doc) { emit(toJSON(doc.a), JSON.parse('[1]')); }", [("[1,2]", [1])]),
        ("function(doc) { for (i = 0; i < 2; i++) { emit(i, doc._id); } }", [(0, "d"), (1, "d")]),
        ("function(doc) { emit(require('views/lib/a').b, typeof log); }", [("b", "function")]),
        ("function(doc) { require('lib'); emit(1); }", []),
        ("function(doc) { emit(1); throw 'so'; }", []),
        ("function(doc) { throw {forbidden: 'so'}; }", []),
        ("function(doc) { throw null; }", []),
        ("function(doc) { emit(1, doc.none.none); }", []),
        ("async function(doc) { emit(1, 2); await 0; emit(3, 4); }", [(1, 2)]),
    ],
)
async def test_what_functions_emit(functions, source, rows):
    lib = {"lib": {"a": "exports.b = require('./c').b;", "c": "exports.b = 'b';"}}
    text = json.dumps({"_id": "d", "n": 1, "a": [1, 2]}).encode()
    mapped = await functions.map(design(source, views=lib, lib="exports.x = 1;"), ["v0"], [text])
    assert decoded(mapped) == [[rows]]


HOSTILE = {
    "object toJSON": "Object.prototype.toJSON = function() { return 'x'; };",
    "array toJSON": "Array.prototype.toJSON = function() { return 'x'; };",
    "stringify": "JSON.stringify = function() { return ']]]'; };",
    "parse": "JSON.parse = function() { throw 'x'; };",
    "array methods": "['map', 'push', 'join', 'forEach', 'slice'].forEach("
    "function(n) { Array.prototype[n] = function() { throw 'x'; }; });",
    "string methods": "String.prototype.slice = String.prototype.replace = null;",
    "freeze": "Object.freeze = Object.keys = function() { throw 'x'; };",
    "apply": "Reflect.apply = Function.prototype.call = Function.prototype.apply = null;",
    "emit": "var mine = emit; emit = function() { mine('x', 'x'); };",
    "globals": "globalThis.JSON = globalThis.Object = globalThis.String = undefined;",
    "index setter": "Object.defineProperty(Array.prototype, 0, {set: function() {}});",
    "prototype": "Object.prototype.couch = Object.prototype.error = Object.prototype.reason = 1;",
}


@pytest.mark.parametrize("tampering", HOSTILE.values(), ids=HOSTILE)
async def test_tampering_stays_with_the_function_that_does_it(functions, tampering):
    tamper = f"function(doc) {{ if (doc.n === 1) {{ {tampering} }} emit(doc.n, {{a: [1]}}); }}"
    clean = "function(doc) { emit(doc.n, {a: [JSON.stringify([1]), [2].map(String)]}); }"
    mapped = decoded(await functions.map(design(tamper, clean), ["v0", "v1"], documents(4)))
    assert [rows for _, rows in mapped] == [[(n, {"a": ["[1]", ["2"]]})] for n in range(4)]
    assert mapped[0][0] == [(0, {"a": [1]})]
    assert len(mapped) == 4


FAILING = {
    "cycle": "var a = []; a.push(a); emit(1, a);",
    "getter": "emit(1, {get a() { throw 'x'; }});",
    "toJSON": "emit(1, {toJSON: function() { throw 'x'; }});",
    "proxy": "emit(new Proxy({}, {ownKeys: function() { throw 'x'; }}));",
    "big integer": "emit(1n, 1n);",
    "deep": "var a = []; for (var i = 0; i < 100000; i++) { a = [a]; } emit(1, a);",
    "thrown proxy": "throw new Proxy({}, {get: function() { throw 'x'; }});",
    "thrown getter": "throw {get name() { throw 'x'; }, get stack() { throw 'x'; }};",
    "recursion": "(function f() { f(); })();",
    "Function": "emit(Function('return process')());",
    "require": "emit(require('fs'));",
    "import": "emit(eval('import(\"os\")').nothing.more);",
}


@pytest.mark.parametrize("failing", FAILING.values(), ids=FAILING)
async def test_who_fails_for_one_document_emits_nothing_for_it_alone(functions, failing):
    source = f"function(doc) {{ if (doc.n === 1) {{ {failing} }} emit(doc.n, null); }}"
    mapped = decoded(await functions.map(design(source), ["v0"], documents(3)))
    assert mapped == [[[(0, None)]], [[]], [[(2, None)]]]


EXHAUSTING = {
    "loop": "for (;;) { try { for (;;) {} } catch (e) {} }",
    "memory": "var a = []; for (;;) { a.push(new Array(9999).fill('x')); }",
    "gigabyte": "new ArrayBuffer(1 << 30); emit(2);",
    "emits": "for (;;) { emit('x', [1, 2, 3]); }",
    "strings": "globalThis.held = []; for (;;) { held.push('x'.repeat(1e8) + held.length); }",
    "regular expression": "/^(a+)+$/.test('a'.repeat(40) + 'b');",
}


@pytest.mark.parametrize("exhausting", EXHAUSTING.values(), ids=EXHAUSTING)
async def test_one_document_that_uses_up_the_limits_costs_no_other_its_rows(functions, exhausting):
    source = f"function(doc) {{ if (doc.n === 250) {{ {exhausting} }} emit(doc.n, null); }}"
    mapped = decoded(await functions.map(design(source), ["v0"], documents(600)))
    assert [rows for (rows,) in mapped] == [[] if n == 250 else [(n, None)] for n in range(600)]


async def test_a_leak_costs_no_document_its_rows(functions):
    source = "var held = []; (function(doc) { held.push(new Array(50000)); emit(doc.n, null); })"
    mapped = decoded(await functions.map(design(source), ["v0"], documents(1500)))
    assert mapped == [[[(n, None)]] for n in range(1500)]


async def test_functions_that_always_use_up_the_limits_are_given_up(functions):
    source = "function(doc) { var a = []; for (;;) { a.push(new Array(9999).fill('x')); } }"
    endless = design(source, key="endless")
    with pytest.raises(Refused) as refused:
        await functions.map(endless, ["v0"], documents(50))
    assert refused.value.word == "os_process_error"
    clock = asyncio.get_running_loop().time
    began = clock()
    with pytest.raises(Refused):
        await functions.map(endless, ["v0"], documents(50))
    assert clock() - began < 0.5
    assert len(await functions.map(design(SIMPLE), ["v0"], documents(5))) == 5


@pytest.mark.parametrize(
    ("source", "word"),
    [
        ("function(doc) {", "compilation_error"),
        ("42", "compilation_error"),
        ("", "not_found"),
        ("function() { throw 'fatal_error'; }", "map_runtime_error"),
        ("function() { throw ['fatal', 'mine', 'so']; }", "mine"),
    ],
)
async def test_what_is_no_map_function_is_refused(functions, source, word):
    with pytest.raises(Refused) as refused:
        await functions.map(design(source), ["v0"], documents(3))
    assert refused.value.word == word


async def test_functions_of_other_languages_are_refused(functions):
    with pytest.raises(Refused) as refused:
        await functions.map(design(SIMPLE, language="erlang"), ["v0"], documents(1))
    assert refused.value.word == "unknown_query_language"


async def test_groups_are_reduced_each_by_itself(functions):
    source = "function(keys, values, again) { return [keys && keys[0][0], sum(values), again]; }"
    held = design(reduce=source)
    groups = [(b'[["k%d","d"]]' % n, b"[%d,1]" % n) for n in range(5000)]
    reduced = await functions.reduce_many(held, "v0", groups)
    assert [loaded(raw) for raw in reduced] == [[f"k{n}", n + 1, False] for n in range(5000)]
    assert loaded(await functions.rereduce(held, "v0", b"[1,2]")) == [None, 3, True]
    assert loaded(await functions.reduce(held, "v0", b'[["k","d"]]', b"[]")) == ["k", 0, False]
    assert await functions.rereduce_many(held, "v0", []) == []


async def test_a_reduce_function_that_throws_gives_null(functions):
    held = design(reduce="function(keys, values) { return values[0].none.none; }")
    assert loaded(await functions.reduce(held, "v0", b'[["k","d"]]', b"[1]")) is None


async def test_a_reduction_that_does_not_shrink_is_an_error_in_its_place(functions):
    held = design(reduce="function(keys, values) { return values; }")
    values = json.dumps(["x" * 100] * 100).encode()
    (fine, too_large) = await functions.reduce_many(held, "v0", [(b"[]", b"[1]"), (b"[]", values)])
    assert loaded(fine) == [1]
    reason = loaded(too_large)["reduce_overflow_error"]
    assert reason.startswith("Reduce output must shrink more rapidly: input size: ")
    again = await functions.rereduce(held, "v0", b"[1," + bytes(too_large) + b"]")
    assert loaded(again) == loaded(too_large)


@pytest.mark.parametrize(
    ("source", "word"),
    [
        ("function(", "compilation_error"),
        ("function() { var a = []; for (;;) { a.push(new Array(9999).fill('x')); } }", None),
        ("function() { throw ['fatal', 'mine', 'so']; }", "mine"),
    ],
)
async def test_reduce_functions_that_cannot_be_are_refused(functions, source, word):
    with pytest.raises(Refused) as refused:
        await functions.reduce(design(reduce=source), "v0", b"[]", b"[]")
    assert word is None or refused.value.word == word


async def test_a_long_build_delays_no_filter():
    functions = DesignFunctions()
    slow = "function(doc) { var end = Date.now() + 30; while (Date.now() < end) {} }"
    building = asyncio.ensure_future(functions.map(design(slow), ["v0"], documents(60)))
    await asyncio.sleep(0.1)
    text = json.dumps({"filters": {"f": "function(doc) { return true; }"}}).encode()
    assert await functions.filter(Design("f", text, "javascript"), "f", [b"{}"], b"{}") == [True]
    assert not building.done()
    await building
    await functions.close()


async def test_memory_returns(functions):
    await functions.map(design(SIMPLE), ["v0"], documents(5))
    process = functions._views._calls._worker._process
    before = resident(process.pid)
    source = "var held; (function(doc) { held = new Array(6e6).fill(doc.n); emit(1); })"
    assert decoded(await functions.map(design(source), ["v0"], documents(2))) == [[[(1, None)]]] * 2
    await functions.map(design(SIMPLE), ["v0"], documents(5))
    assert resident(process.pid) < before + 40 * 1024


def resident(pid):
    """Return kilobytes of a process in memory."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))
