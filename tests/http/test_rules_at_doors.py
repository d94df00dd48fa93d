"""Rules that name some documents, at every door that could show or change others."""

import pytest

from tests.support.devices import bearer, oauth_token
from tests.support.house import found, house

CONTACTS, FILES = "io.cozy.contacts", "io.cozy.files"


@pytest.fixture
async def home(tmp_path):
    found(tmp_path)
    async with house(tmp_path) as running:
        for name, group in (("a", "mine"), ("b", "theirs")):
            path = f"/couchdb/{CONTACTS}/{name}"
            async with running.owner.put(f"/couchdb/{CONTACTS}") as response:
                assert response.status in (201, 412)
            async with running.owner.put(path, json={"group": group}) as response:
                assert response.status == 201
        design = {"views": {"y": {"map": "function (doc) { emit(doc._id); }"}}}
        async with running.owner.put(f"/couchdb/{CONTACTS}/_design/x", json=design) as response:
            assert response.status == 201
        yield running


async def told(home, method, path, headers, **sent):
    async with home.anybody.request(method, path, headers=headers, **sent) as response:
        text = await response.read()
        return response.status, await response.json(content_type=None) if text else None


async def rev_of(home, path):
    async with home.owner.get(path) as response:
        return (await response.json())["_rev"]


async def client(home, scope):
    return bearer(await oauth_token(home.app, scope))


@pytest.mark.parametrize("door", ["/couchdb", "/data"])
async def test_a_selector_is_held_against_the_old_and_the_new_document(home, door):
    mine = await client(home, f"{CONTACTS}:GET,POST,PUT,DELETE:mine:group")
    a, b = f"{door}/{CONTACTS}/a", f"{door}/{CONTACTS}/b"
    assert (await told(home, "GET", a, mine))[0] == 200
    assert (await told(home, "GET", b, mine))[0] == 403
    rev_a, rev_b = await rev_of(home, a), await rev_of(home, b)
    for path, rev, group in ((a, rev_a, "theirs"), (b, rev_b, "mine")):
        body = {"_id": path[-1], "_rev": rev, "group": group}
        assert (await told(home, "PUT", path, mine, json=body))[0] == 403
    assert (await told(home, "DELETE", f"{b}?rev={rev_b}", mine))[0] == 403
    body = {"_id": "a", "_rev": rev_a, "group": "mine", "n": 2}
    assert (await told(home, "PUT", a, mine, json=body))[0] in (200, 201)
    assert (await told(home, "PUT", f"{door}/{CONTACTS}/c", mine, json={"group": "x"}))[0] == 403
    assert (await told(home, "PUT", f"{door}/{CONTACTS}/d", mine, json={"group": "mine"}))[0] < 300


async def test_a_losing_leaf_is_asked_about_too(home):
    path = f"/couchdb/{CONTACTS}"
    leaves = [
        {"_id": "t", "_rev": "1-" + "f" * 32, "group": "mine"},
        {"_id": "t", "_rev": "1-" + "0" * 32, "group": "theirs"},
    ]
    bulk = {"docs": leaves, "new_edits": False}
    async with home.owner.post(f"{path}/_bulk_docs", json=bulk) as response:
        assert response.status == 201
    mine = await client(home, f"{CONTACTS}:ALL:mine:group")
    rev = "1-" + "0" * 32
    assert (await told(home, "DELETE", f"{path}/t?rev={rev}", mine))[0] == 403
    assert (await told(home, "GET", f"{path}/t?rev={rev}", mine))[0] == 403
    assert (await told(home, "GET", f"{path}/t?open_revs=all", mine))[0] == 403


async def test_what_a_document_was_is_shown_only_while_it_may_be_read(home):
    path = f"/couchdb/{CONTACTS}/a"
    mine = await client(home, f"{CONTACTS}:GET:mine:group")
    rev = await rev_of(home, path)
    assert (await told(home, "GET", f"{path}?rev={rev}", mine))[0] == 200
    async with home.owner.put(path, json={"_rev": rev, "group": "theirs"}) as response:
        assert response.status == 201
    assert (await told(home, "GET", f"{path}?rev={rev}", mine))[0] == 403


