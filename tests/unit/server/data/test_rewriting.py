"""Rules of rewrites: which fits, where it leads, and what stays within the database."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replication.core.errors import Invalid, Refused
from server.data.rewriting import Target, find_target, read_rules, resolved


def led(path, *rules, method="GET", query=()):
    steps = [step for step in path.split("/") if step]
    return find_target(read_rules(rules), method, steps, list(query.items() if query else ()))


@pytest.mark.parametrize(
    ("source", "target", "path", "expected"),
    [
        ("foo", "foo.txt", "foo", "foo.txt"),
        ("/foo/", "/foo.txt", "foo", "foo.txt"),
        ("/", "_view/v", "", "_view/v"),
        ("hello/:id", "_update/hello/:id", "hello/a b", "_update/hello/a%20b"),
        (":a/:b", ":b/:a", "x/y", "y/x"),
        ("db/*", "../../*", "db/_design/test", "../../_design/test"),
        ("*", "all/*", "a/b", "all/a/b"),
        ("*", "all", "", "all"),
        ("a/*", "b/*/c", "a/x/y", "b/x/y"),
        ("a", "b/:none", "a", "b/undefined"),
    ],
)
def test_paths_are_laid_upon_patterns(source, target, path, expected):
    assert led(path, {"from": source, "to": target}).path == expected


@pytest.mark.parametrize("path", ["", "a", "a/b/c", "x/b"])
def test_paths_that_fit_no_pattern_lead_nowhere(path):
    assert led(path, {"from": "a/b", "to": "x"}) is None


def test_the_first_rule_that_fits_counts():
    rules = [
        {"from": "a", "to": "put", "method": "PUT"},
        {"from": "a", "to": "first"},
        "no rule",
        {"from": "a", "to": "second"},
        {"to": "rest"},
    ]
    assert led("a", *rules).path == "first"
    assert led("a", *rules, method="PUT").path == "put"
    assert led("b/c", *rules).path == "rest"


@pytest.mark.parametrize(
    ("rule", "path", "query", "expected"),
    [
        ({"query": {"startkey": 3}}, "a", {"startkey": "4"}, {"startkey": "3"}),
        ({"query": {"key": [1, 2]}}, "a", {}, {"key": "[1,2]"}),
        ({"query": {"key": {"c": 1}}}, "a", {}, {"key": '{"c":1}'}),
        ({"query": {"name": ":name"}}, "a", {"name": "x"}, {"name": "x"}),
        ({"query": {"name": "user"}}, "a", {}, {"name": "user"}),
        ({"query": {"name": ":none"}}, "a", {}, {"name": ":none"}),
        ({"query": {"name": "*"}}, "a", {}, {"name": "*"}),
        ({"from": ":x", "query": {"key": ":x"}}, "1", {}, {"x": "1", "key": '"1"'}),
        (
            {"from": ":x", "query": {"key": ":x"}, "formats": {"x": "int"}},
            "1",
            {},
            {"x": "1", "key": "1"},
        ),
        (
            {"from": ":x", "query": {"key": ":x"}, "formats": {"x": "int"}},
            "one",
            {},
            {"x": "one", "key": '"one"'},
        ),
        (
            {"query": {"include_docs": ":doc"}, "formats": {"doc": "bool"}},
            "a",
            {"doc": "TRUE"},
            {"doc": "TRUE", "include_docs": "true"},
        ),
        (
            {"from": ":a/:b", "query": {"key": [":a", ":b", "*", 3]}},
            "x/y",
            {},
            {"a": "x", "b": "y", "key": '["x","y","*",3]'},
        ),
        ({"query": {"key": [":a"]}}, "a", {"a": "x"}, {"a": "x", "key": '["x"]'}),
        ({}, "a", {"key": '"k"', "limit": "3"}, {"key": '"k"', "limit": "3"}),
    ],
)
def test_queries_are_filled_from_paths_and_queries(rule, path, query, expected):
    target = led(path, {"from": "a", "to": "t", **rule}, query=query)
    assert dict(target.query) == expected


def test_a_key_that_is_no_json_is_refused():
    with pytest.raises(Invalid):
        led("a", {"from": "a", "to": "t"}, query={"key": "{"})


@pytest.mark.parametrize(
    ("rule", "word"),
    [
        ({"from": "a"}, "error"),
        ({"from": "a", "to": 1}, "error"),
        ({"from": "a", "to": "../../../_uuids"}, "insecure_rewrite_rule"),
        ({"from": "../a/../..", "to": "x"}, "insecure_rewrite_rule"),
    ],
)
def test_rules_that_may_not_be(rule, word):
    with pytest.raises(Refused) as refused:
        led("a", rule)
    assert refused.value.word == word


def test_the_rest_may_climb_no_further_than_the_server():
    target = led("db/../../../..", {"from": "db/*", "to": "../../*"})
    assert target == Target("../../../../../..", [])
    assert resolved(["db", "_design", "d"], target.path) is None


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("_view/v", "/db/_design/d/_view/v"),
        ("/_view//v/", "/db/_design/d/_view/v"),
        ("../../doc", "/db/doc"),
        ("./x/../y", "/db/_design/d/y"),
        ("../../../_uuids", "/_uuids"),
        ("../../..", "/"),
        ("../../../..", None),
    ],
)
def test_paths_without_dots(path, expected):
    assert resolved(["db", "_design", "d"], path) == expected


STEPS = st.lists(st.sampled_from(["..", ".", "", "a", "%2e%2e", "_view"]), max_size=8)


@given(STEPS)
def test_no_path_keeps_dots_or_empty_steps(steps):
    found = resolved(["db", "_design", "d"], "/".join(steps))
    assert found is None or not {"", ".", ".."} & set(found.split("/")[1:]) or found == "/"
