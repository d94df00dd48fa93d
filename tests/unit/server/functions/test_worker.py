"""What CouchDB promises to functions, and what stops them: the worker's side, in this process."""

import io
import json
import struct

import pytest

from server.functions.worker import MOST_DESIGNS, Designs, answer, serve


def called(design, kind, path, given=None, designs=None):
    held = designs or Designs()
    held.load("k", json.dumps({"_id": "_design/app", **design}))
    header = {"kind": kind, "design": "k", "path": path}
    return json.loads(answer(held, header, json.dumps(given).encode()))


def filtered(source, *documents, request=None, **members):
    given = {"documents": documents, "request": request or {}}
    return called({"filters": {"f": source}, **members}, "filter", ["filters", "f"], given)


@pytest.mark.parametrize(
    "source",
    [
        "function(doc) { return doc.n; }",
        "function(doc) { return doc.n; };",
        "  function named(doc) { return doc.n; } ;\n ",
        "(function(doc) { return doc.n; })",
        "doc => doc.n",
        "// why\nfunction(doc) { return doc.n; } // because",
        "/* why */ function(doc) { return doc.n; }",
        "var key = 'n'; (function(doc) { return doc[key]; })",
        "function(doc) { return toJSON({n: doc.n}) === '{\"n\":1}'; }",
        "function(doc) { return sum([doc.n, 1]) === 2; }",
        "function(doc) { return isArray([]) && !isArray({}) && doc.n; }",
        "function(doc) { return this.filters && this._id === '_design/app' && doc.n; }",
        "function(doc) { var f = require('lib').pick; return f(doc); }",
    ],
)
def test_functions_as_people_write_them(source):
    told = filtered(source, {"n": 1}, {"n": 0}, lib="exports.pick = function(d) { return d.n }")
    assert told["ok"] == [True, False]


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("views/lib/a", "a"),
        ("views/lib/deep/b", "b+a"),
        ("views/lib/round", "round:undefined"),
        ("views/lib/whole", "whole"),
    ],
)
def test_modules(name, found):
    library = {
        "a": "exports.v = 'a';",
        "whole": "module.exports = { v: module.id.split('/').pop() };",
        "round": "exports.v = 'round:' + require('./trip').v;",
        "trip": "exports.v = require('./round').v;",
        "deep": {"b": "exports.v = 'b+' + require('../a').v;"},
    }
    source = f"function() {{ return require('{name}').v === '{found}'; }}"
    assert filtered(source, {}, views={"lib": library})["ok"] == [True]


@pytest.mark.parametrize(
    ("source", "word"),
    [
        ("function(", "compilation_error"),
        ("42", "compilation_error"),
        ("function() { require('none'); }", "invalid_require_path"),
        ("function() { require('filters'); }", "invalid_require_path"),
        ("function() { require('../../x'); }", "invalid_require_path"),
        ("function() { require('broken'); }", "compilation_error"),
        ("function(doc) { doc.a.b; }", "TypeError"),
        ("function() { throw {error: 'mine', reason: 'so'}; }", "mine"),
        ("function() { throw ['error', 'mine', 'so']; }", "mine"),
        ("function() { throw 'so'; }", "unnamed_error"),
        ("function() { throw null; }", "unnamed_error"),
        ("function f() { return f(); }", "RangeError"),
    ],
)
def test_failures_have_words(source, word):
    assert filtered(source, {}, broken="exports = (")["error"][0] == word


@pytest.mark.parametrize(
    "source",
    [
        "function() { while (true) {} }",
        "function() { while (true) { try { while (true) {} } catch (e) {} } }",
        "function() { return /^(a+)+$/.test('a'.repeat(40) + 'b'); }",
    ],
)
def test_what_never_ends_is_stopped(source, monkeypatch):
    monkeypatch.setattr("server.functions.worker.CPU_SECONDS", 0.2)
    assert filtered(source, {})["error"] == ["os_process_error", "OS process timed out."]


@pytest.mark.parametrize(
    "source",
    [
        "function() { var a = []; while (true) { a.push(new Array(9999).fill('x')); } }",
        "function() { return new ArrayBuffer(1 << 30); }",
        "function() { return 'x'.repeat(1 << 28).length; }",
    ],
)
def test_memory_is_bounded(source):
    word, reason = filtered(source, {})["error"]
    assert word in {"InternalError", "RangeError", "os_process_error"}
    assert "memory" in reason or "too long" in reason or "invalid" in reason


@pytest.mark.parametrize(
    "name", ["std", "os", "print", "load", "fetch", "XMLHttpRequest", "process", "setTimeout"]
)
def test_there_is_no_way_out(name):
    assert filtered(f"function() {{ return typeof {name} === 'undefined'; }}", {})["ok"] == [True]


