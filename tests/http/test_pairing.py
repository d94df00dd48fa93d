"""Devices that are let in by a code or a link: asked, compared, answered, given once."""

import asyncio
import re
from datetime import timedelta

import pytest

from server import keys
from server.devices import pairing
from server.devices.pairing_grant import GRANT_TYPE
from tests.support.consenting import decide, fields, open_page, owners_browser
from tests.support.devices import basic_of, bearer
from tests.support.house import house

CONTACTS = "io.cozy.contacts"
PHONE = {"kind": "webdav", "client_name": "A phone"}
LOGIN = "/index.php/login/v2"


@pytest.fixture
async def home(tmp_path):
    async with house(tmp_path) as running:
        yield running


@pytest.fixture
async def browser(home):
    """The owner's browser, signed in."""
    async with owners_browser(home) as session:
        yield session


async def post(home, path, form, headers=None):
    async with home.anybody.post(path, data=form, headers=headers) as response:
        return response.status, await response.json(content_type=None)


async def begin(home, **form):
    status, told = await post(home, "/auth/device_authorization", {**PHONE, **form})
    assert status == 200, told
    return told


async def ask(home, device_code):
    form = {"grant_type": GRANT_TYPE, "device_code": device_code}
    return await post(home, "/auth/device/token", form)


async def test_a_program_gets_an_app_password_once_its_code_is_allowed(home, browser):
    told = await begin(home)
    assert re.fullmatch("[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}", told["user_code"])
    assert told["expires_in"] == 900
    assert await ask(home, told["device_code"]) == (400, {"error": "authorization_pending"})
    typed = told["user_code"].lower().replace("-", " ")
    status, html = await decide(browser, f"/auth/device?user_code={typed}", name="My phone")
    assert status == 200
    assert "My phone" in html
    status, given = await ask(home, told["device_code"])
    assert status == 200
    shown = basic_of(given["app_password"], given["login"])
    async with home.anybody.request("PROPFIND", "/dav/files/", headers=shown) as response:
        assert response.status == 207
    async with home.anybody.get(f"/couchdb/{CONTACTS}", headers=shown) as response:
        assert response.status == 403
    assert await ask(home, told["device_code"]) == (400, {"error": "expired_token"})


async def test_the_page_says_who_asks_for_what_and_shows_the_code(home, browser):
    told = await begin(home, kind="couchdb", doctypes=CONTACTS, client_name="<b>Notes</b>")
    status, html = await open_page(browser, f"/auth/device?user_code={told['user_code']}")
    assert status == 200
    assert "&lt;b&gt;Notes" in html
    assert "<b>Notes" not in html
    assert told["user_code"] in html
    assert "your contacts" in html
    assert "127.0.0.1" in html


async def test_a_refusal_is_told_to_the_device(home, browser):
    told = await begin(home)
    path = f"/auth/device?user_code={told['user_code']}"
    assert (await decide(browser, path, "deny"))[0] == 200
    assert await ask(home, told["device_code"]) == (400, {"error": "access_denied"})
    assert (await open_page(browser, path))[0] == 404


async def test_asking_too_often_is_told(home):
    told = await begin(home)
    assert (await ask(home, told["device_code"]))[1]["error"] == "authorization_pending"
    assert (await ask(home, told["device_code"]))[1]["error"] == "slow_down"


async def test_a_code_ends(home, browser, monkeypatch):
    told = await begin(home)
    monkeypatch.setattr(pairing, "LIFETIME", timedelta(0))
    path = f"/auth/device?user_code={told['user_code']}"
    assert (await open_page(browser, path))[0] == 404
    assert await ask(home, told["device_code"]) == (400, {"error": "expired_token"})


async def test_of_two_who_ask_at_once_one_is_given(home, browser):
    told = await begin(home)
    await decide(browser, f"/auth/device?user_code={told['user_code']}")
    answers = await asyncio.gather(*(ask(home, told["device_code"]) for _ in range(4)))
    assert sorted(status for status, _ in answers) == [200, 400, 400, 400]


