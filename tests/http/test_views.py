"""Views over HTTP: CouchDB's options, answers and errors."""

import asyncio
import json
from urllib.parse import quote

import pytest
from yarl import URL

from tests.support.served_home import answer, serve_home

THINGS = "/couchdb/org.example.things"
VIEW = THINGS + "/_design/app/_view/"
BY_KIND = "function (doc) { if (doc.kind) { emit([doc.kind, doc.n], doc.n); } }"
FRUIT = [
    {"_id": "a", "kind": "apple", "n": 1},
    {"_id": "b", "kind": "apple", "n": 2},
    {"_id": "c", "kind": "pear", "n": 3},
    {"_id": "d", "kind": "pear", "n": 4},
    {"_id": "e", "kind": "plum", "n": 5},
    {"_id": "f"},
]


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


async def fruit(client, **reduces):
    views = {"plain": {"map": BY_KIND}}
    views |= {name: {"map": BY_KIND, "reduce": source} for name, source in reduces.items()}
    await design(client, views=views)
    await write(client, *FRUIT)


async def query(client, view="plain", status=200, **options):
    params = {
        name: value if name in ("update", "stale", "startkey_docid") else json.dumps(value)
        for name, value in options.items()
    }
    return await answer(await client.get(VIEW + view, params=params), status)


async def ids(client, view="plain", **options):
    return "".join(row["id"] for row in (await query(client, view, **options))["rows"])


async def test_rows_come_in_key_order_with_their_total(client):
    await fruit(client)
    found = await query(client)
    assert found["total_rows"] == 5
    assert found["offset"] == 0
    assert found["rows"][0] == {"id": "a", "key": ["apple", 1], "value": 1}
    assert [row["id"] for row in found["rows"]] == list("abcde")


@pytest.mark.parametrize(
    ("options", "expected", "offset"),
    [
        ({"key": ["pear", 3]}, "c", 2),
        ({"startkey": ["apple", 2]}, "bcde", 1),
        ({"start_key": ["apple", 2], "end_key": ["pear", {}]}, "bcd", 1),
        ({"endkey": ["pear", 3], "inclusive_end": False}, "ab", 0),
        ({"descending": True, "startkey": ["pear", {}], "endkey": ["apple", 2]}, "dcb", 1),
        ({"descending": True, "limit": 2}, "ed", 0),
        ({"skip": 1, "limit": 2}, "bc", 1),
        ({"keys": [["plum", 5], ["apple", 1], ["nut", 0]]}, "ea", None),
        ({"keys": [["plum", 5], ["apple", 1]], "skip": 1}, "a", None),
        ({"keys": []}, "", None),
        ({"limit": 0}, "", None),
        ({"startkey": ["zebra"]}, "", 5),
    ],
)
async def test_ranges(client, options, expected, offset):
    await fruit(client)
    found = await query(client, **options)
    assert "".join(row["id"] for row in found["rows"]) == expected
    assert found["total_rows"] == 5
    assert offset is None or found["offset"] == offset


async def test_documents_of_one_key_are_told_apart(client):
    await design(client, views={"plain": {"map": "function (doc) { emit(doc.n); }"}})
    await write(client, *[{"_id": name, "n": 1} for name in "abcd"])
    assert await ids(client, startkey=1, startkey_docid="c") == "cd"
    assert await ids(client, key=1, startkey_docid="b") == "bcd"
    assert await ids(client, startkey=1, startkey_docid="b", descending=True) == "ba"


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"startkey": 2, "endkey": 1}, "No rows can match your key range, reverse your start_key"),
        ({"group": True}, "Invalid use of grouping on a map view."),
        ({"reduce": True}, "Reduce is invalid for map-only views."),
        ({"limit": -1}, "Invalid value for positive integer: -1"),
        ({"limit": "x"}, "Invalid value for integer:"),
        ({"descending": 1}, "Invalid boolean parameter:"),
        ({"keys": [1, 2], "key": 1}, "`keys` is incompatible with `key`"),
        ({"update": "never"}, "Invalid value for `update`."),
        ({"stale": "a bit"}, "Invalid value for `stale`."),
    ],
)
async def test_options_that_make_no_sense(client, options, reason):
    await fruit(client)
    found = await query(client, status=400, **options)
    assert found["error"] == "query_parse_error"
    assert found["reason"].startswith(reason)


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"keys": [[1], [2]]}, "Multi-key fetches for reduce views must use `group=true`"),
        ({"include_docs": True}, "`include_docs` is invalid for reduce"),
        ({"group": False, "group_level": 1}, "Can't specify group=false and group_level>0"),
    ],
)
async def test_options_that_reduces_do_not_take(client, options, reason):
    await fruit(client, total="_sum")
    found = await query(client, "total", status=400, **options)
    assert found["reason"].startswith(reason)


