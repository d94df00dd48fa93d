"""Pages of other origins: what a home and a CouchDB let browsers hand to them."""

import pytest

from tests.support.devices import signed_in
from tests.support.served_couch import ServedCouch
from tests.support.served_home import serve_home

PAGE = "https://app.example.org"
PREFLIGHT = {
    "Origin": PAGE,
    "Access-Control-Request-Method": "PUT",
    "Access-Control-Request-Headers": "authorization,content-type",
}


@pytest.fixture
async def home(tmp_path):
    client = await serve_home(tmp_path / "dir")
    yield client
    await client.close()


@pytest.fixture
async def couch(tmp_path):
    async with ServedCouch(tmp_path / "dir") as served:
        yield served


async def configure(couch, path, value):
    assert (await couch.admin.put(f"/_node/_local/_config/{path}", json=value)).status == 200


def assert_admitted(response, origin=PAGE):
    assert response.headers["Access-Control-Allow-Origin"] == origin
    assert response.headers["Access-Control-Allow-Credentials"] == "true"
    assert "Origin" in response.headers["Vary"]


def assert_not_admitted(response):
    assert not [name for name in response.headers if name.startswith("Access-Control-")]


@pytest.mark.parametrize(
    "path", ["/couchdb", "/couchdb/things", "/data/io.cozy.files/_changes", "/settings/instance"]
)
async def test_a_preflight_of_a_home_needs_no_login(home, path):
    answered = await home.options(path, headers={**PREFLIGHT, "Authorization": ""})
    assert answered.status == 204
    assert_admitted(answered)
    assert "PUT" in answered.headers["Access-Control-Allow-Methods"].split(", ")
    assert answered.headers["Access-Control-Allow-Headers"] == "authorization,content-type"


@pytest.mark.parametrize("mount", ["/dav/files", "/remote.php/webdav"])
async def test_floccus_and_keeweb_reach_files_over_dav(home, mount):
    """WebDAV clients that are pages: they see ETags and tokens, and may use DAV's own methods."""
    asked = {**PREFLIGHT, "Access-Control-Request-Method": "PROPFIND", "Authorization": ""}
    answered = await home.options(f"{mount}/x", headers=asked)
    assert answered.status == 204
    assert_admitted(answered)
    methods = answered.headers["Access-Control-Allow-Methods"].split(", ")
    assert {"PROPFIND", "MKCOL", "MOVE", "LOCK"} <= set(methods)
    answered = await home.get(f"{mount}/", headers={"Origin": PAGE})
    assert_admitted(answered)
    exposed = answered.headers["Access-Control-Expose-Headers"].split(", ")
    assert {"ETag", "DAV", "Lock-Token"} <= set(exposed)
    plain = await home.options(f"{mount}/", headers={"Authorization": ""})
    assert (plain.status, plain.headers["DAV"][:7]) == (200, "1, 2, 3")


@pytest.mark.parametrize(
    "path", ["/davx/files/", "/remote.phpx", "/auth/login", "/", "/couchdbx", "/datax/y"]
)
async def test_the_other_doors_of_a_home_are_no_business_of_pages(home, path):
    assert_not_admitted(await home.options(path, headers=PREFLIGHT))
    assert_not_admitted(await home.get(path, headers={"Origin": PAGE}))


async def test_pages_elsewhere_may_sign_out_and_no_more(home):
    for path in ("/auth/login", "/auth/login/others"):
        leaving = {**PREFLIGHT, "Access-Control-Request-Method": "DELETE"}
        assert_admitted(await home.options(path, headers=leaving))
        for method in ("POST", "PUT"):
            asked = {**PREFLIGHT, "Access-Control-Request-Method": method}
            assert_not_admitted(await home.options(path, headers=asked))
    for path in ("/auth/register", "/auth/access_token", "/auth/authorize"):
        assert_not_admitted(await home.options(path, headers=PREFLIGHT))


async def test_pages_elsewhere_read_nothing_with_the_owners_cookie(home):
    cookie = await signed_in(home.server.app)
    headers = {"Origin": PAGE, "Authorization": "", **cookie}
    answered = await home.get("/settings/devices", headers=headers)
    assert answered.status == 403
    assert (await home.get("/settings/devices", headers={**headers, "Origin": ""})).status == 200