@pytest.mark.parametrize("code", ["x", "BCDFGHJK", "BCDFGHJK.00", "", "\u0000", "." * 200])
async def test_a_code_of_nobody_opens_nothing(home, browser, code):
    assert (await ask(home, code))[0] == 400
    async with browser.get("/auth/device", params={"user_code": code}) as response:
        assert response.status == (404 if code else 200)
        assert 'value="allow"' not in await response.text()


@pytest.mark.parametrize(
    "form",
    [
        {"kind": "telnet"},
        {"kind": "couchdb"},
        {"kind": "couchdb", "doctypes": "io.cozy.sessions"},
        {"client_name": ""},
    ],
)
async def test_what_is_no_request_is_refused(home, form):
    status, told = await post(home, "/auth/device_authorization", {**PHONE, **form})
    assert (status, told["error"]) == (400, "invalid_request")
    assert told["error_description"]


async def registered(home):
    said = {
        "redirect_uris": ["http://localhost/cb"],
        "client_name": "TV",
        "software_id": "github.com/x/tv",
    }
    async with home.anybody.post(
        "/auth/register", json=said, headers={"Accept": "application/json"}
    ) as response:
        assert response.status == 201
        told = await response.json()
    return {"client_id": told["client_id"], "client_secret": told["client_secret"]}


async def test_an_oauth_client_gets_tokens_at_its_token_endpoint(home, browser):
    client = await registered(home)
    status, told = await post(
        home, "/auth/device_authorization", {**client, "scope": f"{CONTACTS}:GET"}
    )
    assert status == 200
    await decide(browser, f"/auth/device?user_code={told['user_code']}")
    grant = {"grant_type": GRANT_TYPE, "device_code": told["device_code"]}
    assert await post(home, "/auth/device/token", grant) == (400, {"error": "invalid_grant"})
    status, tokens = await post(home, "/auth/access_token", {**client, **grant})
    assert status == 200
    assert tokens["scope"] == f"{CONTACTS}:GET"
    async with home.owner.put(f"/data/{CONTACTS}/a", json={"n": 1}) as response:
        assert response.status in (200, 201)
    shown = bearer(tokens["access_token"])
    async with home.anybody.get(f"/data/{CONTACTS}/a", headers=shown) as response:
        assert response.status == 200
    assert (await post(home, "/auth/access_token", {**client, **grant}))[0] == 400


async def test_a_client_asks_for_what_there_is_and_not_for_everything(home):
    client = await registered(home)
    for scope in ("", "*", "io.cozy.contacts:FLY"):
        status, told = await post(home, "/auth/device_authorization", {**client, "scope": scope})
        assert (status, told["error"]) == (400, "invalid_scope")
    wrong = {**client, "client_secret": "x", "scope": CONTACTS}
    assert (await post(home, "/auth/device_authorization", wrong))[0] == 400


async def start_login(home):
    headers = {"User-Agent": "Mozilla/5.0 (Linux) mirall/3.7.3 (Nextcloud)"}
    status, told = await post(home, LOGIN, {}, headers)
    assert status == 200
    return told


def path_of(home, address):
    assert address.startswith(home.address)
    return address.removeprefix(home.address)


async def test_nextclouds_login_gives_a_password_once(home, browser):
    told = await start_login(home)
    endpoint, token = path_of(home, told["poll"]["endpoint"]), {"token": told["poll"]["token"]}
    assert (await post(home, endpoint, token))[0] == 404
    status, html = await open_page(browser, path_of(home, told["login"]))
    assert status == 200
    assert "Nextcloud Desktop" in html
    await decide(browser, path_of(home, told["login"]), name="Laptop")
    status, given = await post(home, endpoint, token)
    assert status == 200
    assert (given["server"], given["loginName"]) == (home.address, "owner")
    assert (await post(home, endpoint, token))[0] == 404
    shown = basic_of(given["appPassword"], "owner")
    async with home.anybody.request("PROPFIND", "/dav/files/", headers=shown) as response:
        assert response.status == 207
    apppassword = "/ocs/v2.php/core/apppassword"
    async with home.anybody.delete(apppassword, headers=shown) as response:
        assert response.status == 200
        assert "<statuscode>200</statuscode>" in await response.text()
    async with home.anybody.delete(apppassword, headers=shown) as response:
        assert response.status == 401


