"""Documents over HTTP, by both doors: what CouchDB's clients send, and what they must be told."""

import asyncio
import base64
import gzip
import hashlib
import json

import pytest

from tests.support.served_home import answer, serve_home

AS_JSON = {"Accept": "application/json"}
DOORS = ["/couchdb/org.example.things", "/data/org.example.things"]
COUCH = DOORS[0]


@pytest.fixture
async def client(tmp_path):
    client = await serve_home(tmp_path / "dir")
    yield client
    await client.close()


@pytest.fixture(params=DOORS, ids=["couchdb", "data"])
async def things(request, client):
    assert (await client.put(request.param)).status == 201
    return request.param


@pytest.fixture
async def couch(client):
    """What Cozy's dialect has otherwise, or not at all; `test_cozy_data.py` holds it to that."""
    assert (await client.put(COUCH)).status == 201
    return COUCH


async def put(client, path, document, status=None):
    by_cozy = path.startswith("/data/") and "/_local/" not in path
    made = 200 if by_cozy else 201
    return await answer(await client.put(path, json=document), status or made)


async def test_root_greets_replicators(client):
    greeting = await answer(await client.get("/couchdb/"), 200)
    assert greeting["couchdb"] == "Welcome"
    assert greeting["uuid"] == (await answer(await client.get("/couchdb"), 200))["uuid"]
    assert (await answer(await client.get("/data/"), 200)) == {"message": "welcome to a cozy API"}


async def test_databases_are_made_once_and_deleted_once(client):
    assert (await client.put(COUCH)).status == 201
    again = await answer(await client.put(COUCH), 412)
    assert again["error"] == "file_exists"
    assert "org.example.things" in await answer(await client.get("/couchdb/_all_dbs"), 200)
    assert await answer(await client.delete(COUCH), 200) == {"ok": True}
    gone = await answer(await client.delete(COUCH), 404)
    assert gone == {"error": "not_found", "reason": "Database does not exist."}
    assert (await answer(await client.get(COUCH), 404))["error"] == "not_found"


@pytest.mark.parametrize("name", ["Capital", "_office_sessions", "1digit", "a%20b", "_x"])
async def test_names_couchdb_would_not_take_and_private_ones_are_refused(client, name):
    made = await answer(await client.put(f"/couchdb/{name}"), 400)
    assert made["error"] == "illegal_database_name"
    for response in (
        await client.get(f"/couchdb/{name}"),
        await client.delete(f"/couchdb/{name}"),
        await client.put(f"/couchdb/{name}/x", json={}),
        await client.get(f"/couchdb/{name}/_changes"),
    ):
        assert (await answer(response, 404))["reason"] == "Database does not exist."
    first_write = await answer(await client.put(f"/data/{name}/x", json={}), 400)
    assert "Name: " in str(first_write)
    listed = await answer(await client.get("/couchdb/_all_dbs"), 200)
    assert not any(found.startswith("_") for found in listed)


async def test_information_counts(client, things):
    written = await put(client, f"{things}/a", {"n": 1})
    await put(client, f"{things}/b", {"n": 1})
    await answer(await client.delete(f"{things}/a", params={"rev": written["rev"]}), 200)
    info = await answer(await client.get(things), 200)
    assert (info["doc_count"], info["doc_del_count"]) == (1, 1)
    assert info["update_seq"].startswith("3-")


async def test_document_comes_back_to_the_letter(client, couch):
    text = '{"n":123456789012345678901234567890,"f":1.0,"s":"é\\u0000"}'
    response = await client.put(
        f"{couch}/x", data=text, headers={"Content-Type": "application/json"}
    )
    written = await answer(response, 201)
    assert response.headers["ETag"] == f'"{written["rev"]}"'
    got = await client.get(f"{couch}/x")
    assert got.headers["ETag"] == f'"{written["rev"]}"'
    expected = '{"_id":"x","_rev":"' + written["rev"] + '",' + text[1:]
    assert (await got.text()).strip() == expected


async def test_document_is_not_sent_again_to_who_has_it(client, things):
    written = await put(client, f"{things}/x", {})
    got = await client.get(f"{things}/x", headers={"If-None-Match": f'"{written["rev"]}"'})
    assert got.status == 304
    assert await got.read() == b""


