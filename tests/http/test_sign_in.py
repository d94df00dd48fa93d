"""Signing in with a passphrase: the page, what scripts of others send, cookies, and signing out."""

import asyncio
from contextlib import suppress

import pytest
from aiohttp import ClientError, ClientSession

from server import keys
from server.auth.kdf import Kdf, login_hash, salt_of
from server.auth.passwords import hash_password, is_password
from server.auth.shown import COOKIE
from server.instances.changes import Changes
from server.instances.founding import LOCAL_ALIASES
from server.instances.owner import Owner
from server.instances.record import InstanceRecord, read_record, write_record
from server.sign_in.vault_keys import KEY, read_vault
from tests.support.browsing import SCRIPT, Browser
from tests.support.devices import APP_PASSWORD, app_password, basic_of, bearer, oauth_token
from tests.support.house import PASSWORD, found, house

KDF = Kdf(50_000, salt_of("localhost"))
HASH = login_hash(PASSWORD, KDF)


def modern(folder):
    """A home whose passphrase browsers derive."""
    owner = Owner("owner", hash_password(HASH, b"s" * 16), KDF)
    record = InstanceRecord(
        folder / "instances" / "localhost", "localhost", LOCAL_ALIASES, owner, b"s" * 32
    )
    write_record(record)


@pytest.fixture
async def home(tmp_path):
    modern(tmp_path)
    found(tmp_path, "other.example", (), b"t" * 32)
    async with house(tmp_path, kdf_iterations=50_000) as running:
        yield running


@pytest.fixture
async def browser(home):
    async with Browser(home.address) as opened:
        yield opened


async def test_the_page_has_what_scripts_of_cozys_clients_look_for(browser):
    page = await browser.get("/auth/login")
    form = page.form()
    assert form["attributes"]["id"] == "login-form"
    assert form["attributes"]["data-salt"] == "me@localhost"
    assert form["attributes"]["data-iterations"] == "50000"
    assert 'id="csrf_token"' in page.html
    cookie = browser.cookie("_csrf")
    assert (cookie["path"], cookie["samesite"], cookie["httponly"]) == ("/auth", "Strict", True)
    assert cookie.value == form["fields"]["csrf_token"]
    for word in ("current-password", "username", "no-store"):
        assert word in page.html + page.headers["Cache-Control"]


async def test_a_script_signs_in_by_the_login_hash(browser):
    page = await browser.get("/auth/login?redirect=/auth/security")
    sent = {"passphrase": HASH, "csrf_token": page.form()["fields"]["csrf_token"]}
    async with browser.session.post("/auth/login", data=sent, headers=SCRIPT) as response:
        assert response.status == 200
        assert set(await response.json()) == {"redirect"}
    cookie = browser.cookie(COOKIE)
    assert (cookie["httponly"], cookie["samesite"], cookie["domain"]) == (True, "Lax", "127.0.0.1")
    assert not cookie["max-age"]
    assert (await browser.get("/auth/security")).status == 200


async def test_without_scripts_the_passphrase_itself_signs_in_and_leads_on(browser):
    page = await browser.get("/auth/security")
    assert page.at == "/auth/login?redirect=/auth/security"
    page = await browser.send(page, passphrase=PASSWORD, **{"long-run-session": "1"})
    assert page.at == "/auth/security"
    assert int(browser.cookie(COOKIE)["max-age"]) > 30 * 86_400
    assert (await browser.get("/auth/login")).at == "/"


@pytest.mark.parametrize("wrong", ["", "wrong", HASH[:-4] + "AAA="])
async def test_a_wrong_passphrase_is_told_to_people_and_to_scripts(browser, wrong):
    page = await browser.sign_in(wrong)
    assert page.status == 401
    assert "This is not the passphrase" in page.text
    status, told = await browser.ask(page, passphrase=wrong)
    assert status == 401
    assert "passphrase" in told["error"]
    assert browser.cookie(COOKIE) is None