OF_OTHERS = [
    ("GET", "", None),
    ("GET", "/_all_docs", None),
    ("POST", "/_all_docs", {"keys": ["a"]}),
    ("POST", "/_all_docs/queries", {"queries": [{}]}),
    ("GET", "/_design_docs", None),
    ("GET", "/_local_docs", None),
    ("GET", "/_changes", None),
    ("POST", "/_changes?filter=_doc_ids", {"doc_ids": ["a"]}),
    ("POST", "/_bulk_get", {"docs": [{"id": "a"}]}),
    ("POST", "/_revs_diff", {"a": ["1-a"]}),
    ("POST", "/_missing_revs", {"a": ["1-a"]}),
    ("POST", "/_find", {"selector": {}}),
    ("POST", "/_explain", {"selector": {}}),
    ("GET", "/_index", None),
    ("POST", "/_index", {"index": {"fields": ["n"]}}),
    ("GET", "/_design/x/_view/y", None),
    ("GET", "/_design/x/_show/y/a", None),
    ("PUT", "/_design/x/_update/y/a", None),
    ("GET", "/_design/x", None),
    ("PUT", "/_design/x", {}),
    ("GET", "/_local/x", None),
    ("PUT", "/_local/x", {}),
    ("GET", "/_security", None),
    ("DELETE", "", None),
    ("COPY", "/b", None),
    ("GET", "/b/file.txt", None),
    ("PUT", "/b/file.txt", {}),
]


async def test_a_rule_for_one_document_opens_nothing_that_tells_of_others(home):
    one = await client(home, f"{CONTACTS}:ALL:a")
    headers = {**one, "Destination": "z"}
    for method, path, body in OF_OTHERS:
        answer = await told(home, method, f"/couchdb/{CONTACTS}{path}", headers, json=body)
        assert answer == (403, {"error": "forbidden", "reason": "Forbidden"}), (method, path)
    for path in (f"/data/{CONTACTS}/_search?q=a",):
        assert (await told(home, "GET", path, one))[0] == 403


async def test_a_copy_takes_reading_the_one_and_making_the_other(home):
    one = await client(home, f"{CONTACTS}:GET,POST:a,z")
    copy = {**one, "Destination": "z"}
    assert (await told(home, "COPY", f"/couchdb/{CONTACTS}/a", copy))[0] == 201
    copy = {**one, "Destination": "y"}
    assert (await told(home, "COPY", f"/couchdb/{CONTACTS}/a", copy))[0] == 403


async def test_a_family_of_types_is_meant_by_a_star(home):
    for doctype in ("io.cozy.bank.accounts", "io.cozy.bankers"):
        async with home.owner.put(f"/data/{doctype}/a", json={}) as response:
            assert response.status < 300
    bank = await client(home, "io.cozy.bank.*:GET")
    assert (await told(home, "GET", "/data/io.cozy.bank.accounts/_all_docs", bank))[0] == 200
    assert (await told(home, "GET", "/data/io.cozy.bankers/a", bank))[0] == 403
    assert await told(home, "GET", "/couchdb/_all_dbs", bank) == (200, ["io.cozy.bank.accounts"])


async def test_a_rule_for_a_folder_is_for_what_lies_in_it(home):
    for path in ("/dav/files/in", "/dav/files/in/deep"):
        async with home.owner.request("MKCOL", path) as response:
            assert response.status == 201
    for path in ("/dav/files/in/deep/a.txt", "/dav/files/b.txt"):
        async with home.owner.put(path, data=b"x") as response:
            assert response.status == 201
    async with home.owner.get(f"/couchdb/{FILES}/_all_docs?include_docs=true") as response:
        rows = [row["doc"] for row in (await response.json())["rows"]]
    ids = {doc.get("name"): doc["_id"] for doc in rows}
    folder = await client(home, f"{FILES}:GET:{ids['in']}")
    for name, status in (("in", 200), ("deep", 200), ("a.txt", 200), ("b.txt", 403)):
        assert (await told(home, "GET", f"/couchdb/{FILES}/{ids[name]}", folder))[0] == status
    assert (await told(home, "GET", f"/data/{FILES}/_changes", folder))[0] == 403
    for path, status in (("in/deep/a.txt", 200), ("b.txt", 404)):
        async with home.anybody.get(f"/dav/files/{path}", headers=folder) as response:
            assert response.status == status
    data = [{"type": FILES, "id": ids["a.txt"]}, {"type": FILES, "id": ids["b.txt"]}]
    answer = await told(home, "POST", "/permissions/exists", folder, json={"data": data})
    assert [row["verbs"] for row in answer[1]["data"]] == [["GET"], []]


