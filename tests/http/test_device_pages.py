"""The pages for devices, as a browser meets them: read, filled in, in two languages."""

import re

import pytest

from server.devices.page_words import WORDS
from tests.support.devices import basic_of, signed_in
from tests.support.house import house


@pytest.fixture
async def home(tmp_path):
    async with house(tmp_path) as running:
        yield running


@pytest.fixture
async def browser(home):
    return Browser(home, await signed_in(home.app))


class Browser:
    """The owner's browser: the session's cookie, and that of the forms once a page gave it."""

    def __init__(self, home, headers):
        self.home, self.headers = home, {**headers, "Accept-Language": "fr"}

    async def open(self, path, language="fr"):
        headers = {**self.headers, "Accept-Language": language}
        async with self.home.anybody.get(path, headers=headers) as response:
            return response.status, await response.text()

    async def send(self, path, **form):
        _, html = await self.open(path)
        token = re.search(r'name="csrf_token" value="([^"]+)"', html)[1]
        form = {"csrf_token": token, **form}
        headers = {**self.headers, "Cookie": f"{self.headers['Cookie']}; _csrf={token}"}
        async with self.home.anybody.post(path, data=form, headers=headers) as response:
            return response.status, await response.text()


async def files(home, password):
    headers = basic_of(password)
    async with home.anybody.request("PROPFIND", "/dav/files/", headers=headers) as response:
        return response.status


async def test_a_password_is_made_shown_once_and_taken_back(home, browser):
    status, html = await browser.send("/devices/new", name="Téléphone <i>", kind="webdav")
    assert status == 200
    password = re.search(r'id="password"[^>]*>([a-z-]+)<', html)[1]
    assert await files(home, password) == 207
    _, html = await browser.open("/devices")
    assert password not in html
    assert "Téléphone &lt;i&gt;" in html
    assert "127.0.0.1" in html
    path = re.search(r'href="(/devices/[0-9a-f]{32})"', html)[1]
    status, html = await browser.send(path, do="rename", name="Tablette")
    assert status == 200
    assert "Tablette" in html
    assert WORDS["fr"]["renamed"] in html
    status, html = await browser.send(path, do="revoke")
    assert WORDS["fr"]["revoked"] in html
    assert "Tablette" not in html
    assert await files(home, password) == 401
    assert (await browser.open(path))[0] == 404


@pytest.mark.parametrize(
    ("form", "word"),
    [
        ({"kind": "webdav", "name": " "}, "wrong_name"),
        ({"kind": "telnet", "name": "x"}, "wrong_kind"),
        ({"kind": "couchdb", "name": "x"}, "wrong_doctypes"),
        ({"kind": "couchdb", "name": "x", "doctypes": "Nope!"}, "wrong_doctype"),
        ({"kind": "everything", "name": "x", "read_only": "1"}, "wrong_read_only"),
    ],
)
async def test_what_is_wrong_is_said_in_the_readers_language(browser, form, word):
    status, html = await browser.send("/devices/new", **form)
    assert status == 422
    assert WORDS["fr"][word] in html


async def test_a_form_of_another_site_makes_nothing(home, browser):
    form = {"name": "x", "kind": "everything", "csrf_token": "x" * 32}
    async with home.anybody.post("/devices/new", data=form, headers=browser.headers) as response:
        assert response.status == 403
    assert WORDS["fr"]["none"] in (await browser.open("/devices"))[1]


@pytest.mark.parametrize(
    "path", ["/devices", "/devices/new", "/auth/device", "/auth/device?user_code=x"]
)
async def test_pages_speak_both_languages_and_keep_to_their_policy(home, browser, path):
    for language in WORDS:
        _, html = await browser.open(path, language)
        assert f'<html lang="{language}">' in html
        assert not re.search(r'style="|onclick=|<script>', html)
    async with home.anybody.get(path, headers=browser.headers) as response:
        assert "default-src 'none'" in response.headers["Content-Security-Policy"]