def test_designs_do_not_see_each_other():
    designs = Designs()
    for key, source in (("a", "globalThis.x = 1; (function() {})"), ("b", "function() {}")):
        designs.load(key, json.dumps({"_id": key, "filters": {"f": source}}))
    given = b'{"documents":[{}],"request":{}}'
    answer(designs, {"kind": "filter", "design": "a", "path": ["filters", "f"]}, given)
    designs.load("b", json.dumps({"filters": {"f": "function() { return typeof x; }"}}))
    told = answer(designs, {"kind": "filter", "design": "b", "path": ["filters", "f"]}, given)
    assert json.loads(told)["ok"] == [True]
    source = "function() { return typeof x === 'undefined'; }"
    designs.load("b", json.dumps({"filters": {"f": source}}))
    told = answer(designs, {"kind": "filter", "design": "b", "path": ["filters", "f"]}, given)
    assert json.loads(told)["ok"] == [True]


def test_what_was_let_go_is_asked_for_again():
    designs = Designs()
    for number in range(MOST_DESIGNS + 1):
        designs.load(str(number), '{"filters":{"f":"function() {}"}}')
    header = {"kind": "compile", "design": "0", "path": ["filters", "f"]}
    assert json.loads(answer(designs, header, b"null")) == {"unknown": True}
    assert json.loads(answer(designs, header | {"design": "1"}, b"null"))["ok"] is True


def test_views_pass_what_they_emit_something_for():
    view = {"views": {"v": {"map": "function(doc) { if (doc.n) emit(doc.n, null); }"}}}
    told = called(view, "view", ["views", "v", "map"], {"documents": [{"n": 1}, {}, {"n": 2}]})
    assert told["ok"] == [True, False, True]


@pytest.mark.parametrize(
    ("thrown", "verdict"),
    [
        ("{forbidden: 'no'}", ["forbidden", "no"]),
        ("{unauthorized: 'who?'}", ["unauthorized", "who?"]),
        ("{forbidden: {a: 1}}", ["forbidden", '{"a":1}']),
        ("{other: 'no'}", ["unknown_error", '{"other":"no"}']),
        ("'no'", ["unknown_error", "no"]),
        ("new Error('no')", ["Error", "no"]),
        ("Object.assign(new Error('no'), {forbidden: 'x'})", ["Error", "no"]),
        ("null", ["unnamed_error", "null"]),
    ],
)
def test_what_is_thrown_is_the_verdict(thrown, verdict):
    design = {"validate_doc_update": f"function(d) {{ if (d.bad) throw({thrown}); }}"}
    given = {"edits": [[{}, None], [{"bad": 1}, None]], "user": "{}", "security": "{}"}
    assert called(design, "validate", ["validate_doc_update"], given)["ok"] == [None, verdict]


def test_consent_has_four_arguments_each_its_own():
    source = """function(now, old, user, security) {
        if (user.seen || now.n !== old.n + 1 || security.x !== 1) { throw({forbidden: 'no'}); }
        user.seen = true;
    }"""
    edits = [[{"n": 2}, {"n": 1}], [{"n": 3}, {"n": 2}]]
    given = {"edits": edits, "user": "{}", "security": '{"x":1}'}
    told = called({"validate_doc_update": source}, "validate", ["validate_doc_update"], given)
    assert told["ok"] == [None, None]


def test_log_is_bounded():
    source = "function() { for (var i = 0; i < 99; i++) { log('x'.repeat(9999)); } log({a: 1}); }"
    told = filtered(source, {})
    assert len(told["log"]) < 99
    assert max(map(len, told["log"])) <= 1000
    assert filtered("function() { log({a: 1}); log(new Error('e')); }", {})["log"] == [
        '{"a":1}',
        "Error: e",
    ]


def test_text_comes_through_whole():
    document = {"t": "é\u0000\U0001f600\ud800"}
    told = filtered("function(doc) { log(doc.t); return doc.t.length === 5; }", document)
    assert told["ok"] == [True]


def test_questions_are_answered_in_turn_until_there_are_no_more():
    given = {"selector": {"n": {"$regex": "^a"}}, "documents": [{"n": "ab"}, {"n": "b"}]}
    questions, answers = io.BytesIO(), io.BytesIO()
    for body in (given, given | {"selector": {"n": {"$no": 1}}}):
        header, text = b'{"kind":"select"}', json.dumps(body).encode()
        questions.write(struct.pack(">II", len(header), len(text)) + header + text)
    questions.seek(0)
    serve(questions, answers)
    answers.seek(0)
    told = []
    while size := answers.read(4):
        told.append(json.loads(answers.read(struct.unpack(">I", size)[0])))
    assert told[0] == {"ok": [True, False]}
    assert told[1]["error"][0] == "os_process_error"