async def test_conflict_missing_and_deleted_have_their_words(client, things):
    first = await put(client, f"{things}/x", {"n": 1})
    conflict = await put(client, f"{things}/x", {"n": 2}, status=409)
    assert conflict["error"] == "conflict"
    assert (await answer(await client.get(f"{things}/nobody"), 404))["reason"] == "missing"
    gone = await answer(await client.delete(f"{things}/x", headers={"If-Match": first["rev"]}), 200)
    assert gone["rev"].startswith("2-")
    assert (await answer(await client.get(f"{things}/x"), 404))["reason"] == "deleted"
    tombstone = await answer(await client.get(f"{things}/x", params={"rev": gone["rev"]}), 200)
    assert tombstone["_deleted"] is True


async def test_put_of_a_deletion_is_200(client, couch):
    first = await put(client, f"{couch}/x", {})
    await put(client, f"{couch}/x", {"_deleted": True, "_rev": first["rev"]}, status=200)


async def test_post_gives_an_id(client, things):
    written = await answer(await client.post(things, json={"n": 1}), 201)
    assert (await answer(await client.get(f"{things}/{written['id']}"), 200))["n"] == 1


async def test_ids_with_slashes_spaces_and_percent_signs(client, things):
    for name, path in (("a/b", "a%2Fb"), ("a b%", "a%20b%25"), ("é+", "%C3%A9%2B")):
        await put(client, f"{things}/{path}", {"name": name})
        from yarl import URL

        got = await client.get(URL(f"{things}/{path}", encoded=True))
        assert (await answer(got, 200))["_id"] == name


async def test_design_documents_by_either_spelling(client, couch):
    await put(client, f"{couch}/_design/d", {"views": {}})
    assert (await answer(await client.get(f"{couch}/_design/d"), 200))["_id"] == "_design/d"


@pytest.mark.parametrize(
    ("body", "status", "word"),
    [
        ("{", 400, "bad_request"),
        ("[]", 400, "bad_request"),
        ('{"_strange":1}', 400, "doc_validation"),
        ('{"_rev":"odd"}', 400, "bad_request"),
        ('{"_attachments":{"a":{"stub":true}}}', 412, "missing_stub"),
    ],
)
async def test_bad_documents_get_couchdbs_own_errors_and_change_nothing(
    client, couch, body, status, word
):
    before = (await answer(await client.get(couch), 200))["update_seq"]
    response = await client.put(
        f"{couch}/x", data=body, headers={"Content-Type": "application/json"}
    )
    assert (await answer(response, status))["error"] == word
    assert (await answer(await client.get(couch), 200))["update_seq"] == before


async def test_bulk_docs_answers_a_row_for_each(client, things):
    await put(client, f"{things}/b", {})
    docs = [{"_id": "a"}, {"_id": "b"}, {}, {"_id": "_local/c", "n": 1}]
    rows = await answer(await client.post(f"{things}/_bulk_docs", json={"docs": docs}), 201)
    assert [row.get("error") for row in rows] == [None, "conflict", None, None]
    assert rows[3]["rev"] == "0-1"
    assert (await answer(await client.get(f"{things}/_local/c"), 200))["n"] == 1


async def test_bulk_docs_of_another_site_s_form_is_refused(client, things):
    response = await client.post(f"{things}/_bulk_docs", data=b'{"docs":[{"_id":"x"}]}')
    assert response.status == 415
    assert (await client.get(f"{things}/x")).status == 404


async def test_replicated_documents_say_nothing_when_all_went_well(client, things):
    docs = [{"_id": "x", "_rev": "2-b", "_revisions": {"start": 2, "ids": ["b", "a"]}, "n": 2}]
    body = {"docs": docs, "new_edits": False}
    assert await answer(await client.post(f"{things}/_bulk_docs", json=body), 201) == []
    assert await answer(await client.post(f"{things}/_bulk_docs", json=body), 201) == []
    got = await answer(await client.get(f"{things}/x", params={"revs": "true"}), 200)
    assert got["_revisions"] == {"start": 2, "ids": ["b", "a"]}


