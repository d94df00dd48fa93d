"""Who is let in, by every door of the house."""

import asyncio
import re

import pytest
from aiohttp import FormData

from server.auth.public import PUBLIC
from server.auth.throttle import ONE_ADDRESS
from server.couch_app import build_couch_app
from server.couch_auth.rules import WITHOUT_LOGIN
from tests.support.house import PASSWORD, basic, found, house

EVERY_METHOD = ("GET", "HEAD", "PUT", "POST", "PATCH", "DELETE", "PROPFIND", "PROPPATCH")
EVERY_METHOD += ("MKCOL", "MOVE", "COPY", "LOCK", "UNLOCK", "REPORT")


@pytest.fixture
async def home(tmp_path):
    async with house(tmp_path) as running:
        yield running


def doors(app):
    """Yield method, pattern and a path of every route of an application."""
    for route in app.router.routes():
        pattern = route.resource.canonical
        path = re.sub(r"\{[^}]*\}", "x", pattern)
        for method in EVERY_METHOD if route.method == "*" else (route.method,):
            if method != "OPTIONS":
                yield method, pattern, path


async def test_every_door_is_closed_but_those_on_the_list(home):
    asked = sorted(set(doors(home.app)))
    assert len(asked) > 50
    open_doors = set()
    for method, pattern, path in asked:
        async with home.anybody.request(method, path) as response:
            if response.status != 401:
                open_doors.add((method, pattern))
            elif pattern.startswith(("/couchdb", "/data", "/dav", "/files")):
                assert response.headers["WWW-Authenticate"].startswith("Basic realm=")
    without_heads = {(method, pattern) for method, pattern in open_doors if method != "HEAD"}
    # Some that are public to the gate ask for something of their own: the matrix knows them all.
    assert without_heads <= PUBLIC.keys()


async def test_every_door_of_a_couch_alone_is_closed_but_health_and_the_greeting(tmp_path):
    async with house(tmp_path, build=build_couch_app) as couch:
        open_doors = set()
        for method, pattern, path in sorted(set(doors(couch.app))):
            async with couch.anybody.request(method, path) as response:
                if response.status != 401:
                    open_doors.add(pattern)
        assert open_doors == {"/healthz", "/readyz", *WITHOUT_LOGIN}


@pytest.mark.parametrize("method", ["GET", "POST", "BREW"])
@pytest.mark.parametrize("path", ["/", "/nothing/here", "/.env", "/couchdb/../healthz/x"])
async def test_paths_that_lead_nowhere_tell_a_stranger_nothing(home, method, path):
    async with home.anybody.request(method, path) as response:
        assert response.status in (400, 401)  # 400: no method of HTTP at all


@pytest.mark.parametrize("path", ["/", "/couchdb/", "/dav/files/a", "/nothing", "/dav"])
async def test_anybody_may_ask_what_the_software_can_do(home, path):
    async with home.anybody.options(path) as response:
        assert response.status == 200
        assert response.headers["DAV"].startswith("1")
        assert response.headers["MS-Author-Via"] == "DAV"


@pytest.mark.parametrize(
    ("path", "content_type", "part"),
    [
        ("/couchdb/x", "application/json", '"error":"unauthorized"'),
        ("/data/x", "application/json", '{"error":"code=401, message='),
        ("/dav/files/x", "application/xml", "<D:error"),
        ("/office/x/open", "application/vnd.api+json", '"status":"401"'),
        ("/", "text/plain", "401 Unauthorized"),
    ],
)
async def test_a_stranger_is_refused_in_the_doors_own_words(home, path, content_type, part):
    async with home.anybody.get(path) as response:
        assert response.status == 401
        assert response.headers["WWW-Authenticate"] == 'Basic realm="Foyer", charset="UTF-8"'
        assert response.content_type == content_type
        assert part in await response.text()


@pytest.mark.parametrize(
    "header",
    [
        basic("owner", "wrong"),
        basic("other", PASSWORD),
        basic().replace("Basic", "Bearer"),
        "Basic",
        "Basic b3duZXI=",
    ],
)
async def test_a_wrong_login_is_no_login(home, header):
    async with home.anybody.get("/couchdb/", headers={"Authorization": header}) as response:
        assert response.status == 401


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Basic: " + basic()[6:]}])
async def test_a_greeting_is_for_everybody_who_shows_no_login(home, headers):
    for path in ("/couchdb", "/couchdb/"):
        async with home.anybody.get(path, headers=headers) as response:
            assert (await response.json())["couchdb"] == "Welcome"
            assert response.headers["Server"].startswith("CouchDB/3")
    async with home.anybody.get("/couchdb/_all_dbs", headers=headers) as response:
        assert response.status == 401
        assert response.headers["Server"].startswith("CouchDB/3")
    async with home.anybody.get("/data/", headers=headers) as response:
        assert (response.status, "CouchDB" in response.headers["Server"]) == (401, False)