async def test_a_refused_login_of_nextcloud_stays_unknown(home, browser):
    told = await start_login(home)
    await decide(browser, path_of(home, told["login"]), "deny")
    token = {"token": told["poll"]["token"]}
    assert (await post(home, f"{LOGIN}/poll", token))[0] == 404
    assert (await post(home, f"{LOGIN}/poll", {"token": "x"}))[0] == 404
    assert (await post(home, f"{LOGIN}/poll", {}))[0] == 404


async def test_the_ios_library_has_its_token_in_the_address(home, browser):
    _, told = await post(home, LOGIN, {}, {"User-Agent": "Mozilla/5.0 (iOS) Nextcloud-iOS/6.0"})
    poll = f"{LOGIN}/poll?token={told['poll']['token']}"
    assert (await post(home, poll, {}))[0] == 404
    _, html = await open_page(browser, told["login"].removeprefix(home.address))
    async with browser.post("/auth/device", data={**fields(html), "do": "allow"}) as response:
        assert response.status == 200
    status, given = await post(home, poll, {})
    assert status == 200
    headers = basic_of(given["appPassword"], given["loginName"])
    async with home.anybody.get("/ocs/v1.php/cloud/user?format=json", headers=headers) as response:
        assert (await response.json())["ocs"]["data"]["id"] == given["loginName"]
    for expected in (200, 401):
        path = "/ocs/v2.php/core/apppassword"
        async with home.anybody.delete(path, headers=headers) as response:
            assert response.status == expected


async def test_only_the_owner_in_person_lets_a_device_in(home):
    told = await begin(home)
    path = f"/auth/device?user_code={told['user_code']}"
    async with home.anybody.get(path, allow_redirects=False) as response:
        assert response.status in (303, 401)
    async with home.owner.delete("/ocs/v2.php/core/apppassword") as response:
        assert response.status == 403


async def test_a_page_elsewhere_cannot_let_a_device_in(home, browser):
    told = await begin(home)
    _, html = await open_page(browser, f"/auth/device?user_code={told['user_code']}")
    form = {**fields(html), "do": "allow"}
    forged = {**form, "csrf_token": "x" * 32}
    for sent, headers in [(forged, {}), (form, {"Sec-Fetch-Site": "cross-site"})]:
        async with browser.post("/auth/device", data=sent, headers=headers) as response:
            assert response.status == 403
    assert (await ask(home, told["device_code"]))[1]["error"] == "authorization_pending"


async def test_who_begins_too_often_waits(home):
    statuses = []
    for _ in range(14):
        status, _told = await post(home, LOGIN, {}, {"User-Agent": "x"})
        statuses.append(status)
        if status == 429:
            break
    assert statuses[:10] == [200] * 10
    assert statuses[-1] == 429


async def test_of_very_many_that_wait_the_oldest_go(home, monkeypatch):
    monkeypatch.setattr(pairing, "MOST_WAITING", 2)
    first, second, third = [await begin(home) for _ in range(3)]
    assert (await ask(home, first["device_code"]))[1]["error"] == "expired_token"
    for told in (second, third):
        assert (await ask(home, told["device_code"]))[1]["error"] == "authorization_pending"
    async with home.app[keys.INSTANCES].borrow("localhost") as instance:
        database = await instance.store.open(pairing.DOCTYPE)
        assert (await database.info()).deleted_count == 0