async def conflicted(client, things):
    for digest in "bc":
        docs = [{"_id": "x", "_revisions": {"start": 2, "ids": [digest, "a"]}, "n": digest}]
        body = {"docs": [{**docs[0], "_rev": f"2-{digest}"}], "new_edits": False}
        await answer(await client.post(f"{things}/_bulk_docs", json=body), 201)


async def test_conflicts_are_shown_when_asked_for(client, things):
    await conflicted(client, things)
    got = await answer(await client.get(f"{things}/x", params={"conflicts": "true"}), 200)
    assert (got["_rev"], got["_conflicts"]) == ("2-c", ["2-b"])
    rows = await answer(
        await client.get(f"{things}/x", params={"open_revs": '["2-b","9-z"]'}, headers=AS_JSON), 200
    )
    assert [row.get("missing") or row["ok"]["n"] for row in rows] == ["b", "9-z"]
    rows = await answer(
        await client.get(f"{things}/x", params={"open_revs": "all"}, headers=AS_JSON), 200
    )
    assert len(rows) == 2


async def test_revision_information_tells_what_is_kept(client, couch):
    first = await put(client, f"{couch}/x", {"n": 1})
    second = await put(client, f"{couch}/x", {"n": 2, "_rev": first["rev"]})
    asked = {"revs_info": "true", "local_seq": "true"}
    got = await answer(await client.get(f"{couch}/x", params=asked), 200)
    assert got["_revs_info"] == [
        {"rev": second["rev"], "status": "available"},
        {"rev": first["rev"], "status": "available"},
    ]
    assert got["_local_seq"] == 2
    compacted = await client.post(f"{couch}/_compact", json={})
    assert compacted.status == 202
    got = await answer(await client.get(f"{couch}/x", params=asked), 200)
    assert [row["status"] for row in got["_revs_info"]] == ["available", "missing"]


async def test_bulk_get_and_revs_diff(client, things):
    await conflicted(client, things)
    docs = [{"id": "x", "rev": "2-b"}, {"id": "x"}, {"id": "x", "rev": "1-a"}, {"id": "y"}]
    path = f"{things}/_bulk_get?revs=true&latest=true"
    results = (await answer(await client.post(path, json={"docs": docs}), 200))["results"]
    found = [[row.get("ok", row.get("error")) for row in result["docs"]] for result in results]
    assert [doc["_rev"] for doc in found[0]] == ["2-b"]
    assert [doc["_rev"] for doc in found[1]] == ["2-c", "2-b"]
    assert [doc["_rev"] for doc in found[2]] == ["2-c", "2-b"]
    assert found[3][0]["error"] == "not_found"
    assert found[0][0]["_revisions"]["ids"] == ["b", "a"]
    asked = {"x": ["2-b", "3-d"], "y": ["1-z"]}
    lacking = await answer(await client.post(f"{things}/_revs_diff", json=asked), 200)
    assert lacking["x"]["missing"] == ["3-d"]
    assert set(lacking["x"]["possible_ancestors"]) == {"2-b", "2-c"}
    assert lacking["y"] == {"missing": ["1-z"]}


async def test_all_docs(client, couch):
    for name in "cab":
        await put(client, f"{couch}/{name}", {"n": name})
    listing = await answer(await client.get(f"{couch}/_all_docs?include_docs=true"), 200)
    assert (listing["total_rows"], listing["offset"]) == (3, 0)
    assert [row["doc"]["n"] for row in listing["rows"]] == ["a", "b", "c"]
    ranged = {"startkey": '"b"', "endkey": '"c"', "inclusive_end": "false"}
    listing = await answer(await client.get(f"{couch}/_all_docs", params=ranged), 200)
    assert [row["id"] for row in listing["rows"]] == ["b"]
    keys = {"keys": ["c", "nobody", "a"]}
    listing = await answer(await client.post(f"{couch}/_all_docs", json=keys), 200)
    assert [row.get("id", row.get("error")) for row in listing["rows"]] == ["c", "not_found", "a"]
    both = {"queries": [{"keys": ["a"]}, {"limit": 1, "descending": True}]}
    answers = await answer(await client.post(f"{couch}/_all_docs/queries", json=both), 200)
    assert [rows["rows"][0]["id"] for rows in answers["results"]] == ["a", "c"]
    refused = await client.post(f"{couch}/_all_docs", params={"key": '"b"'}, json={"keys": ["a"]})
    assert (await answer(refused, 400))["error"] == "query_parse_error"