async def test_what_is_not_there(client):
    await fruit(client)
    assert (await query(client, "other", status=404))["reason"] == "missing_named_view"
    missing = await client.get(THINGS + "/_design/none/_view/plain")
    assert (await answer(missing, 404))["error"] == "not_found"
    assert (await client.put(VIEW + "plain", json={})).status == 405
    temporary = await client.post(THINGS + "/_temp_view", json={"map": BY_KIND})
    assert temporary.status == 410


async def test_changes_of_documents_show(client):
    await fruit(client)
    assert await ids(client) == "abcde"
    (a,) = [await answer(await client.get(THINGS + "/a"), 200)]
    await write(client, {**a, "kind": "zucchini"}, {"_id": "g", "kind": "apple", "n": 0})
    b = await answer(await client.get(THINGS + "/b"), 200)
    await write(client, {"_id": "b", "_rev": b["_rev"], "_deleted": True})
    assert await ids(client, update="false") == "abcde"
    assert await ids(client) == "gcdea"
    await answer(await client.post(THINGS + "/_purge", json={"c": [await rev(client, "c")]}), 201)
    assert await ids(client, update="false") == "gdea"


async def rev(client, name):
    return (await answer(await client.get(f"{THINGS}/{name}"), 200))["_rev"]


async def test_a_lazy_reader_gets_what_there_is_and_the_next_one_more(client):
    await fruit(client)
    assert await ids(client, stale="update_after") == ""
    for _ in range(100):
        if await ids(client, update="false") == "abcde":
            break
        await asyncio.sleep(0.05)
    else:
        pytest.fail("the index was not brought up to date")


async def test_conflicts_are_seen_by_maps(client):
    source = "function (doc) { if (doc._conflicts) { emit(doc._conflicts[0]); } }"
    await design(client, views={"plain": {"map": source}})
    await write(
        client,
        {"_id": "x", "_rev": "1-a"},
        {"_id": "x", "_rev": "1-b"},
        {"_id": "y", "_rev": "1-a"},
        new_edits=False,
    )
    (row,) = (await query(client))["rows"]
    assert (row["id"], row["key"]) == ("x", "1-a")


async def test_documents_come_along_their_own_or_linked(client):
    source = "function (doc) { emit(doc._id, doc.to ? {_id: doc.to} : null); }"
    await design(client, views={"plain": {"map": source}})
    await write(client, {"_id": "a", "to": "b"}, {"_id": "b", "n": 2}, {"_id": "c", "to": "none"})
    rows = (await query(client, include_docs=True))["rows"]
    assert [row["doc"] and row["doc"]["_id"] for row in rows] == ["b", "b", None]
    assert rows[1]["doc"]["n"] == 2


@pytest.mark.parametrize(
    ("source", "whole", "apples"),
    [
        ("_sum", 15, 3),
        ("_count", 5, 2),
        (
            "_stats",
            {"sum": 15, "count": 5, "min": 1, "max": 5, "sumsqr": 55},
            {"sum": 3, "count": 2, "min": 1, "max": 2, "sumsqr": 5},
        ),
        ("_approx_count_distinct", 5, 2),
        ("function (keys, values) { return sum(values); }", 15, 3),
        ("_first", 1, 1),
        ("_last", 5, 2),
        ("_top_2", [5, 4], [2, 1]),
        ("_bottom_1", [1], [1]),
    ],
)
async def test_reductions(client, source, whole, apples):
    await fruit(client, total=source)
    found = await query(client, "total")
    assert found == {"rows": [{"key": None, "value": whole}]}
    groups = (await query(client, "total", group_level=1))["rows"]
    assert groups[0] == {"key": ["apple"], "value": apples}
    assert [group["key"][0] for group in groups] == ["apple", "pear", "plum"]
    some = await query(client, "total", group=True, keys=[["plum", 5], ["apple", 1]])
    assert [row["key"] for row in some["rows"]] == [["plum", 5], ["apple", 1]]
    assert (await query(client, "total", startkey=["zebra"]))["rows"] == []
    assert len((await query(client, "total", reduce=False))["rows"]) == 5
    limited = await query(client, "total", group=True, skip=1, limit=2, descending=True)
    assert [row["key"][1] for row in limited["rows"]] == [4, 3]


