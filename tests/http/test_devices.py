"""Tokens, app passwords and sessions: what each opens, and what it does not, by every door."""

from datetime import UTC, datetime, timedelta

import jwt
import pytest

from tests.support.devices import (
    APP_PASSWORD,
    CLIENT,
    app_password,
    basic_of,
    bearer,
    oauth_token,
    revoked,
    signed_in,
)
from tests.support.house import found, house

CONTACTS = "io.cozy.contacts"


@pytest.fixture
async def home(tmp_path):
    found(tmp_path)
    found(tmp_path, "other.example", (), b"t" * 32)
    async with house(tmp_path) as running:
        for doctype in (CONTACTS, "io.cozy.bills"):
            async with running.owner.put(f"/data/{doctype}/a", json={"n": 1}) as response:
                assert response.status in (200, 201)
        yield running


async def status(home, method, path, headers, **sent):
    async with home.anybody.request(method, path, headers=headers, **sent) as response:
        return response.status


async def told(home, method, path, headers, **sent):
    async with home.anybody.request(method, path, headers=headers, **sent) as response:
        return response.status, await response.json(content_type=None)


@pytest.mark.parametrize("door", ["/data", "/couchdb"])
async def test_a_token_opens_its_type_by_every_carrier_and_no_other(home, door):
    token = await oauth_token(home.app, CONTACTS)
    for carried in (bearer(token), basic_of(token)):
        assert await status(home, "GET", f"{door}/{CONTACTS}/a", carried) == 200
        assert await status(home, "GET", f"{door}/{CONTACTS}/_changes", carried) == 200
        assert await status(home, "GET", f"{door}/io.cozy.bills/a", carried) == 403
        assert await status(home, "GET", f"{door}/io.cozy.bills/_changes", carried) == 403
    assert await status(home, "GET", f"{door}/{CONTACTS}/a?bearer_token={token}", {}) == 200
    assert await status(home, "PROPFIND", "/dav/files/", basic_of(token)) == 403


async def test_what_cozys_clients_read_in_refusals(home):
    token = await oauth_token(home.app, CONTACTS)
    for path, words in [
        ("/data/io.cozy.bills/a", {"error": "code=403, message=Forbidden"}),
        (
            "/data/io.cozy.permissions/_changes",
            {"error": "code=403, message=reserved doctype io.cozy.permissions unreadable"},
        ),
    ]:
        assert await told(home, "GET", path, bearer(token)) == (403, words)
    async with home.owner.put("/data/io.cozy.files/x", json={}) as response:
        reason = "reserved doctype io.cozy.files unwritable"
        assert await response.json() == {"error": f"code=403, message={reason}"}
    old = datetime.now(UTC) - timedelta(days=8)
    expired = await oauth_token(home.app, CONTACTS, issued=old.timestamp())
    async with home.anybody.get(f"/data/{CONTACTS}/a", headers=bearer(expired)) as response:
        assert response.status == 400
        assert 'error="invalid_token"' in response.headers["WWW-Authenticate"]
        assert (await response.json())["error"] == "code=400, message=Expired token"
    assert await status(home, "GET", f"/couchdb/{CONTACTS}/a", basic_of(expired)) == 401


async def test_a_token_is_nothing_at_another_home(home):
    token = await oauth_token(home.app, CONTACTS)
    there = {**bearer(token), "Host": "other.example"}
    forbidden = {"error": "code=403, message=Forbidden"}
    assert await told(home, "GET", f"/data/{CONTACTS}/a", there) == (403, forbidden)
    assert await status(home, "GET", f"/couchdb/{CONTACTS}/a", there) == 403
    assert await status(home, "GET", "/files/", there) == 403
    forged = jwt.encode({"aud": "access", "iss": "other.example", "iat": 0}, "x" * 64, "HS512")
    refused = {"error": "code=400, message=Invalid JWT token"}
    assert await told(home, "GET", f"/data/{CONTACTS}/a", {**there, **bearer(forged)}) == (
        400,
        refused,
    )


@pytest.mark.parametrize("garbage", ["-", "ey.x.y", "a.b.c", "eyJhbGciOiJub25lIn0.e30."])
async def test_garbage_is_no_token(home, garbage):
    assert await status(home, "GET", f"/data/{CONTACTS}/a", bearer(garbage)) == 400


async def test_a_revoked_client_is_out_at_the_next_request(home):
    token = await oauth_token(home.app, CONTACTS)
    assert await status(home, "GET", f"/data/{CONTACTS}/a", bearer(token)) == 200
    await revoked(home.app, CLIENT)
    assert await told(home, "GET", f"/data/{CONTACTS}/a", bearer(token)) == (
        400,
        {"error": "code=400, message=Client not found"},
    )


