"""A CouchDB with users over HTTP: accounts, sessions, databases and who may do what to them."""

import asyncio
import hashlib
from base64 import b64encode

import pytest
from aiohttp.test_utils import TestClient, TestServer

from server.admin_app import build_admin_app
from tests.support.served_couch import PASSWORD, ServedCouch, basic

JAN = "/_users/org.couchdb.user:jan"
OPEN = {"admins": {"names": [], "roles": []}, "members": {"names": [], "roles": []}}


@pytest.fixture
async def couch(tmp_path):
    async with ServedCouch(tmp_path / "dir") as served:
        yield served


async def answer(response, status):
    text = await response.text()
    assert response.status == status, text
    return await response.json()


async def configure(couch, section, key, value):
    path = f"/_node/_local/_config/{section}/{key}"
    return await answer(await couch.admin.put(path, json=value), 200)


async def make_user(couch, name="jan", roles=(), **fields):
    document = {"name": name, "type": "user", "roles": list(roles), "password": "apple", **fields}
    path = f"/_users/org.couchdb.user:{name}"
    return await answer(await couch.admin.put(path, json=document), 201)


@pytest.fixture
async def jan(couch):
    await make_user(couch, roles=["gardener"])
    return couch.client("jan", "apple")


@pytest.fixture
async def garden(couch):
    assert (await couch.admin.put("/garden")).status == 201
    return "/garden"


def error(reason, word="unauthorized"):
    return {"error": word, "reason": reason}


async def test_the_root_greets_whoever_comes(couch):
    nobody = couch.client()
    for header in ({}, {"Authorization": "Basic broken"}, {"Authorization": "Basic ????"}):
        greeting = await nobody.get("/", headers=header)
        assert (await answer(greeting, 200))["couchdb"] == "Welcome"
        assert greeting.headers["Server"].startswith("CouchDB/3.")
    wrong = await answer(await couch.client("admin", "wrong").get("/"), 401)
    assert wrong == error("Name or password is incorrect.")


@pytest.mark.parametrize("path", ["/_all_dbs", "/garden", "/_uuids", "/_users"])
async def test_nobody_unknown_gets_further(couch, path):
    assert (await couch.admin.put("/garden")).status == 201
    refused = await couch.client().get(path)
    assert await answer(refused, 401) == error("Authentication required.")
    assert "Basic" in refused.headers["WWW-Authenticate"]


async def test_a_password_is_hashed_and_never_given_out(couch, jan):
    document = await answer(await couch.admin.get(JAN), 200)
    assert "password" not in document
    assert document["password_scheme"] == "pbkdf2"
    assert document["pbkdf2_prf"] == "sha256"
    assert document["iterations"] == 600_000
    assert len(document["derived_key"]) == 64
    assert (await answer(await jan.get(JAN), 200))["name"] == "jan"
    kept = b"".join(path.read_bytes() for path in couch.folder.rglob("*") if path.is_file())
    assert b"gardener" in kept
    assert b'"apple"' not in kept


async def test_a_password_in_a_bulk_or_a_replicated_document_is_hashed_too(couch):
    document = {"name": "jan", "type": "user", "roles": [], "password": "apple"}
    document |= {"_id": "org.couchdb.user:jan", "_rev": "1-" + "a" * 32}
    body = {"docs": [document], "new_edits": False}
    assert (await answer(await couch.admin.post("/_users/_bulk_docs", json=body), 201)) == []
    kept = await answer(await couch.admin.get(JAN), 200)
    assert "password" not in kept
    assert (await couch.client("jan", "apple").get(JAN)).status == 200


async def test_what_is_no_user_document_is_refused(couch):
    refused = await answer(await couch.admin.put(JAN, json={"type": "user"}), 403)
    assert refused == error("doc.name is required", "forbidden")
    rows = [{"_id": "x"}, {"_id": "org.couchdb.user:b", "name": "b", "type": "user", "roles": []}]
    told = await answer(await couch.admin.post("/_users/_bulk_docs", json={"docs": rows}), 201)
    assert told[0] == {"id": "x", **error("doc.type must be user", "forbidden")}
    assert told[1]["ok"]