async def test_answers_of_a_home_name_the_exact_origin(home):
    for path, status in (("/couchdb/", 200), ("/couchdb/nothing", 404), ("/data/", 200)):
        answered = await home.get(path, headers={"Origin": PAGE})
        assert answered.status == status
        assert_admitted(answered)
        assert "ETag" in answered.headers["Access-Control-Expose-Headers"].split(", ")
    refused = await home.get("/couchdb/x", headers={"Origin": PAGE, "Authorization": ""})
    assert refused.status == 401
    assert_admitted(refused)
    plain = await home.get("/couchdb/")
    assert_not_admitted(plain)
    assert "Origin" in plain.headers["Vary"]


async def test_streams_are_for_pages_too(home):
    assert (await home.put("/couchdb/things")).status == 201
    answered = await home.get("/couchdb/things/_changes", headers={"Origin": PAGE})
    assert_admitted(answered)


async def test_a_couch_answers_all_origins_until_it_is_told_which(couch):
    nobody = couch.client()
    for origin in ("app://obsidian.md", "capacitor://localhost", "http://localhost", "null"):
        answered = await nobody.options("/things/x", headers={**PREFLIGHT, "Origin": origin})
        assert answered.status == 204
        assert_admitted(answered, origin)
        refused = await nobody.get("/things", headers={"Origin": origin})
        assert refused.status == 401
        assert_admitted(refused, origin)


async def test_origins_of_a_couch_are_configured(couch):
    await configure(couch, "cors/origins", "app://obsidian.md, http://localhost")
    admin = couch.admin
    assert_admitted(
        await admin.get("/", headers={"Origin": "http://localhost"}), "http://localhost"
    )
    assert_not_admitted(await admin.get("/", headers={"Origin": PAGE}))
    assert_not_admitted(await admin.options("/x", headers=PREFLIGHT))
    await configure(couch, "cors/credentials", "false")
    answered = await admin.get("/", headers={"Origin": "http://localhost"})
    assert answered.headers["Access-Control-Allow-Origin"] == "http://localhost"
    assert "Access-Control-Allow-Credentials" not in answered.headers
    await configure(couch, "chttpd/enable_cors", "false")
    assert_not_admitted(await admin.get("/", headers={"Origin": "http://localhost"}))


async def test_what_the_checker_of_livesync_reads_is_there(couch):
    for node in ("_local", "nonode@nohost"):
        told = await (await couch.admin.get(f"/_node/{node}/_config")).json()
        assert isinstance(told["admins"], dict)
        assert told["chttpd"]["require_valid_user"] == "true"
        assert told["chttpd_auth"]["require_valid_user"] == "true"
        assert told["httpd"]["WWW-Authenticate"]
        assert told["chttpd"]["enable_cors"] == "true"
        assert int(told["chttpd"]["max_http_request_size"]) >= 4294967296
        assert int(told["couchdb"]["max_document_size"]) >= 50000000
        assert told["cors"]["credentials"] == "true"
        assert told["cors"]["origins"] == "*"


async def test_what_the_checker_writes_is_kept_and_can_be_taken_back(couch):
    path = "/_node/_local/_config/couchdb/max_document_size"
    replaced = await couch.admin.put(path, data=b'"60000000"')
    assert await replaced.json() == "50000000"
    assert await (await couch.admin.get(path)).json() == "60000000"
    assert await (await couch.admin.delete(path)).json() == "60000000"
    assert await (await couch.admin.get(path)).json() == "50000000"
    assert (await couch.admin.put(path, data=b"5")).status == 400
    assert (await couch.admin.get("/_node/_local/_config/x/y")).status == 404
    assert await (await couch.admin.get("/_node/_local/_config/x")).json() == {}
    assert (await couch.admin.get("/_node/other/_config")).status == 404


async def test_a_home_tells_who_its_owner_is(home):
    for asked in (home.get("/couchdb/_session"), home.post("/couchdb/_session", data={"a": "b"})):
        answered = await asked
        assert answered.status == 200
        told = await answered.json()
        assert told.get("userCtx", told)["name"] == "owner"
        assert told.get("userCtx", told)["roles"] == ["_admin"]
    assert (await home.delete("/couchdb/_session")).status == 200
    nobody = await home.get("/couchdb/_session", headers={"Authorization": ""})
    assert nobody.status == 401
