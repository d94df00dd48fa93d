"""`/data`, row by row of cozy.md B6: shapes, refusals, and the words that clients look for."""

import pytest

from tests.support.devices import bearer, oauth_token
from tests.support.house import found, house

NOTES = "org.example.notes"
PATH = f"/data/{NOTES}"


@pytest.fixture
async def home(tmp_path):
    found(tmp_path)
    async with house(tmp_path) as running:
        yield running


async def told(home, method, path, headers=None, **sent):
    client = home.owner if headers is None else home.anybody
    async with client.request(method, path, headers=headers, **sent) as response:
        text = await response.read()
        return response.status, await response.json(content_type=None) if text else None


async def filled(home, count=3):
    docs = [{"_id": f"n{number}", "n": number, "at": {"x": 1, "y": 2}} for number in range(count)]
    assert (await told(home, "POST", f"{PATH}/_bulk_docs", json={"docs": docs}))[0] == 201


def of_engine(status, word, reason):
    return status, {"ok": False, "status": str(status), "error": word, "reason": reason}


async def test_a_document_is_made_read_changed_and_deleted(home):
    status, made = await told(home, "POST", f"{PATH}/", json={"n": 1})
    assert status == 201
    assert set(made) == {"ok", "id", "rev", "type", "data"}
    told_back = {"_id": made["id"], "_rev": made["rev"], "_type": NOTES, "n": 1}
    assert made["type"] == NOTES
    assert made["data"] == told_back
    path = f"{PATH}/{made['id']}"
    assert await told(home, "GET", path) == (200, told_back)
    status, changed = await told(home, "PUT", path, json={**told_back, "n": 2})
    assert status == 200
    assert changed["data"] == {**told_back, "_rev": changed["rev"], "n": 2}
    assert await told(home, "DELETE", f"{path}?rev={changed['rev']}") == (
        200,
        {"ok": True, "id": made["id"], "rev": ANY_REV, "type": NOTES, "deleted": True},
    )
    assert await told(home, "GET", path) == of_engine(404, "not_found", "deleted")


class _AnyRevision:
    def __eq__(self, other):
        return isinstance(other, str) and other[1] == "-"

    __hash__ = None


ANY_REV = _AnyRevision()


async def test_who_makes_a_document_chooses_its_id_with_put_alone(home):
    refused = of_engine(400, "defined_id", "document _id should be empty")
    assert await told(home, "POST", f"{PATH}/", json={"_id": "mine"}) == refused
    status, made = await told(home, "PUT", f"{PATH}/mine", json={"n": 1})
    assert (status, made["id"], made["data"]["_id"]) == (200, "mine", "mine")
    conflict = of_engine(409, "conflict", "Document update conflict.")
    assert await told(home, "PUT", f"{PATH}/mine", json={"n": 2}) == conflict


async def test_put_takes_both_or_neither_of_id_and_revision(home):
    await filled(home)
    half = (
        "Bad Request(400): You must either provide an _id and _rev in document (update) or "
        "neither (create with fixed id)."
    )
    for body, words in [
        ({"_id": "n0"}, half),
        ({"_rev": "1-a"}, half),
        ({"_id": "n1", "_rev": "1-a"}, "Bad Request(400): document _id doesnt match url"),
    ]:
        assert await told(home, "PUT", f"{PATH}/n0", json=body) == (400, {"error": words})
    stale = {"_id": "n0", "_rev": "1-" + "0" * 32}
    conflict = of_engine(409, "conflict", "Document update conflict.")
    assert await told(home, "PUT", f"{PATH}/n0", json=stale) == conflict
    assert (await told(home, "PUT", f"{PATH}/n0", data=b"{"))[0] == 415
    headers = {**home.owner.headers, "Content-Type": "application/json"}
    broken = await told(home, "PUT", f"{PATH}/n0", headers, data=b"{")
    assert broken == of_engine(400, "bad_request", "invalid UTF-8 JSON")


async def test_delete_takes_one_revision_from_the_url_or_the_header(home):
    await filled(home)
    rev = (await told(home, "GET", f"{PATH}/n0"))[1]["_rev"]
    assert await told(home, "DELETE", f"{PATH}/n0") == (
        400,
        {"error": "Bad Request(400): delete without revision"},
    )
    headers = {**home.owner.headers, "If-Match": "1-b"}
    assert await told(home, "DELETE", f"{PATH}/n0?rev=1-a", headers) == (
        400,
        {"error": "Bad Request(400): If-Match Header and rev query parameters mismatch"},
    )
    conflict = of_engine(409, "conflict", "Document update conflict.")
    assert await told(home, "DELETE", f"{PATH}/n0?rev=1-{'0' * 32}") == conflict
    missing = of_engine(404, "not_found", "missing")
    assert await told(home, "DELETE", f"{PATH}/nothing?rev={rev}") == missing
    headers = {**home.owner.headers, "If-Match": rev}
    assert (await told(home, "DELETE", f"{PATH}/n0", headers))[0] == 200