async def test_the_error_is_said_in_the_readers_language(home):
    async with Browser(home.address, "fr") as browser:
        page = await browser.sign_in("faux")
        assert "Ce n’est pas la phrase de passe" in page.text
        assert '<html lang="fr">' in page.html


@pytest.mark.parametrize("token", ["", "x" * 32])
async def test_a_form_from_elsewhere_signs_nobody_in(browser, token):
    page = await browser.get("/auth/login")
    page = await browser.send(page, passphrase=PASSWORD, csrf_token=token)
    assert page.status == 403
    page = await browser.get("/auth/login")
    status, _ = await browser.ask(page, passphrase=PASSWORD)
    assert status == 200


async def test_a_page_of_another_site_signs_nobody_in(browser):
    page = await browser.get("/auth/login")
    fields = {**page.form()["fields"], "passphrase": PASSWORD}
    page = await browser.post("/auth/login", fields, headers={"Sec-Fetch-Site": "cross-site"})
    assert page.status == 403


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "https://localhost@evil.example/",
        "http://evil.example/.localhost",
        "\nhttps://evil.example",
        "/auth/login",
    ],
)
async def test_nobody_is_led_elsewhere(browser, target):
    page = await browser.get("/auth/login", params={"redirect": target})
    status, told = await browser.ask(page, passphrase=PASSWORD)
    assert status == 200
    assert told["redirect"].endswith("/")
    assert told["redirect"].count("/") == 3
    assert "evil" not in told["redirect"]


async def test_basic_works_with_the_passphrase_itself_and_not_with_the_hash(home):
    async with home.owner.get("/couchdb/_session") as response:
        assert response.status == 200
    shown = basic_of(HASH, "owner")
    async with home.anybody.get("/couchdb/_session", headers=shown) as response:
        assert response.status == 401


async def test_a_session_is_of_one_home(browser):
    await browser.sign_in(PASSWORD)
    page = await browser.get("/auth/security", headers={"Host": "other.example"})
    assert page.at.startswith("/auth/login")


async def test_sessions_are_listed_and_ended(home, browser):
    await browser.sign_in(PASSWORD)
    async with Browser(home.address) as elsewhere:
        await elsewhere.sign_in(PASSWORD)
        page = await browser.get("/auth/security")
        assert page.text.count("Firefox, Linux") == 2
        assert "this one" in page.text
        async with browser.session.get("/settings/sessions") as response:
            assert len((await response.json(content_type=None))["data"]) == 2
        page = await browser.send(page, "/auth/security/sessions/end-others")
        assert "All other sessions are ended" in page.text
        assert (await elsewhere.get("/auth/security")).at.startswith("/auth/login")
    async with browser.session.delete("/auth/login") as response:
        assert response.status == 204
    assert (await browser.get("/auth/security")).at.startswith("/auth/login")


async def test_others_are_signed_out_at_once(home, browser):
    await browser.sign_in(PASSWORD)
    async with Browser(home.address) as elsewhere:
        await elsewhere.sign_in(PASSWORD)
        async with browser.session.delete("/auth/login/others") as response:
            assert response.status == 204
        assert (await browser.get("/auth/security")).status == 200
        assert (await elsewhere.get("/auth/security")).at.startswith("/auth/login")


async def test_a_form_signs_out_too(browser):
    await browser.sign_in(PASSWORD)
    page = await browser.get("/auth/security")
    page = await browser.send(page, "/auth/logout")
    assert page.at == "/auth/login"
    assert (await browser.get("/auth/security")).at.startswith("/auth/login")


async def test_logins_are_kept_as_history(home, browser):
    await browser.sign_in(PASSWORD)
    async with home.owner.get("/couchdb/io.cozy.sessions.logins/_all_docs?include_docs=true") as r:
        (row,) = (await r.json())["rows"]
    assert (row["doc"]["browser"], row["doc"]["os"]) == ("Firefox", "Linux")
    assert browser.cookie(COOKIE).value not in str(row)