async def test_databases_are_for_admins_until_they_say_otherwise(couch, jan, garden):
    refused = error("You are not allowed to access this db.", "forbidden")
    assert await answer(await jan.get(garden), 403) == refused
    assert await answer(await jan.put(garden + "/x", json={}), 403) == refused
    security = {"admins": {"names": ["eva"]}, "members": {"roles": ["gardener"]}}
    assert (await couch.admin.put(garden + "/_security", json=security)).status == 200
    assert await answer(await jan.get(garden + "/_security"), 200) == security
    assert (await jan.put(garden + "/x", json={"a": 1})).status == 201
    assert (await answer(await jan.get(garden + "/_changes"), 200))["last_seq"]


async def test_a_database_without_members_is_public(couch, garden):
    await configure(couch, "chttpd", "require_valid_user", "false")
    nobody = couch.client()
    refused = error("You are not authorized to access this db.")
    assert await answer(await nobody.get(garden), 401) == refused
    for security in ({}, OPEN):
        assert (await couch.admin.put(garden + "/_security", json=security)).status == 200
        assert await answer(await nobody.get(garden + "/_security"), 200) == security
        assert (await nobody.get(garden)).status == 200
    refused = await answer(await nobody.put(garden + "/_design/d", json={}), 401)
    assert refused == error("You are not a db or server admin.")


async def test_design_documents_are_for_admins_of_the_database(couch, jan, garden):
    await make_user(couch, "eva")
    eva = couch.client("eva", "apple")
    security = {"admins": {"names": ["eva"]}, "members": {"names": ["jan"]}}
    assert (await couch.admin.put(garden + "/_security", json=security)).status == 200
    refused = error("You are not a db or server admin.", "forbidden")
    assert await answer(await jan.put(garden + "/_design/d", json={}), 403) == refused
    assert await answer(await jan.put(garden + "/_design/d/a", data=b"x"), 403) == refused
    rows = {"docs": [{"_id": "_design/d"}, {"_id": "plain"}]}
    told = await answer(await jan.post(garden + "/_bulk_docs", json=rows), 201)
    assert told[0] == {"id": "_design/d", **refused}
    assert told[1]["id"] == "plain"
    assert (await eva.put(garden + "/_design/d", json={})).status == 201
    assert await answer(await jan.put(garden + "/_security", json=security), 403) == refused
    assert await answer(await jan.put(garden + "/_revs_limit", json=5), 403) == refused
    for one, status in ((jan, 401), (eva, 202)):
        assert (await one.post(garden + "/_compact", json={})).status == status
    assert (await eva.put(garden + "/_security", json=security)).status == 200


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", "/meadow"),
        ("DELETE", "/garden"),
        ("GET", "/_all_dbs"),
        ("POST", "/_dbs_info"),
        ("GET", "/_membership"),
        ("GET", "/_node/_local/_config"),
        ("PUT", "/_node/_local/_config/admins/jan"),
        ("POST", "/garden/_purge"),
        ("GET", "/_users/_all_docs"),
        ("GET", "/_users/_changes"),
        ("POST", "/_users/_find"),
        ("POST", "/_users/_index"),
        ("GET", "/_users/_design/app/_view/all"),
        ("PUT", "/_users/_security"),
    ],
)
async def test_what_takes_a_server_admin(couch, jan, garden, method, path):
    assert (await couch.admin.put(garden + "/_security", json={})).status == 200
    refused = await jan.request(method, path, json={})
    assert refused.status in (401, 403)
    assert (await refused.json())["reason"] == "You are not a server admin."
    assert (await couch.admin.get("/garden")).status == 200
    assert (await couch.admin.get("/meadow")).status == 404


async def test_a_user_sees_and_changes_their_own_document_alone(couch, jan):
    await make_user(couch, "eva")
    eva = "/_users/org.couchdb.user:eva"
    assert await answer(await jan.get(eva), 404) == error("missing", "not_found")
    assert (await jan.put(eva, json={"name": "eva", "type": "user", "roles": []})).status == 404
    own = await answer(await jan.get(JAN), 200)
    refused = await answer(await jan.put(JAN, json={**own, "roles": ["king"]}), 403)
    assert refused == error("Only _admin may edit roles", "forbidden")
    assert (await jan.put(JAN, json={**own, "password": "pear"})).status == 201
    assert (await jan.get(JAN)).status == 401
    assert (await couch.client("jan", "pear").get(JAN)).status == 200