async def test_large_views_reduce_by_their_runs_and_stay_right(client):
    await design(
        client, views={"plain": {"map": "function (doc) { emit(doc.n, doc.n); }", "reduce": "_sum"}}
    )
    documents = [{"_id": f"{n:05}", "n": n} for n in range(5000)]
    written = await write(client, *documents)
    assert (await query(client))["rows"] == [{"key": None, "value": sum(range(5000))}]
    part = await query(client, startkey=100, endkey=3999)
    assert part["rows"][0]["value"] == sum(range(100, 4000))
    changed = {**documents[2000], "_rev": written[2000]["rev"], "n": 10_000}
    await write(client, changed, {"_id": "00003", "_rev": written[3]["rev"], "_deleted": True})
    assert (await query(client))["rows"][0]["value"] == sum(range(5000)) - 2000 + 10_000 - 3
    rows = await query(client, reduce=False, startkey=3000)
    assert (rows["offset"], len(rows["rows"])) == (2998, 2001)


async def test_sums_of_what_cannot_be_added_say_so(client):
    await design(
        client, views={"plain": {"map": "function (d) { emit(1, 'x'); }", "reduce": "_sum"}}
    )
    await write(client, {"_id": "a"})
    value = (await query(client))["rows"][0]["value"]
    assert value["error"] == "builtin_reduce_error"
    assert value["caused_by"] == "x"


async def test_several_queries_at_once(client):
    await fruit(client, total="_sum")
    asked = {"queries": [{"key": ["apple", 1]}, {"limit": 2, "skip": 3}]}
    found = await answer(await client.post(VIEW + "plain/queries", json=asked), 200)
    assert ["".join(r["id"] for r in one["rows"]) for one in found["results"]] == ["a", "de"]
    wrong = {"queries": [{"key": ["apple", 1]}, {"limit": -2}]}
    await answer(await client.post(VIEW + "plain/queries", json=wrong), 400)
    await answer(await client.post(VIEW + "plain/queries", json={}), 400)
    assert (await client.post(VIEW + "plain", json=asked)).status == 400


async def test_options_may_come_in_the_body(client):
    await fruit(client)
    body = {"keys": [["plum", 5], ["apple", 1]], "limit": 1}
    found = await answer(await client.post(VIEW + "plain", json=body), 200)
    assert [row["id"] for row in found["rows"]] == ["e"]
    found = await answer(await client.post(VIEW + "plain?limit=2", json=body), 200)
    assert [row["id"] for row in found["rows"]] == ["e", "a"]


async def test_the_order_of_keys_is_couchdbs(client):
    keys = [
        None,
        False,
        True,
        -1,
        0,
        1.5,
        10,
        "a",
        "A",
        "b",
        "B",
        [],
        ["a"],
        ["a", 1],
        {},
        {"a": 1},
    ]
    await design(client, views={"plain": {"map": "function (doc) { emit(doc.key); }"}})
    documents = [{"_id": f"{(7 * n) % 17:02}", "key": key} for n, key in enumerate(keys)]
    await write(client, *documents)
    assert [row["key"] for row in (await query(client))["rows"]] == keys


async def test_raw_collation(client):
    keys = [-1, 2, False, None, True, {"a": 1}, [], [1], "A", "B", "a"]
    views = {"plain": {"map": "function (doc) { emit(doc.key); }"}}
    await design(client, views=views, options={"collation": "raw"})
    await write(client, *[{"_id": f"{n}", "key": key} for n, key in enumerate(reversed(keys))])
    assert [row["key"] for row in (await query(client))["rows"]] == keys


async def test_update_sequence(client):
    await fruit(client)
    current = (await answer(await client.get(THINGS), 200))["update_seq"]
    assert (await query(client, update_seq=True))["update_seq"] == current