async def test_normal_feed(client, things):
    await conflicted(client, things)
    await put(client, f"{things}/y", {"n": 1})
    feed = await answer(await client.get(f"{things}/_changes?include_docs=true"), 200)
    assert [row["id"] for row in feed["results"]] == ["x", "y"]
    assert feed["results"][0]["changes"] == [{"rev": "2-c"}]
    assert feed["results"][1]["doc"]["n"] == 1
    assert feed["pending"] == 0
    every = await answer(await client.get(f"{things}/_changes?style=all_docs&limit=1"), 200)
    assert every["results"][0]["changes"] == [{"rev": "2-c"}, {"rev": "2-b"}]
    assert every["pending"] == 1
    after = {"since": every["last_seq"]}
    rest = await answer(await client.get(f"{things}/_changes", params=after), 200)
    assert [row["id"] for row in rest["results"]] == ["y"]
    assert rest["last_seq"] == feed["last_seq"]


async def test_feed_of_some_documents(client, couch):
    for name in "abc":
        await put(client, f"{couch}/{name}", {})
    await put(client, f"{couch}/_design/d", {})
    some = await client.post(f"{couch}/_changes?filter=_doc_ids", json={"doc_ids": ["c", "a"]})
    assert [row["id"] for row in (await answer(some, 200))["results"]] == ["a", "c"]
    design = await answer(await client.get(f"{couch}/_changes?filter=_design"), 200)
    assert [row["id"] for row in design["results"]] == ["_design/d"]


async def test_checkpoint_of_another_life_reads_from_the_beginning(client, things):
    await put(client, f"{things}/x", {})
    feed = await answer(await client.get(f"{things}/_changes?since=1-0badc0de"), 200)
    assert len(feed["results"]) == 1
    bad = await answer(await client.get(f"{things}/_changes?since=nonsense"), 400)
    assert bad["error"] == "bad_request"


async def test_longpoll_hears_of_a_write(client, things):
    info = await answer(await client.get(things), 200)
    waiting = asyncio.ensure_future(
        client.get(f"{things}/_changes?feed=longpoll&since={info['update_seq']}&heartbeat=50")
    )
    await asyncio.sleep(0.2)
    assert not waiting.done() or not (await waiting).content.at_eof()
    await put(client, f"{things}/x", {})
    feed = await answer(await asyncio.wait_for(waiting, 5), 200)
    assert [row["id"] for row in feed["results"]] == ["x"]


async def test_longpoll_ends_when_its_time_is_up(client, things):
    feed = await answer(await client.get(f"{things}/_changes?feed=longpoll&timeout=50"), 200)
    assert feed["results"] == []


async def test_continuous_and_eventsource_feeds_stream(client, things):
    await put(client, f"{things}/x", {})
    feed = await client.get(f"{things}/_changes?feed=continuous&timeout=100")
    lines = [json.loads(line) for line in (await feed.text()).split("\n") if line]
    assert [line.get("id") for line in lines] == ["x", None]
    assert "last_seq" in lines[-1]
    events = await client.get(f"{things}/_changes?feed=eventsource&limit=1")
    text = await events.text()
    assert events.headers["Content-Type"] == "text/event-stream"
    assert text.startswith('data: {"seq":"1-')
    assert '\nid: "1-' in text


async def test_checkpoints_are_written_read_and_forgotten(client, things):
    written = await put(client, f"{things}/_local/c", {"last_seq": 1})
    assert written["rev"] == "0-1"
    again = await put(client, f"{things}/_local/c", {"last_seq": 2, "_rev": "0-1"})
    assert again["rev"] == "0-2"
    assert (await answer(await client.get(f"{things}/_local/c"), 200))["last_seq"] == 2
    assert (await client.delete(f"{things}/_local/c")).status == 200
    assert (await client.get(f"{things}/_local/c")).status == 404


PICTURE = bytes(range(256)) * 40