async def test_who_is_signed_in_is_led_round_no_circle(browser):
    await browser.sign_in(PASSWORD)
    page = await browser.get("/nowhere")
    assert (page.status, page.at) == (404, "/nowhere")
    page = await browser.get("/settings/devices/none")
    assert page.at == "/settings/devices/none"
    page = await browser.get("/jobs/queue/none")
    assert page.status in (401, 404)


async def test_the_cookie_opens_no_api(browser):
    await browser.sign_in(PASSWORD)
    async with browser.session.get("/data/io.cozy.files/_all_docs", headers=SCRIPT) as response:
        assert response.status == 401


async def test_a_session_code_opens_one_session(home, browser):
    token = await oauth_token(home.app, "*")
    async with home.anybody.post("/auth/session_code", headers=bearer(token)) as response:
        assert response.status == 201
        code = (await response.json())["session_code"]
    page = await browser.get(f"/auth/security?session_code={code}&x=1")
    assert page.at == "/auth/security?x=1"
    async with Browser(home.address) as elsewhere:
        page = await elsewhere.get(f"/auth/security?session_code={code}")
        assert page.at.startswith("/auth/login")
    less = bearer(await oauth_token(home.app, "io.cozy.files", client="d" * 32))
    async with home.anybody.post("/auth/session_code", headers=less) as response:
        assert response.status == 403


async def test_the_passphrase_gives_a_session_code_too(home):
    for secret, status in ((HASH, 201), ("wrong", 401)):
        async with home.anybody.post("/auth/session_code", json={"passphrase": secret}) as response:
            assert response.status == status


async def change(browser, **fields):
    page = await browser.get("/auth/security/passphrase")
    return await browser.send(page, **fields)


async def test_the_passphrase_is_changed_and_devices_stay(home, browser, tmp_path):
    await browser.sign_in(PASSWORD)
    await app_password(home.app, "io.cozy.files")
    async with Browser(home.address) as elsewhere:
        await elsewhere.sign_in(PASSWORD)
        page = await change(browser, current_passphrase="wrong", passphrase="new passphrase")
        assert page.status == 401
        page = await change(browser, current_passphrase=PASSWORD, passphrase="short")
        assert page.status == 422
        page = await change(browser, current_passphrase=PASSWORD, passphrase="new passphrase")
        assert "The passphrase is changed" in page.text
        assert (await elsewhere.get("/auth/security")).at.startswith("/auth/login")
    for secret, status in ((PASSWORD, 401), ("new passphrase", 207), (APP_PASSWORD, 207)):
        shown = basic_of(secret, "owner")
        async with home.anybody.request("PROPFIND", "/dav/files/", headers=shown) as response:
            assert response.status == status
    kept = read_record(tmp_path / "instances" / "localhost").owner
    assert (kept.kdf.salt, kept.kdf.iterations) == ("me@localhost", 50_000)


async def test_what_the_old_passphrase_has_open_ends_with_it(home, browser):
    await browser.sign_in(PASSWORD)
    feed = "/couchdb/io.cozy.files/_changes?feed=continuous&heartbeat=1000"
    async with home.owner.get(feed) as open_feed:
        assert open_feed.status == 200
        page = await change(browser, current_passphrase=PASSWORD, passphrase="new passphrase")
        assert "The passphrase is changed" in page.text
        with suppress(ClientError):
            await asyncio.wait_for(open_feed.read(), 20)
    assert (await browser.get("/auth/security")).status == 200