async def test_the_owner_is_let_in(home):
    async with home.owner.get("/couchdb/") as response:
        assert (await response.json())["couchdb"] == "Welcome"


async def test_a_login_of_one_home_is_nothing_at_another(tmp_path):
    found(tmp_path, "a.example", (), b"a" * 32)
    other = found(tmp_path, "b.example", (), b"b" * 32)
    file = other.folder / "instance.json"
    file.write_text(file.read_text().replace('"name": "owner"', '"name": "bob"'))
    async with house(tmp_path) as homes:
        async with homes.owner.get("/couchdb/", headers=homes.at("a.example")) as response:
            assert response.status == 200
        async with homes.owner.get("/couchdb/", headers=homes.at("b.example")) as response:
            assert response.status == 401
        bob = {"Authorization": basic("bob"), **homes.at("b.example")}
        async with homes.anybody.get("/couchdb/", headers=bob) as response:
            assert response.status == 200


async def test_what_is_put_into_one_home_is_not_in_another(tmp_path):
    found(tmp_path, "a.example", (), b"a" * 32)
    found(tmp_path, "b.example", (), b"b" * 32)
    async with house(tmp_path) as homes:
        here, there = homes.at("a.example"), homes.at("b.example")
        async with homes.owner.put("/dav/files/a.txt", data=b"a", headers=here) as response:
            assert response.status == 201
        async with homes.owner.get("/dav/files/a.txt", headers=there) as response:
            assert response.status == 404
        uuids = set()
        for home in (here, there):
            async with homes.owner.get("/couchdb/", headers=home) as response:
                uuids.add((await response.json())["uuid"])
        assert len(uuids) == 2


async def test_a_host_that_is_nobodys_home_is_said(home):
    async with home.owner.get("/couchdb/", headers=home.at("evil.example")) as response:
        assert response.status == 404
        assert "evil.example" in (await response.json())["reason"]


@pytest.mark.parametrize("login", [{}, {"Authorization": basic()}])
async def test_over_a_connection_that_others_read_nobody_is_asked_for_a_password(home, login):
    headers = {"X-Forwarded-For": "192.0.2.1", **login}
    async with home.anybody.get("/couchdb/x", headers=headers) as response:
        assert response.status == 403
        assert "WWW-Authenticate" not in response.headers
        assert "https" in (await response.json())["reason"]


async def test_behind_a_trusted_proxy_with_tls_the_owner_is_let_in(tmp_path):
    async with house(tmp_path, trusted_proxies=("127.0.0.1",)) as home:
        told = {"X-Forwarded-For": "192.0.2.1", "X-Forwarded-Proto": "https"}
        async with home.owner.get("/connect", headers=told) as response:
            assert response.status == 200
            assert f"https://{home.address.partition('//')[2]}/dav/files/" in await response.text()
        told["X-Forwarded-Proto"] = "http"
        async with home.owner.get("/connect", headers=told) as response:
            assert response.status == 403


async def test_guessing_is_slowed_down_and_the_owner_works_on(home):
    async with home.owner.get("/couchdb/") as response:
        assert response.status == 200
    guesses = [basic("owner", f"guess {number}") for number in range(ONE_ADDRESS.burst + 5)]
    responses = await asyncio.gather(
        *(home.anybody.get("/couchdb/", headers={"Authorization": guess}) for guess in guesses)
    )
    refused = [response for response in responses if response.status == 429]
    assert {response.status for response in responses} == {401, 429}
    assert len(refused) == 5
    assert all(int(response.headers["Retry-After"]) > 0 for response in refused)
    async with home.owner.get("/couchdb/") as response:
        assert response.status == 200


async def test_many_first_requests_at_once_are_one_attempt(home):
    responses = await asyncio.gather(*(home.owner.get("/couchdb/") for _ in range(30)))
    assert {response.status for response in responses} == {200}


async def test_a_form_of_another_site_writes_nothing(home):
    form = FormData({"_id": "x"})
    async with home.owner.post("/data/org.example.notes", data=form) as response:
        assert response.status == 415