async def test_an_app_password_opens_what_it_was_made_for(home):
    device = await app_password(home.app, "io.cozy.files")
    shown = basic_of(APP_PASSWORD, "owner")
    assert await status(home, "PROPFIND", "/dav/files/", shown) == 207
    assert await status(home, "PUT", "/dav/files/a.txt", shown, data=b"x") == 201
    assert await status(home, "GET", "/couchdb/io.cozy.files/_changes", shown) == 200
    assert await status(home, "GET", f"/couchdb/{CONTACTS}/a", shown) == 403
    await revoked(home.app, device)
    assert await status(home, "PROPFIND", "/dav/files/", shown) == 401


async def test_a_credential_that_only_reads_changes_nothing(home):
    shown = bearer(await oauth_token(home.app, f"{CONTACTS}:GET io.cozy.files:GET"))
    assert await status(home, "GET", f"/data/{CONTACTS}/a", shown) == 200
    for method, path, body in [
        ("PUT", f"/data/{CONTACTS}/b", {"n": 1}),
        ("POST", f"/data/{CONTACTS}/", {"n": 1}),
        ("DELETE", f"/couchdb/{CONTACTS}/a?rev=1-abc", None),
        ("PUT", "/dav/files/b.txt", None),
        ("MKCOL", "/dav/files/b", None),
        ("DELETE", f"/data/{CONTACTS}/", None),
        ("PUT", "/data/io.cozy.new/", None),
        ("POST", f"/couchdb/{CONTACTS}/_purge", {}),
        ("PUT", f"/couchdb/{CONTACTS}/_security", {}),
        ("GET", "/couchdb/_active_tasks", None),
        ("POST", "/couchdb/_replicate", {}),
    ]:
        assert await status(home, method, path, shown, json=body) == 403, (method, path)
    answer = await told(
        home, "POST", f"/couchdb/{CONTACTS}/_bulk_docs", shown, json={"docs": [{"_id": "q"}]}
    )
    assert answer[0] == 403


async def test_bulks_are_asked_verb_by_verb(home):
    shown = bearer(await oauth_token(home.app, f"{CONTACTS}:GET,POST"))
    rev = (await told(home, "GET", f"/data/{CONTACTS}/a", shown))[1]["_rev"]
    for method in ("PUT", "DELETE"):
        attachment = f"/couchdb/{CONTACTS}/a/file.txt?rev={rev}"
        assert await status(home, method, attachment, shown, data=b"x") in (403, 404)
    docs = [{"_id": "new"}, {"_id": "a", "_rev": rev, "_deleted": True}]
    path = f"/couchdb/{CONTACTS}/_bulk_docs"
    made, deleted = (await told(home, "POST", path, shown, json={"docs": docs}))[1]
    assert made["ok"]
    assert deleted["error"] == "forbidden"


async def test_rules_with_values_open_these_documents_alone(home):
    shown = bearer(await oauth_token(home.app, f"{CONTACTS}:GET,PUT:a"))
    assert await status(home, "GET", f"/data/{CONTACTS}/a", shown) == 200
    async with home.owner.put(f"/data/{CONTACTS}/b", json={"n": 2}) as response:
        assert response.status in (200, 201)
    for path in (f"{CONTACTS}/b", f"{CONTACTS}/_all_docs", f"{CONTACTS}/", f"{CONTACTS}/_changes"):
        assert await status(home, "GET", f"/data/{path}", shown) == 403
    assert await status(home, "PUT", f"/data/{CONTACTS}/c", shown, json={}) == 403
    assert await told(home, "GET", "/couchdb/_all_dbs", shown) == (200, [])


async def test_a_session_opens_pages_and_no_api(home):
    shown = await signed_in(home.app)
    assert await status(home, "GET", "/", shown) == 200
    assert await status(home, "GET", f"/data/{CONTACTS}/a", shown) == 401
    assert await status(home, "PROPFIND", "/dav/files/", shown) == 401
    old = datetime.now(UTC) - timedelta(days=31)
    ended = await signed_in(home.app, cookie="another-cookie-of-many-bytes", seen=old)
    assert await status(home, "GET", "/", ended) in (303, 401)


async def test_listed_databases_are_those_that_may_be_read(home):
    shown = bearer(await oauth_token(home.app, CONTACTS))
    assert await told(home, "GET", "/couchdb/_all_dbs", shown) == (200, [CONTACTS])
    async with home.owner.get("/couchdb/_all_dbs") as response:
        listed = await response.json()
        assert {CONTACTS, "io.cozy.bills", "io.cozy.files"} <= set(listed)
        assert "io.cozy.oauth.clients" not in listed