async def test_no_rule_speaks_of_replications(home):
    jobs = await client(home, f"_replicator {CONTACTS}")
    body = {"source": "io.cozy.sessions", "target": CONTACTS}
    assert (await told(home, "PUT", "/couchdb/_replicator/x", jobs, json=body))[0] == 403
    assert (await told(home, "POST", "/couchdb/_replicate", jobs, json=body))[0] == 403
    assert (await told(home, "GET", "/couchdb/_replicator/_all_docs", jobs))[0] == 403


@pytest.mark.parametrize("secret", ["io.cozy.oauth.clients", "io.cozy.permissions"])
async def test_what_nobody_is_shown_is_not_replicated_out_either(home, secret):
    body = {"source": secret, "target": "io.cozy.copy", "create_target": True}
    async with home.owner.post("/couchdb/_replicate", json=body) as response:
        assert response.status >= 400
        assert "not shown" in await response.text()
    async with home.owner.get("/couchdb/io.cozy.copy") as response:
        assert response.status == 404
    async with home.owner.post("/couchdb/_dbs_info", json={"keys": [secret]}) as response:
        assert await response.json() == [{"key": secret, "error": "not_found"}]


@pytest.mark.parametrize("door", ["/couchdb", "/data"])
async def test_who_may_only_add_adds_and_sees_nothing(home, door):
    adds = await client(home, f"{CONTACTS}:POST")
    status, made = await told(home, "POST", f"{door}/{CONTACTS}", adds, json={"n": 1})
    assert status == 201
    for method, path in (
        ("GET", f"/{made['id']}"),
        ("GET", "/a"),
        ("GET", "/_all_docs"),
        ("GET", "/_changes"),
        ("DELETE", f"/{made['id']}?rev={made['rev']}"),
    ):
        assert (await told(home, method, f"{door}/{CONTACTS}{path}", adds))[0] == 403
    docs = [{"_id": "one"}, {"_id": "_local/note"}, {"_id": "a", "_rev": "1-" + "0" * 32}]
    path = f"{door}/{CONTACTS}/_bulk_docs"
    status, rows = await told(home, "POST", path, adds, json={"docs": docs})
    assert status == 201
    assert [row.get("error") for row in rows] == [None, "forbidden", "forbidden"]


@pytest.mark.parametrize("door", ["/couchdb", "/data"])
async def test_attachments_are_asked_for_with_their_document(home, door):
    for name in ("a", "b"):
        rev = await rev_of(home, f"/couchdb/{CONTACTS}/{name}")
        path = f"/couchdb/{CONTACTS}/{name}/file.txt?rev={rev}"
        async with home.owner.put(path, data=b"x") as response:
            assert response.status == 201
    reads = await client(home, f"{CONTACTS}:GET:a")
    rev_a, rev_b = [await rev_of(home, f"/couchdb/{CONTACTS}/{name}") for name in ("a", "b")]
    for name, rev, status in (("a", rev_a, 200), ("b", rev_b, 403)):
        path = f"{door}/{CONTACTS}/{name}/file.txt"
        async with home.anybody.get(path, headers=reads) as response:
            assert response.status == status
        for method in ("PUT", "DELETE"):
            assert (await told(home, method, f"{path}?rev={rev}", reads, data=b"y"))[0] == 403
    writes = bearer(await oauth_token(home.app, f"{CONTACTS}:GET,PUT:a", client="d" * 32))
    path = f"{door}/{CONTACTS}/a/file.txt?rev={rev_a}"
    assert (await told(home, "PUT", path, writes, data=b"y"))[0] == 201
