"""People search their home: over HTTP, across doctypes, with what they have just written."""

import asyncio

import pytest

from tests.support.served_home import answer, serve_home

BILLS = "/data/io.cozy.bills"
CONTACTS = "/data/io.cozy.contacts"

FINDS = [
    ("ELECTRICITE", {"a"}),
    ("de la france", {"a", "b", "d"}),
    ("facture ", {"a", "c"}),
    ("factures ", {"a", "c"}),
    ('"factures"', {"c"}),
    ("france -gaz", {"a", "d"}),
    ('"de france"', {"a", "b"}),
    ("vendor:france ", {"a", "b"}),
    ("fg@example.org", {"d"}),
    ("2026 f", {"b"}),
    ("france NOT gaz", set()),
    ("vendor:france OR", {"a", "b"}),
    ('france" OR "', set()),
    ("c0:france) OR (a*", set()),
]
MEANS_NOTHING = [
    ("/data/_search", {}, "bad_request"),
    ("/data/_search", {"q": "-a"}, "bad_request"),
    ("/data/_search", {"q": "a" * 1001}, "bad_request"),
    ("/data/_search", {"q": "a", "limit": "-1"}, "query_parse_error"),
    ("/data/_search", {"q": "a", "trashed": "yes"}, "query_parse_error"),
    ("/data/_search", {"q": "a", "bookmark": "!"}, "invalid_bookmark"),
    ("/data/_search", {"q": "a", "bookmark": "WzEsImEiXQ"}, "invalid_bookmark"),
    ("/data/_search", {"q": "a", "bookmark": "WzFlOTk5LCJhIiwxXQ"}, "invalid_bookmark"),
    ("/data/_search", {"q": "a", "doctypes": "_office_sessions"}, "illegal_database_name"),
    ("/data/_search", {"q": "a", "doctypes": "com.bitwarden.ciphers"}, "bad_request"),
]
BODIES_OF_NOTHING = ["", "[]", '{"q":1}', '{"q":"a","limit":-1}', '{"q":"a","doctypes":"b"}']


@pytest.fixture
async def client(tmp_path):
    client = await serve_home(tmp_path / "dir")
    yield client
    await client.close()


async def put(client, path, **fields):
    return await answer(await client.put(path, json=fields), 200)


async def search(client, text, path="/data/_search", status=200, **options):
    return await answer(await client.get(path, params={"q": text, **options}), status)


def ids(found):
    return [row["id"] for row in found["rows"]]


@pytest.fixture
async def home(client):
    await put(client, f"{BILLS}/a", vendor="Électricité de France", subtype="Facture")
    await put(client, f"{BILLS}/b", vendor="Gaz de France", vendorRef="F-2026")
    await put(client, f"{BILLS}/c", vendor="Factures diverses")
    await put(
        client, f"{CONTACTS}/d", fullname="France Gall", email=[{"address": "fg@example.org"}]
    )
    return client


async def test_a_document_is_found_as_soon_as_it_is_written(client):
    assert await search(client, "edf") == {"rows": [], "total_rows": 0, "bookmark": "nil"}
    for number in range(3):
        await put(client, f"{BILLS}/{number}", vendor="EDF")
        assert len(ids(await search(client, "edf"))) == number + 1
    rev = (await answer(await client.get(f"{BILLS}/1"), 200))["_rev"]
    await put(client, f"{BILLS}/1", vendor="Engie", _id="1", _rev=rev)
    assert ids(await search(client, "edf")) == ["2", "0"]
    rev = (await answer(await client.get(f"{BILLS}/2"), 200))["_rev"]
    await answer(await client.delete(f"{BILLS}/2", params={"rev": rev}), 200)
    assert ids(await search(client, "edf")) == ["0"]


async def test_a_row_tells_what_was_found_and_where(home):
    found = await search(home, "elec")
    (row,) = found["rows"]
    assert (row["id"], row["doctype"], found["total_rows"]) == ("a", "io.cozy.bills", 1)
    assert row["score"] > 0
    assert row["fields"] == {"vendor": [["", "Électricité", " de France"]]}


async def test_what_is_typed_finds(home):
    for text, expected in FINDS:
        assert set(ids(await search(home, text))) == expected, text