async def test_attachment_inside_a_document(client, couch):
    picture = {"content_type": "image/png", "data": base64.b64encode(PICTURE).decode()}
    written = await put(client, f"{couch}/x", {"_attachments": {"p": picture}})
    got = await answer(await client.get(f"{couch}/x"), 200)
    digest = "md5-" + base64.b64encode(hashlib.md5(PICTURE).digest()).decode()
    assert got["_attachments"]["p"] == {
        "content_type": "image/png", "revpos": 1, "digest": digest,
        "length": len(PICTURE), "stub": True,
    }  # fmt: skip
    got_whole = await client.get(f"{couch}/x?attachments=true", headers=AS_JSON)
    whole = await answer(got_whole, 200)
    assert base64.b64decode(whole["_attachments"]["p"]["data"]) == PICTURE
    kept = {"_rev": written["rev"], "_attachments": got["_attachments"], "n": 2}
    await put(client, f"{couch}/x", kept)
    assert await (await client.get(f"{couch}/x/p")).read() == PICTURE


async def test_attachment_as_a_resource_of_its_own(client, things):
    headers = {"Content-Type": "image/png"}
    created = await client.put(f"{things}/x/a/b.png", data=PICTURE, headers=headers)
    rev = (await answer(created, 201))["rev"]
    got = await client.get(f"{things}/x/a/b.png")
    assert (got.status, await got.read()) == (200, PICTURE)
    assert got.headers["Content-Type"] == "image/png"
    assert got.headers["Content-Security-Policy"] == "sandbox"
    again = await client.get(f"{things}/x/a/b.png", headers={"If-None-Match": got.headers["ETag"]})
    assert again.status == 304
    part = await client.get(f"{things}/x/a/b.png", headers={"Range": "bytes=10-19"})
    assert (part.status, await part.read()) == (206, PICTURE[10:20])
    beyond = await client.get(f"{things}/x/a/b.png", headers={"Range": "bytes=999999-"})
    assert beyond.status == 416
    conflict = await client.put(f"{things}/x/c", data=b"", headers=headers)
    assert conflict.status == 409
    removed = await client.delete(f"{things}/x/a/b.png", params={"rev": rev})
    assert (await answer(removed, 200))["rev"].startswith("2-")
    assert (await client.get(f"{things}/x/a/b.png")).status == 404


async def test_attachment_that_is_not_what_it_says_is_refused(client, things):
    headers = {"Content-Type": "image/png", "Content-MD5": "AAAAAAAAAAAAAAAAAAAAAA=="}
    response = await client.put(f"{things}/x/p", data=PICTURE, headers=headers)
    assert 400 <= response.status < 500
    assert (await client.get(f"{things}/x")).status == 404


def related(document, *parts):
    body = b"--z\r\nContent-Type: application/json\r\n\r\n" + json.dumps(document).encode()
    for part in parts:
        body += b"\r\n--z\r\n\r\n" + part
    return body + b"\r\n--z--"


async def test_attachments_that_follow_their_document(client, couch):
    zipped = gzip.compress(b"text " * 100)
    document = {
        "_attachments": {
            "p": {"follows": True, "content_type": "image/png", "length": len(PICTURE)},
            "t": {
                "follows": True, "content_type": "text/plain", "length": 500,
                "encoding": "gzip", "encoded_length": len(zipped),
            },
        }
    }  # fmt: skip
    headers = {"Content-Type": 'multipart/related; boundary="z"'}
    sent = related(document, PICTURE, zipped)
    await answer(await client.put(f"{couch}/x", data=sent, headers=headers), 201)
    assert await (await client.get(f"{couch}/x/p")).read() == PICTURE
    assert await (await client.get(f"{couch}/x/t")).read() == b"text " * 100
    parts = await client.get(f"{couch}/x?attachments=true", headers={"Accept": "multipart/related"})
    assert parts.headers["Content-Type"].startswith("multipart/related")
    text = await parts.read()
    assert PICTURE in text
    assert b'"follows":true' in text
    mixed = await client.get(f"{couch}/x?open_revs=all", headers={"Accept": "multipart/mixed"})
    assert PICTURE in await mixed.read()


async def test_attachment_that_does_not_follow_after_all(client, things):
    document = {"_attachments": {"p": {"follows": True, "length": 5}, "q": {"follows": True}}}
    headers = {"Content-Type": 'multipart/related; boundary="z"'}
    for parts in ((b"12345",), (b"1234", b"")):
        sent = related(document, *parts)
        response = await client.put(f"{things}/x", data=sent, headers=headers)
        assert 400 <= response.status < 500, await response.text()
    assert (await client.get(f"{things}/x")).status == 404