async def test_what_is_not_there_is_told_in_two_ways(home):
    wrong = of_engine(404, "not_found", "wrong_doctype")
    assert await told(home, "GET", "/data/org.example.none/x") == wrong
    assert await told(home, "DELETE", "/data/org.example.none/x?rev=1-a") == wrong
    body = {"_id": "x", "_rev": "1-" + "0" * 32}
    assert await told(home, "PUT", "/data/org.example.none/x", json=body) == wrong
    none = of_engine(404, "not_found", "Database does not exist.")
    for path in ("/", "/_all_docs", "/_changes", "/_normal_docs", "/_design_docs"):
        assert await told(home, "GET", f"/data/org.example.none{path}") == none
    for path, body in (("/_find", {"selector": {}}), ("/_index", {"index": {"fields": ["a"]}})):
        assert await told(home, "POST", f"/data/org.example.none{path}", json=body) == none


async def test_what_is_reserved_is_refused_in_cozys_words(home):
    for method, path, how in [
        ("GET", "io.cozy.permissions/_changes", "unreadable"),
        ("GET", "io.cozy.sessions/x", "unreadable"),
        ("PUT", "io.cozy.jobs/x", "unwritable"),
        ("POST", "io.cozy.files/", "unwritable"),
        ("POST", "io.cozy.apps/_bulk_docs", "unwritable"),
        ("DELETE", "io.cozy.files/x?rev=1-a", "unwritable"),
        ("DELETE", "io.cozy.triggers/", "unwritable"),
        ("PUT", "io.cozy.sharings/", "unreadable"),
    ]:
        words = f"code=403, message=reserved doctype {path.partition('/')[0]} {how}"
        body = {"docs": []} if method in ("PUT", "POST") else None
        assert await told(home, method, f"/data/{path}", json=body) == (403, {"error": words})


async def test_lists_have_fields_and_leave_designs_out(home):
    await filled(home)
    index = {"index": {"fields": ["n"]}, "ddoc": "by_n"}
    assert (await told(home, "POST", f"{PATH}/_index", json=index))[0] == 200
    _, every = await told(home, "GET", f"{PATH}/_all_docs")
    assert {row["id"] for row in every["rows"]} == {"n0", "n1", "n2", "_design/by_n"}
    _, some = await told(
        home, "GET", f"{PATH}/_all_docs?include_docs=true&DesignDocs=false&Fields=n,at.x"
    )
    assert [set(row["doc"]) for row in some["rows"]] == [{"_id", "_rev", "n", "at"}] * 3
    assert some["rows"][1]["doc"]["at"] == {"x": 1}
    keys = {"keys": ["n1", "none", "_design/by_n"]}
    _, named = await told(home, "POST", f"{PATH}/_all_docs?DesignDocs=false", json=keys)
    assert [row["key"] for row in named["rows"]] == ["n1", "none"]


async def test_normal_documents_come_in_pages(home):
    await filled(home, 7)
    index = {"index": {"fields": ["n"]}, "ddoc": "by_n"}
    assert (await told(home, "POST", f"{PATH}/_index", json=index))[0] == 200
    seen, bookmark = [], ""
    while True:
        path = f"{PATH}/_normal_docs?limit=3&bookmark={bookmark}"
        status, page = await told(home, "GET", path)
        assert status == 200
        assert page["total_rows"] == 7
        if not page["rows"]:
            break
        seen += page["rows"]
        bookmark = page["bookmark"]
    assert [doc["_id"] for doc in seen] == [f"n{number}" for number in range(7)]
    assert seen[2]["n"] == 2
    _, page = await told(home, "GET", f"{PATH}/_normal_docs?skip=5&execution_stats=true")
    assert [doc["_id"] for doc in page["rows"]] == ["n5", "n6"]
    assert page["execution_stats"]["results_returned"] == 2
    refused = of_engine(400, "invalid_bookmark", "Invalid bookmark value: !")
    assert await told(home, "GET", f"{PATH}/_normal_docs?bookmark=!") == refused