async def test_what_is_there_as_written_ranks_above_its_family(home):
    assert ids(await search(home, "factures ")) == ["c", "a"]


async def test_doctypes_are_chosen(home):
    assert ids(await search(home, "france", doctypes="io.cozy.contacts")) == ["d"]
    assert ids(await search(home, "france", doctypes="io.cozy.todos.item")) == []
    assert set(ids(await search(home, "france", f"{BILLS}/_search"))) == {"a", "b"}
    body = {"q": "france", "doctypes": ["io.cozy.bills", "io.cozy.contacts"], "limit": 1}
    found = await answer(await home.post("/data/_search", json=body), 200)
    assert (len(found["rows"]), found["total_rows"]) == (1, 3)


async def test_documents_come_along_when_asked(home):
    (row,) = (await search(home, "gaz", include_docs="true"))["rows"]
    assert row["doc"] == await answer(await home.get("/couchdb/io.cozy.bills/b"), 200)


async def test_bookmarks_lead_through_all_answers_once(client):
    for number in range(7):
        await put(client, f"{BILLS}/{number}", vendor="EDF")
        await put(client, f"{CONTACTS}/{number}", fullname="EDF", note="EDF" * (number % 2))
    seen, bookmark = [], "nil"
    while True:
        found = await search(client, "edf", limit="3", bookmark=bookmark)
        assert found["total_rows"] == 14
        if not found["rows"]:
            break
        seen += [(row["doctype"], row["id"]) for row in found["rows"]]
        bookmark = found["bookmark"]
    assert len(seen) == len(set(seen)) == 14
    whole = await search(client, "edf")
    assert seen == [(row["doctype"], row["id"]) for row in whole["rows"]]
    assert found["bookmark"] == bookmark


async def test_a_search_that_means_nothing_is_refused(home):
    for path, options, word in MEANS_NOTHING:
        refused = await answer(await home.get(path, params=options), 400)
        assert refused["error"] == word, options
    for body in BODIES_OF_NOTHING:
        headers = {"Content-Type": "application/json"}
        await answer(await home.post("/data/_search", data=body, headers=headers), 400)


async def test_a_doctype_without_documents_is_missing_where_it_is_named_in_the_path(client):
    for path in (f"{BILLS}/_search", "/data/_replicator/_search"):
        assert (await search(client, "a", path, 404))["error"] == "not_found"


async def test_nobody_searches_without_a_password(home):
    for path in ("/data/_search", f"{BILLS}/_search"):
        refused = await home.get(path, params={"q": "a"}, headers={"Authorization": ""})
        assert refused.status == 401


async def test_couchdb_has_no_such_route(home):
    assert (await home.get("/couchdb/_search", params={"q": "a"})).status == 404
    assert (await home.get("/couchdb/io.cozy.bills/_search", params={"q": "a"})).status == 404


async def test_many_searches_at_once_build_one_index(client):
    documents = [{"_id": str(n), "vendor": f"EDF {n}"} for n in range(1500)]
    await answer(await client.post(f"{BILLS}/_bulk_docs", json={"docs": documents}), 201)
    found = await asyncio.gather(*(search(client, "edf 77") for _ in range(5)))
    assert {answered["total_rows"] for answered in found} == {11}


async def test_files_are_found_by_their_names_and_the_way_there(client):
    assert (await client.request("MKCOL", "/dav/files/Maison")).status == 201
    assert (await client.request("MKCOL", "/dav/files/Maison/Impôts")).status == 201
    path = "/dav/files/Maison/Impôts/avis_2026.pdf"
    assert (await client.put(path, data=b"x")).status == 201
    (row,) = (await search(client, "maison avis"))["rows"]
    assert row["fields"] == {
        "name": [["", "avis", "_2026.pdf"]],
        "path": [["/", "Maison", "/Impôts"]],
    }
    target = {"Destination": "/dav/files/Logement"}
    assert (await client.request("MOVE", "/dav/files/Maison", headers=target)).status == 201
    assert (await search(client, "maison"))["rows"] == []
    assert len((await search(client, "logement avis"))["rows"]) == 1
    assert (await client.delete("/dav/files/Logement")).status == 204
    assert (await search(client, "avis"))["rows"] == []
    assert len((await search(client, "avis", trashed="true"))["rows"]) == 1