async def test_a_browser_left_open_lets_nothing_new_in(home):
    shown = await signed_in(home.app, proved=False)
    body = {"data": {"attributes": {"name": "x", "kind": "everything"}}}
    async with home.anybody.post("/settings/devices", json=body, headers=shown) as response:
        assert response.status == 403
    async with home.anybody.get("/devices/new", headers=shown, allow_redirects=False) as response:
        assert response.status == 303
        confirm = "/auth/security/confirm?redirect=%2Fdevices%2Fnew"
        assert response.headers["Location"] == confirm
    stale = Browser(home, shown)
    assert (await stale.open("/devices"))[0] == 200
    stale.headers["Cookie"] += "; _csrf=" + "t" * 32
    form = {"csrf_token": "t" * 32, "name": "x", "kind": "everything"}
    async with home.anybody.post(
        "/devices/new", data=form, headers=stale.headers, allow_redirects=False
    ) as response:
        assert response.status == 303
    assert WORDS["en"]["none"] in (await stale.open("/devices", "en"))[1]


def test_both_languages_say_the_same_things():
    english, french = WORDS["en"], WORDS["fr"]
    assert set(english) == set(french)
    for key, text in english.items():
        assert set(re.findall(r"{(\w+)}", text)) == set(re.findall(r"{(\w+)}", french[key])), key


async def test_what_a_device_sees_is_chosen_on_its_page(home, browser):
    for name in ("Photos", "Documents"):
        async with home.owner.request("MKCOL", f"/dav/files/{name}") as response:
            assert response.status == 201
    _, html = await browser.send("/devices/new", name="Tablette", kind="webdav")
    password = re.search(r'id="password"[^>]*>([a-z-]+)<', html)[1]
    _, html = await browser.open("/devices")
    path = re.search(r'href="(/devices/[0-9a-f]{32})"', html)[1]
    _, html = await browser.open(path)
    assert re.search(r'value="everything" required checked', html)
    folder = re.search(r'name="folder" value="([0-9a-f]+)"><span>/Photos<', html)[1]
    _, html = await browser.send(path, do="sees", sees="include", folder=folder)
    assert WORDS["fr"]["seen_anew"] in html
    assert await listed(home, password) == ["/dav/files/", "/dav/files/Photos/"]
    _, html = await browser.open(path)
    assert re.search(r'value="include" required checked', html)
    assert re.search(rf'value="{folder}" checked', html)
    await browser.send(path, do="sees", sees="photos-only", read_only="1")
    async with home.anybody.put("/dav/files/x", headers=basic_of(password), data=b"") as response:
        assert response.status == 403
    await browser.send(path, do="sees", sees="everything")
    assert len(await listed(home, password)) == 3


async def listed(home, password):
    headers = {**basic_of(password), "Depth": "1"}
    async with home.anybody.request("PROPFIND", "/dav/files/", headers=headers) as response:
        return sorted(re.findall(r"<D:href>(.*?)</D:href>", await response.text()))


async def test_a_device_without_files_has_no_choice_of_them(browser):
    await browser.send("/devices/new", name="Agenda", kind="groupware")
    _, html = await browser.open("/devices")
    _, html = await browser.open(re.search(r'href="(/devices/[0-9a-f]{32})"', html)[1])
    assert WORDS["fr"]["sees"] not in html


async def test_rules_that_no_choice_says_stay_as_they_are(home, browser):
    await browser.send("/devices/new", name="Tablette", kind="webdav")
    _, html = await browser.open("/devices")
    path = re.search(r'href="(/devices/[0-9a-f]{32})"', html)[1]
    rules = [{"glob": "*.tmp"}]
    sent = {"data": {"attributes": {"sync_profile": {"mode": "exclude", "rules": rules}}}}
    async with home.owner.patch(f"/settings{path}", json=sent) as response:
        assert response.status == 200
    _, html = await browser.open(path)
    assert re.search(r'value="own" required checked', html)
    await browser.send(path, do="sees", sees="own", hide_junk="1")
    async with home.owner.get("/settings/devices") as response:
        (told,) = (await response.json(content_type=None))["data"]
    profile = told["attributes"]["sync_profile"]
    assert profile == {"mode": "exclude", "rules": rules, "read_only": False, "hide_junk": True}