async def test_questions_want_an_index_and_say_whether_there_is_more(home):
    await filled(home, 120)
    ask = {"selector": {"n": {"$gte": 0}}}
    assert await told(home, "POST", f"{PATH}/_find", json=ask) == of_engine(
        400, "no_index", "no matching index found, create an index"
    )
    index = {"index": {"fields": ["n"]}, "name": "by_n", "ddoc": "by_n"}
    made = {"result": "created", "id": "_design/by_n", "name": "by_n"}
    assert await told(home, "POST", f"{PATH}/_index", json=index) == (200, made)
    assert (await told(home, "POST", f"{PATH}/_index", json=index))[1]["result"] == "exists"
    status, page = await told(home, "POST", f"{PATH}/_find", json=ask)
    assert status == 200
    assert (len(page["docs"]), page["limit"], page["next"]) == (100, 100, True)
    again = {**ask, "bookmark": page["bookmark"]}
    _, rest = await told(home, "POST", f"{PATH}/_find", json=again)
    assert (len(rest["docs"]), rest["next"]) == (20, False)


async def test_who_only_reads_makes_indexes_and_ends_them(home):
    await filled(home)
    reader = bearer(await oauth_token(home.app, f"{NOTES}:GET"))
    index = {"index": {"fields": ["n"]}, "ddoc": "by_n", "name": "by_n"}
    assert (await told(home, "POST", f"{PATH}/_index", reader, json=index))[0] == 200
    status, listed = await told(home, "GET", f"{PATH}/_design_docs?include_docs=true", reader)
    assert status == 200
    assert listed["rows"][0]["doc"]["views"]["by_n"]["map"]["fields"] == {"n": "asc"}
    copy = f"{PATH}/_design/by_n/copy"
    words = "You must set a Destination header"
    assert await told(home, "POST", copy, reader) == (400, words)
    there = {**reader, "Destination": "_design/other"}
    status, copied = await told(home, "POST", copy, there)
    assert (status, copied["id"]) == (201, "_design/other")
    design = f"{PATH}/_design/other"
    assert await told(home, "DELETE", design, reader) == (
        400,
        {"error": "You must pass a rev param"},
    )
    assert (await told(home, "DELETE", f"{design}?rev={copied['rev']}", reader))[0] == 200
    assert (await told(home, "GET", design, reader))[0] == 404
    assert (await told(home, "PUT", design, reader, json={}))[0] == 405
    assert (await told(home, "PUT", f"{PATH}/x", reader, json={}))[0] == 403
    other = bearer(await oauth_token(home.app, "org.example.other", client="d" * 32))
    assert (await told(home, "POST", f"{PATH}/_index", other, json=index))[0] == 403


async def test_feeds_take_cozys_parameters(home):
    await filled(home)
    for query in ("filter=x/y", "doc_ids=[]", "conflicts=true", "view=a", "filter=_doc_ids"):
        status, answer = await told(home, "GET", f"{PATH}/_changes?{query}")
        name = query.partition("=")[0]
        words = f"Bad Request(400): Unsupported query parameter '{name}'"
        assert (status, answer) == (400, {"error": words})
    query = "feed=normal&style=all_docs&since=0&limit=2&timeout=1&include_docs=true&_nonce=a"
    status, feed = await told(home, "GET", f"{PATH}/_changes?{query}&heartbeat=9000&seq_interval=2")
    assert (status, len(feed["results"]), feed["pending"]) == (200, 2, 1)
    asked = {"selector": {"n": 1}}
    status, feed = await told(home, "POST", f"{PATH}/_changes?filter=_selector", json=asked)
    assert [row["id"] for row in feed["results"]] == ["n1"]
    status, feed = await told(
        home, "GET", f"{PATH}/_changes?feed=longpoll&since=now&timeout=10"
    )  # beyond Cozy
    assert (status, feed["results"]) == (200, [])


async def test_types_are_listed_to_who_may_know_them(home):
    await filled(home)
    knows = bearer(await oauth_token(home.app, "io.cozy.doctypes:GET"))
    status, names = await told(home, "GET", "/data/_all_doctypes", knows)
    assert status == 200
    assert {NOTES, "io.cozy.files"} <= set(names)
    assert not {"io.cozy.oauth.clients", "io.cozy.permissions"} & set(names)
    assert not [name for name in names if name.startswith("_")]
    reader = bearer(await oauth_token(home.app, NOTES, client="d" * 32))
    assert (await told(home, "GET", "/data/_all_doctypes", reader))[0] == 403


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "_explain"),
        ("POST", "_purge"),
        ("POST", "_compact"),
        ("POST", "_missing_revs"),
        ("GET", "_security"),
        ("PUT", "_security"),
        ("GET", "_revs_limit"),
        ("GET", "_design/x/_view/y"),
        ("COPY", "n0"),
    ],
)
async def test_what_cozy_does_not_pass_through_is_not_there(home, method, path):
    await filled(home)
    status, _ = await told(home, method, f"{PATH}/{path}", json={})
    assert status in (400, 404, 405)