async def test_signing_up_is_open_where_an_admin_opened_it(couch):
    await configure(couch, "chttpd", "require_valid_user", "false")
    nobody = couch.client()
    new = {"name": "jan", "type": "user", "roles": [], "password": "apple"}
    assert (await nobody.put(JAN, json=new)).status == 401
    assert (await couch.admin.put("/_users/_security", json=OPEN)).status == 200
    refused = await answer(await nobody.put(JAN, json={**new, "roles": ["king"]}), 403)
    assert refused == error("Only _admin may set roles", "forbidden")
    made = await answer(await nobody.put(JAN, json=new), 201)
    assert (await nobody.put(JAN, json={**new, "_rev": made["rev"]})).status == 403
    assert (await nobody.get(JAN)).status == 404
    assert (await couch.client("jan", "apple").get(JAN)).status == 200


async def test_an_admin_of_the_configuration(couch):
    assert await configure(couch, "admins", "eva", "plum") == ""
    kept = await answer(await couch.admin.get("/_node/_local/_config/admins"), 200)
    assert kept["eva"].startswith("-pbkdf2:sha256-")
    eva = couch.client("eva", "plum")
    assert (await eva.put("/meadow")).status == 201
    session = await answer(await eva.get("/_session"), 200)
    assert session["userCtx"] == {"name": "eva", "roles": ["_admin"]}
    assert (await couch.admin.delete("/_node/_local/_config/admins/eva")).status == 200
    assert (await eva.get("/meadow")).status == 401


async def test_a_session_by_cookie(couch, jan):
    nobody = couch.client()
    login = {"name": "jan", "password": "apple"}
    for kind in ("json", "data"):
        came_in = await nobody.post("/_session", **{kind: login})
        told = {"ok": True, "name": "jan", "roles": ["gardener"]}
        assert await answer(came_in, 200) == told
        cookie = came_in.cookies["AuthSession"]
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"
    shown = {"Cookie": f"AuthSession={cookie.value}"}
    session = await answer(await nobody.get("/_session", headers=shown), 200)
    assert session["userCtx"] == {"name": "jan", "roles": ["gardener"]}
    assert session["info"]["authenticated"] == "cookie"
    assert (await nobody.get(JAN, headers=shown)).status == 200
    gone = await nobody.delete("/_session", headers=shown)
    assert gone.cookies["AuthSession"].value == ""
    forged = {"Cookie": f"AuthSession={cookie.value[:-4]}AAAA"}
    assert (await nobody.get(JAN, headers=forged)).status == 401
    own = await answer(await jan.get(JAN), 200)
    assert (await jan.put(JAN, json={**own, "password": "pear"})).status == 201
    assert (await nobody.get(JAN, headers=shown)).status == 401


async def test_sessions_that_are_none(couch):
    nobody = couch.client()
    session = await answer(await nobody.get("/_session"), 200)
    assert session["userCtx"] == {"name": None, "roles": []}
    assert await answer(await nobody.get("/_session?basic=true"), 401) == error("Please login.")
    wrong = await nobody.post("/_session", json={"name": "admin", "password": "wrong"})
    assert await answer(wrong, 401) == error("Name or password is incorrect.")
    assert "WWW-Authenticate" not in wrong.headers
    assert (await nobody.post("/_session", data=b"{}")).status == 415
    assert (await nobody.post("/_session", json={"password": "x"})).status == 400
    broken = await answer(await nobody.get("/", headers={"Cookie": "AuthSession=AAA"}), 400)
    assert "Malformed AuthSession cookie" in broken["reason"]


async def test_the_owner_logs_in_for_a_cookie(couch):
    came_in = await couch.client().post("/_session", json={"name": "admin", "password": PASSWORD})
    shown = {"Cookie": f"AuthSession={came_in.cookies['AuthSession'].value}"}
    assert (await couch.client().put("/garden", headers=shown)).status == 201