async def test_programs_change_the_passphrase(browser):
    await browser.sign_in(PASSWORD)
    new = login_hash("something new", Kdf(60_000, KDF.salt))
    for sent, status in (
        ({"current_passphrase": "wrong", "new_passphrase": new, "iterations": 60_000}, 401),
        ({"current_passphrase": HASH, "new_passphrase": new, "iterations": 10}, 422),
        ({"current_passphrase": HASH, "new_passphrase": "x", "iterations": 60_000}, 422),
        (
            {"current_passphrase": HASH, "new_passphrase": new, "iterations": 60_000, "key": "2.k"},
            204,
        ),
        ({"current_passphrase": new, "new_passphrase": HASH, "iterations": 50_000}, 422),
    ):
        async with browser.session.put("/settings/passphrase", json=sent) as response:
            assert response.status == status, await response.text()
    for secret, status in ((new, 204), (HASH, 403)):
        async with browser.session.post(
            "/settings/passphrase/check", json={"passphrase": secret}
        ) as response:
            assert response.status == status
    async with browser.session.get("/settings/passphrase") as response:
        told = (await response.json(content_type=None))["data"]["attributes"]
        assert told == {"salt": "me@localhost", "kdf": 0, "iterations": 60_000}


async def test_of_two_changes_at_once_one_holds_with_its_vault(home, browser):
    await browser.sign_in(PASSWORD)
    news = [login_hash(f"new {number}", Kdf(50_000, KDF.salt)) for number in range(3)]

    async def put(number):
        sent = {"current_passphrase": HASH, "new_passphrase": news[number], "iterations": 50_000}
        sent["key"] = f"2.key-{number}"
        async with browser.session.put("/settings/passphrase", json=sent) as response:
            return response.status

    statuses = await asyncio.gather(*map(put, range(3)))
    assert sorted(statuses) == [204, 422, 422]
    held = statuses.index(204)
    sent = {"passphrase": news[held]}
    async with browser.session.post("/settings/passphrase/check", json=sent) as response:
        assert response.status == 204
    async with home.app[keys.INSTANCES].borrow("localhost") as instance:
        assert (await read_vault(instance.store))[KEY] == f"2.key-{held}"


async def test_a_change_and_another_of_the_record_at_once_lose_neither(home, browser):
    await browser.sign_in(PASSWORD)
    new = login_hash("something new", Kdf(50_000, KDF.salt))
    sent = {"current_passphrase": HASH, "new_passphrase": new, "iterations": 50_000}

    async def put():
        async with browser.session.put("/settings/passphrase", json=sent) as response:
            return response.status

    async def renamed():
        for number in range(20):
            changes = Changes(timezone=("Europe/Paris", "Europe/Rome")[number % 2])
            await home.app[keys.HOMES].change("localhost", changes)

    status, _ = await asyncio.gather(put(), renamed())
    assert status == 204
    record = read_record(home.app[keys.HOMES].record("localhost").folder)
    assert record.timezone == "Europe/Rome"
    assert is_password(new, record.owner.password_hash)


async def test_the_vaults_key_and_the_hint_are_kept(home, browser):
    await browser.sign_in(PASSWORD)
    async with browser.session.get("/settings/hint", headers=SCRIPT) as response:
        assert response.status == 404
    async with browser.session.put("/settings/hint", json={"hint": "the horse"}) as response:
        assert response.status == 204
    async with browser.session.get("/settings/hint", headers=SCRIPT) as response:
        assert response.status == 204
    for status in (204, 409):
        async with browser.session.post("/settings/vault", json={"key": "2.a|b|c"}) as response:
            assert response.status == status
    async with home.owner.get("/data/io.cozy.settings/io.cozy.settings.bitwarden") as response:
        kept = await response.json()
    assert (kept["key"], kept["passphrase_hint"]) == ("2.a|b|c", "the horse")


async def test_over_a_readable_connection_no_page_takes_a_passphrase(home):
    headers = {"X-Forwarded-For": "203.0.113.9"}
    async with ClientSession(home.address, headers=headers) as far:
        for path in ("/auth/login", "/auth/passphrase_reset", "/auth/passphrase?registerToken=x"):
            async with far.get(path) as response:
                assert response.status == 403