async def test_cleaning_up_drops_what_nobody_defines(client):
    await fruit(client)
    await ids(client)
    ddoc = await answer(await client.get(THINGS + "/_design/app"), 200)
    ddoc["views"]["plain"]["map"] = "function (doc) { emit('new'); }"
    await answer(await client.put(THINGS + "/_design/app", json=ddoc), 201)
    assert {row["key"] for row in (await query(client))["rows"]} == {"new"}
    assert (await client.post(THINGS + "/_view_cleanup", json={})).status == 202
    assert len((await query(client, update="false"))["rows"]) == 6


async def test_rows_of_one_key_and_document_stand_by_value(client):
    source = "function (doc) { ['b', 3, null, 'a', true].forEach(function (v) { emit(1, v); }); }"
    await design(client, views={"plain": {"map": source}})
    await write(client, {"_id": "x"})
    values = [row["value"] for row in (await query(client))["rows"]]
    assert values == [3, None, True, "a", "b"]


@pytest.mark.parametrize(
    ("view", "error"),
    [
        ({"map": 1}, "invalid_design_doc"),
        ({"map": "function (doc) {"}, "compilation_error"),
        ({"map": BY_KIND, "reduce": "_other"}, "invalid_design_doc"),
        ({"map": BY_KIND, "reduce": "1 +"}, "compilation_error"),
    ],
)
async def test_views_that_could_never_work_are_not_saved(client, view, error):
    put = await client.put(THINGS + "/_design/app", json={"views": {"plain": view}})
    assert (await answer(put, 400))["error"] == error
    assert (await client.get(THINGS + "/_design/app")).status == 404


async def test_a_replicated_view_that_does_not_work_says_so_when_it_is_asked(client):
    ddoc = {"_id": "_design/app", "_rev": "1-a", "views": {"plain": {"map": "function ("}}}
    await write(client, ddoc, {"_id": "a", "_rev": "1-a"}, new_edits=False)
    assert (await query(client, status=500))["error"] == "compilation_error"


async def test_an_index_tells_how_far_it_is(client):
    await fruit(client)
    behind = await answer(await client.get(THINGS + "/_design/app/_info"), 200)
    assert behind["view_index"]["updates_pending"]["total"] == 7
    await ids(client)
    now = (await answer(await client.get(THINGS + "/_design/app/_info"), 200))["view_index"]
    assert now["updates_pending"]["total"] == 0
    assert now["update_seq"] == 7
    assert now["sizes"]["active"] > 0
    assert (await client.get(THINGS + "/_design/none/_info")).status == 404


async def test_a_build_is_among_the_active_tasks(client):
    source = "function (doc) { for (var i = 0; i < 2000; i++) {} emit(doc._id); }"
    await design(client, views={"plain": {"map": source}})
    for start in range(0, 12_000, 4000):
        await write(client, *[{"_id": f"{n:05}"} for n in range(start, start + 4000)])
    building = asyncio.ensure_future(query(client, limit=1))
    seen = []
    while not building.done():
        seen += await answer(await client.get("/couchdb/_active_tasks"), 200)
        await asyncio.sleep(0.01)
    assert (await building)["total_rows"] == 12_000
    tasks = [task for task in seen if task["type"] == "indexer"]
    assert tasks
    assert all(0 <= task["progress"] <= 100 for task in tasks)


async def test_names_with_a_zero_inside_are_indexed_like_others(client):
    names = ["a", "b\0c", "\0"]
    for n in (1, 2):
        for name in names:
            path = URL(f"{THINGS}/{quote(name, safe='')}", encoded=True)
            rev = {} if n == 1 else {"_rev": (await answer(await client.get(path), 200))["_rev"]}
            await answer(await client.put(path, json={"zero": n, **rev}), 201)
        design = {"views": {"z": {"map": "function (d) { if (d.zero) emit(d.zero); }"}}}
        if n == 1:
            await answer(await client.put(f"{THINGS}/_design/zero", json=design), 201)
        listed = await answer(await client.get(f"{THINGS}/_design/zero/_view/z"), 200)
        assert [(row["id"], row["key"]) for row in listed["rows"]] == [
            (name, n) for name in sorted(names)
        ]