async def test_what_stands_in_the_configuration_survives_a_restart(tmp_path):
    async with ServedCouch(tmp_path / "dir") as couch:
        await configure(couch, "chttpd", "require_valid_user", "false")
    async with ServedCouch(tmp_path / "dir") as couch:
        assert (await couch.client().get("/_uuids")).status == 200


async def test_old_hashes_still_open(couch):
    salt = "0123"
    simple = {"password_sha": hashlib.sha1(b"apple0123").hexdigest(), "salt": salt}
    document = {"name": "old", "type": "user", "roles": [], "password_scheme": "simple", **simple}
    path = "/_users/org.couchdb.user:old"
    assert (await couch.admin.put(path, json=document)).status == 201
    assert (await couch.client("old", "apple").get(path)).status == 200
    assert (await couch.client("old", "pear").get(path)).status == 401


async def test_logged_out_by_name(couch):
    out = {"Authorization": basic("_", "_")}
    session = await answer(await couch.client().get("/_session", headers=out), 200)
    assert session["userCtx"]["name"] is None


async def test_a_session_lasts_as_long_as_it_is_used(couch, jan):
    nobody = couch.client()
    login = {"name": "jan", "password": "apple"}
    cookie = (await nobody.post("/_session", json=login)).cookies["AuthSession"]
    assert cookie["max-age"] == "600"
    shown = {"Cookie": f"AuthSession={cookie.value}"}
    assert not (await nobody.get(JAN, headers=shown)).cookies
    couch.pass_time(400)
    fresh = (await nobody.get(JAN, headers=shown)).cookies["AuthSession"].value
    couch.pass_time(400)
    assert (await nobody.get(JAN, headers=shown)).status == 401
    renewed = {"Cookie": f"AuthSession={fresh}"}
    assert (await nobody.get(JAN, headers=renewed)).status == 200
    await configure(couch, "chttpd_auth", "timeout", "100")
    assert (await nobody.get(JAN, headers=renewed)).status == 401
    assert (await jan.get(JAN)).status == 200


async def test_many_requests_at_once_cost_one_look_at_the_password(couch, jan):
    answered = await asyncio.gather(*(jan.get(JAN) for _ in range(40)))
    assert {response.status for response in answered} == {200}
    eva = couch.client("eva", "apple")
    refused = await asyncio.gather(*(eva.get(JAN) for _ in range(40)))
    assert {response.status for response in refused} == {401}


async def test_guessing_passwords_is_slowed_down(couch):
    tries = [couch.client("nobody", f"guess {n}").get("/_session") for n in range(14)]
    assert 429 in {response.status for response in await asyncio.gather(*tries)}


async def test_a_storm_keeps_few_passwords_waiting_and_drives_no_right_one_out(
    couch, jan, monkeypatch
):
    monkeypatch.setattr("server.couch_auth.authenticator.MOST_UNDER_WAY", 2)
    monkeypatch.setattr("server.couch_auth.authenticator._REMEMBERED", 2)
    assert (await jan.get(JAN)).status == 200
    tries = [couch.client("nobody", f"guess {n}").get("/_session") for n in range(6)]
    statuses = [response.status for response in await asyncio.gather(*tries)]
    assert sorted(statuses) == [401, 401, 429, 429, 429, 429]
    for number in range(3):
        assert (await couch.client("nobody", f"more {number}").get("/_session")).status == 401
    monkeypatch.setattr("server.couch_auth.authenticator.MOST_UNDER_WAY", 0)
    assert (await jan.get(JAN)).status == 200  # without a look


async def test_databases_may_be_listed_where_that_is_configured(couch, jan):
    assert (await couch.admin.put("/garden")).status == 201
    assert (await jan.get("/_all_dbs")).status == 401
    await configure(couch, "chttpd", "admin_only_all_dbs", "false")
    assert "garden" in await answer(await jan.get("/_all_dbs"), 200)


async def test_passwords_are_not_taken_over_a_connection_that_others_read(couch):
    refused = await couch.admin.get("/_all_dbs", headers={"X-Forwarded-For": "203.0.113.5"})
    assert refused.status == 403