async def test_maintenance(client):
    await client.put(COUCH)
    written = await put(client, f"{COUCH}/x", {})
    assert await answer(await client.get(f"{COUCH}/_revs_limit"), 200) == 1000
    assert (await client.put(f"{COUCH}/_revs_limit", json=5)).status == 200
    assert await answer(await client.get(f"{COUCH}/_revs_limit"), 200) == 5
    assert (await client.put(f"{COUCH}/_revs_limit", json=0)).status == 400
    assert (await client.put(f"{COUCH}/_security", json={"admins": {}})).status == 200
    assert await answer(await client.get(f"{COUCH}/_security"), 200) == {"admins": {}}
    purged = await client.post(f"{COUCH}/_purge", json={"x": [written["rev"]]})
    assert (await answer(purged, 201))["purged"] == {"x": [written["rev"]]}
    assert (await answer(await client.get(f"{COUCH}/x"), 404))["reason"] == "missing"


async def test_what_couchdb_says_of_itself(client):
    assert len((await answer(await client.get("/couchdb/_uuids?count=3"), 200))["uuids"]) == 3
    assert (await answer(await client.get("/couchdb/_up"), 200))["status"] == "ok"
    await client.put(COUCH)
    asked = {"keys": ["org.example.things", "nobody", "_office_sessions"]}
    rows = await answer(await client.post("/couchdb/_dbs_info", json=asked), 200)
    assert [("info" in row) for row in rows] == [True, False, False]


async def test_files_are_read_only_here_but_replicate(client):
    files = "/couchdb/io.cozy.files"
    for response in (
        await client.put(f"{files}/x", json={"type": "file"}),
        await client.post(f"{files}/_bulk_docs", json={"docs": [{"_id": "x"}]}),
        await client.delete(files),
    ):
        assert response.status == 403
    feed = await answer(await client.get(f"{files}/_changes"), 200)
    assert {row["id"] for row in feed["results"]} >= {"io.cozy.files.root-dir"}
    assert (await client.put(f"{files}/_local/checkpoint", json={"n": 1})).status == 201


async def test_data_makes_a_database_at_the_first_write(client):
    written = await put(client, "/data/org.example.new/x", {"n": 1})
    assert written["type"] == "org.example.new"
    assert (await client.put("/couchdb/org.example.newer/x", json={})).status == 404


async def test_bulk_get_reads_a_batch_in_the_order_asked(client, things):
    names = [f"d{number:03}" for number in range(450)]  # more than are read or written together
    docs = [{"_id": name, "text": "x" * 500} for name in names]
    await answer(await client.post(f"{things}/_bulk_docs", json={"docs": docs}), 201)
    asked = [*reversed(names), "nobody", names[7]]
    docs = {"docs": [{"id": name} for name in asked]}
    results = (await answer(await client.post(f"{things}/_bulk_get", json=docs), 200))["results"]
    assert [result["id"] for result in results] == asked
    missing = [result["id"] for result in results if "error" in result["docs"][0]]
    assert missing == ["nobody"]


async def test_what_is_not_true_is_false_where_documents_are_read(client, couch):
    await client.put(f"{couch}/x", json={"n": 1})
    plain = await answer(await client.get(f"{couch}/x"), 200)
    names = ("revs", "revs_info", "conflicts", "deleted_conflicts", "meta", "latest", "local_seq")
    for name in names:
        assert await answer(await client.get(f"{couch}/x?{name}=maybe"), 200) == plain
    docs = {"docs": [{"id": "x"}]}
    asked = await client.post(f"{couch}/_bulk_get?latest=maybe&revs=maybe", json=docs)
    (row,) = (await answer(asked, 200))["results"]
    assert row["docs"] == [{"ok": plain}]


async def test_access_is_a_field_like_others_as_in_couchdb(client):
    put = await client.put("/couchdb/access", json={})
    assert put.status == 201
    document = {"_access": ["alice"], "n": 1}
    assert (await client.put("/couchdb/access/d", json=document)).status == 201
    found = await (await client.get("/couchdb/access/d")).json()
    assert found["_access"] == ["alice"]