async def test_a_deleted_user_is_nobody(couch, jan):
    revision = (await answer(await jan.get(JAN), 200))["_rev"]
    left = {"_id": "org.couchdb.user:jan", "_rev": revision, "_deleted": True, "password": "apple"}
    gone = await answer(await couch.admin.post("/_users/_bulk_docs", json={"docs": [left]}), 201)
    assert gone[0]["ok"]
    assert (await jan.get(JAN)).status == 401
    shown = await answer(await couch.admin.get(JAN + "?rev=" + gone[0]["rev"]), 200)
    assert "password" not in shown


async def test_the_first_admin_is_among_the_admins_and_is_changed_elsewhere(couch):
    path = "/_node/_local/_config/admins"
    assert await answer(await couch.admin.get(path), 200) == {"admin": "-argon2id"}
    refused = await answer(await couch.admin.put(path + "/admin", json="new"), 403)
    assert "foyer password" in refused["reason"]
    assert (await couch.admin.delete(path + "/admin")).status == 403
    assert (await couch.admin.put(path + "/a:b", json="new")).status == 400
    assert (await couch.admin.get("/_all_dbs")).status == 200


async def test_changes_of_the_configuration_at_once_are_all_kept(couch):
    admin = couch.admin
    paths = [f"/_node/_local/_config/some/key{n}" for n in range(20)]
    await asyncio.gather(*(admin.put(path, json="kept") for path in paths))
    kept = await answer(await admin.get("/_node/_local/_config/some"), 200)
    assert len(kept) == 20


@pytest.mark.parametrize(
    "shown",
    [
        b"Basic \xc3\xa9",
        b"Basic \xff\xfe",
        b"Basic YTo\xff",
        b"Basic " + b64encode(b"a\xff:\xff"),
        b"Basic " + b64encode("\ud800:\ud800".encode("utf-8", "surrogatepass")),
        b"Bearer \xff.\xff.\xff",
        b"Bearer e30.e30.e30",
        b"Digest x",
        b"",
    ],
)
async def test_credentials_that_are_garbage_open_nothing(couch, shown):
    header = {"Authorization": shown.decode("utf-8", "surrogateescape")}
    for path in ("/_all_dbs", "/_users/org.couchdb.user:jan"):
        assert (await couch.client().get(path, headers=header)).status == 401


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{",
        b'{"name":5,"password":5}',
        b'{"name":"\\ud800","password":"\\ud800"}',
        b'{"name":"a\\u0000b","password":""}',
        b'{"name":"admin","username":"eva","password":""}',
    ],
)
async def test_logins_that_are_garbage_open_nothing(couch, body):
    headers = {"Content-Type": "application/json"}
    answered = await couch.client().post("/_session", data=body, headers=headers)
    assert answered.status in (400, 401)
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    answered = await couch.client().post("/_session", data=b"name=%ff&password=%00", headers=form)
    assert answered.status == 401


@pytest.mark.parametrize("value", ["é", "AAAA", "\\", '"a:b"', "YTpiOmM", "OjA6", "YTotMTph"])
async def test_cookies_that_are_garbage_open_nothing(couch, value):
    header = {"Cookie": f"AuthSession={value}"}
    assert (await couch.client().get("/_all_dbs", headers=header)).status in (400, 401)


async def test_what_a_refusal_asks_for_is_configured(couch):
    nobody = couch.client()
    asked = (await nobody.get("/_all_dbs")).headers["WWW-Authenticate"]
    assert asked == 'Basic realm="Foyer", charset="UTF-8"'
    await configure(couch, "chttpd", "WWW-Authenticate", 'Basic realm="mine"')
    asked = (await nobody.get("/_all_dbs")).headers["WWW-Authenticate"]
    assert asked == 'Basic realm="mine"'
    assert (await couch.admin.delete("/_node/_local/_config/chttpd/WWW-Authenticate")).status == 200
    for value in ("", "a\r\nb: c"):
        await configure(couch, "httpd", "WWW-Authenticate", value)
        refused = await nobody.get("/_all_dbs")
        assert refused.status == 401
        assert "WWW-Authenticate" not in refused.headers


async def test_operators_have_their_address_for_a_couchdb_too(couch):
    async with TestClient(TestServer(build_admin_app(couch.server.app))) as operators:
        assert (await operators.get("/healthz")).status == 200
        assert "foyer" in await (await operators.get("/metrics")).text()
