"""No secret is kept in clear: one home runs through all that hands secrets out, and then everything
that it wrote is searched for each of them: databases with their logs, records, temporary files, and
the log of the process.
"""

import json
import logging
import re
import tempfile
import time
from base64 import b32decode, b64encode
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from server.apps.entering import CODE
from server.apps.entering import COOKIE as APP_COOKIE
from server.apps.installed import install
from server.apps.package import read_package
from server.auth.shown import COOKIE
from server.keys import INSTANCES
from server.observe.logging import JsonFormatter
from server.sign_in.totp import code_at, step_at
from tests.support.browsing import Browser
from tests.support.devices import basic_of, bearer, signed_in, with_cookie
from tests.support.house import PASSWORD, found, house
from tests.support.oauth import VERIFIER, code_for, exchange, refreshed, register

CONTACTS, SECURITY = "io.cozy.contacts", "/auth/security"
HELLO = Path("tests/fixtures/hello_app").absolute()
WRONG = "a-wrong-passphrase-that-somebody-mistyped"
LINK_PASSWORD = "password-of-a-link"
SESSION_COOKIE = "cookie-of-a-session-with-many-bytes"


@contextmanager
def logged_to(path):
    """Write all that any logger says, debugging too, as the program does."""
    root, level = logging.getLogger(), logging.getLogger().level
    with path.open("w") as stream:
        handler = logging.StreamHandler(stream)
        handler.setFormatter(JsonFormatter())
        root.addHandler(handler)
        root.setLevel(logging.DEBUG)
        try:
            yield
        finally:
            root.removeHandler(handler)
            root.setLevel(level)


@pytest.fixture
def places(tmp_path, monkeypatch):
    """The data folder, the temporary folder and the log, each of this test alone."""
    data, temporary = tmp_path / "data", tmp_path / "temporary"
    for folder in (data, temporary):
        folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    found(data)
    return data, temporary, tmp_path / "log"


async def told(home, method, path, headers=None, **sent):
    async with home.anybody.request(method, path, headers=headers, **sent) as response:
        text = await response.read()
        return response.status, json.loads(text) if text.startswith((b"{", b"[")) else {}


async def by_passphrase(home):
    """The owner comes with the passphrase, and with a wrong one."""
    assert (await told(home, "GET", "/couchdb/_all_dbs", home.owner.headers))[0] == 200
    assert (await told(home, "GET", "/couchdb/_all_dbs", basic_of(WRONG, "owner")))[0] == 401
    made = await told(home, "PUT", f"/data/{CONTACTS}/a", home.owner.headers, json={"n": 1})
    assert made[0] == 200
    return {"passphrase": PASSWORD, "wrong passphrase": WRONG}


async def by_app_password(home):
    attributes = {"name": "Phone", "kind": "couchdb", "doctypes": [CONTACTS]}
    body = {"data": {"type": "io.cozy.oauth.clients", "attributes": attributes}}
    status, made = await told(home, "POST", "/settings/devices", home.owner.headers, json=body)
    assert status == 201
    password = made["data"]["attributes"]["password"]
    path = f"/couchdb/{CONTACTS}/a"
    assert (await told(home, "GET", path, basic_of(password)))[0] == 200
    return {"app password": password}


async def by_oauth(home):
    client = await register(home)
    code = await code_for(home, client, CONTACTS, verifier=VERIFIER)
    form = {"grant_type": "authorization_code", "code": code, "code_verifier": VERIFIER}
    status, tokens = await exchange(home, client, **form)
    assert status == 200
    again = (await refreshed(home, client, tokens["refresh_token"]))[1]
    path = f"/data/{CONTACTS}/a"
    for carried, query in (
        (bearer(tokens["access_token"]), ""),
        (basic_of(again["access_token"]), ""),
        ({}, f"?bearer_token={tokens['access_token']}"),
    ):
        assert (await told(home, "GET", path + query, carried))[0] == 200
    assert (await told(home, "GET", path, bearer(tokens["refresh_token"])))[0] == 400
    own = f"/auth/register/{client['client_id']}"
    assert (await told(home, "GET", own, bearer(client["registration_access_token"])))[0] == 200
    return {
        "client secret": client["client_secret"],
        "registration token": client["registration_access_token"],
        "authorization code": code,
        "code verifier": VERIFIER,
        "access token": tokens["access_token"],
        "refresh token": tokens["refresh_token"],
        "refreshed access token": again["access_token"],
    }


async def by_link(home):
    rule = {"it": {"type": CONTACTS, "verbs": ["GET"], "values": ["a"]}}
    secrets = {}
    for what, query, more in (
        ("link", "codes=x", {"password": LINK_PASSWORD}),
        ("brief link", "codes=x&ttl=1h&tinycode=true", {}),
    ):
        body = {"data": {"attributes": {"permissions": rule, **more}}}
        owner = home.owner.headers
        status, made = await told(home, "POST", f"/permissions?{query}", owner, json=body)
        assert status == 200
        codes, short = (made["data"]["attributes"][kind]["x"] for kind in ("codes", "shortcodes"))
        secrets |= {f"code of a {what}": codes, f"short code of a {what}": short}
        for code in (codes, short):
            path = f"/data/{CONTACTS}/a"
            expected = 403 if more else 200
            assert (await told(home, "GET", path, bearer(code)))[0] == expected
            assert (await told(home, "GET", f"{path}?bearer_token={code}"))[0] == expected
        if more:
            form = {"perm_id": made["data"]["id"], "password": LINK_PASSWORD}
            async with home.anybody.post("/auth/share-by-link/password", data=form) as response:
                assert response.status == 200
                secrets["cookie of a link"] = response.cookies["pass" + made["data"]["id"]].value
    return {**secrets, "password of a link": LINK_PASSWORD}


async def by_session(home):
    shown = await signed_in(home.app, cookie=SESSION_COOKIE)
    assert (await told(home, "GET", "/settings/capabilities", shown))[0] == 200
    return {"cookie of a session": SESSION_COOKIE}


async def by_pairing(home):
    """A device asks to be let in, and waits."""
    form = {"kind": "webdav", "client_name": "A phone"}
    status, asked = await told(home, "POST", "/auth/device_authorization", data=form)
    assert status == 200
    status, login = await told(home, "POST", "/index.php/login/v2")
    assert status == 200
    flow = login["login"].rpartition("/")[2]
    assert (await told(home, "GET", f"/index.php/login/v2/flow/{flow}", allow_redirects=False))[0]
    poll = {"token": login["poll"]["token"]}
    assert (await told(home, "POST", "/index.php/login/v2/poll", data=poll))[0] == 404
    return {
        "device code": asked["device_code"],
        "token to poll with": login["poll"]["token"],
        "code of a login flow": flow,
    }


async def by_download(home):
    """A file is given out by a link that says its secret in the path."""
    async with home.owner.put("/dav/files/a.txt", data=b"x") as response:
        assert response.status == 201
    path = "/files/downloads?Path=/a.txt"
    status, made = await told(home, "POST", path, home.owner.headers)
    assert status == 200
    link = made["links"]["related"]
    async with home.anybody.get(link) as response:
        assert await response.read() == b"x"
    return {"secret of a download": link.split("/")[-2]}


async def by_application(home):
    """An application is entered in a session, and its page gets a token."""
    async with home.app[INSTANCES].borrow("localhost") as instance:
        await install(instance, read_package(HELLO), datetime.now(UTC))
    port, session = urlsplit(home.address).port, with_cookie(SESSION_COOKIE)
    own, there = ({"Host": f"{host}:{port}"} for host in ("localhost", "hello.localhost"))
    way = {"allow_redirects": False}
    async with home.anybody.get("/", headers=there, **way) as response:
        onward = urlsplit(response.headers["Location"])
    door = f"{onward.path}?{onward.query}"
    async with home.anybody.get(door, headers={**own, **session}, **way) as response:
        code = parse_qs(urlsplit(response.headers["Location"]).query)[CODE][0]
    async with home.anybody.get(f"/?{CODE}={code}", headers=there, **way) as response:
        cookie = response.cookies[APP_COOKIE].value
    shown = {**there, "Cookie": f"{APP_COOKIE}={cookie}"}
    async with home.anybody.get("/", headers=shown, **way) as response:
        token = (await response.text()).partition('data-cozy-token="')[2].partition('"')[0]
    assert (await told(home, "GET", "/settings/capabilities", bearer(token)))[0] == 200
    return {
        "code of an application": code,
        "cookie of an application": cookie,
        "token of an application": token,
    }


async def by_second_factor(home):
    """The owner signs in by pages, from a browser that stays trusted, with codes of a seed."""
    async with Browser(home.address) as browser:
        await browser.sign_in(PASSWORD)
        page = await browser.send(await browser.get(SECURITY), SECURITY + "/totp")
        text = page.html.partition('<code class="address">')[2].partition("<")[0]
        spelt = "".join(text.split())
        seed, step = b32decode(spelt), step_at(time.time())
        page = await browser.send(page, code=code_at(seed, step))
        recovery = [part.partition("<")[0] for part in page.html.split("<li>")[1:]]
        assert len(recovery) > 5
        session = browser.cookie(COOKIE).value
    async with Browser(home.address) as browser:
        page = await browser.sign_in(PASSWORD)
        trust = {"two-factor-generate-trusted-device-token": "1"}
        step_token = parse_qs(urlsplit(page.at).query)["two_factor_token"][0]
        code = {"two-factor-passcode": code_at(seed, step + 1)}
        status, answer = await browser.ask(page, **code, **trust)
        assert status == 200
        second = browser.cookie(COOKIE).value
    return {
        "seed": spelt,
        "seed as bytes": seed.hex(),
        **{f"recovery code {number}": code for number, code in enumerate(recovery)},
        "cookie of a page": session,
        "cookie after a second factor": second,
        "token of the first step": step_token,
        "token of a trusted browser": answer["two_factor_trusted_device_token"],
    }


WAYS = (
    by_passphrase,
    by_app_password,
    by_oauth,
    by_link,
    by_session,
    by_pairing,
    by_download,
    by_application,
    by_second_factor,  # the last: the passphrase alone opens no door of programs then
)


def forms_of(secret):
    """Return a secret as it might be written down; what is short only as a JSON string."""
    if len(secret) < 8:  # six digits are in many numbers
        return [json.dumps(secret).encode(), f"={secret}".encode()]
    encoded = b64encode(secret.encode()).rstrip(b"=")
    plain = [secret.encode(), encoded, secret.encode().hex().encode()]
    bare = secret.replace("-", "")
    if re.fullmatch("(?:[0-9a-f]{2})+", secret):  # a key shown in hex: also its bytes
        plain.append(bytes.fromhex(secret))
    return [*plain, bare.encode()] if bare != secret else plain


def told_in(folder, secrets):
    """Return which secrets stand in clear in which files."""
    wrong = []
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        content = path.read_bytes()
        wrong += [
            f"{name} in {path.name}"
            for name, secret in secrets.items()
            if any(form in content for form in forms_of(secret))
        ]
    return wrong


async def test_nothing_that_a_home_writes_tells_a_secret(places):
    data, temporary, log = places
    secrets = {}
    with logged_to(log):
        async with house(data, kdf_iterations=0) as home:
            for way in WAYS:
                secrets |= await way(home)
            open_ones = told_in(data, secrets)  # with the write-ahead logs as they stand
            assert any(path.name.endswith("-wal") for path in data.rglob("*"))
    assert open_ones == []
    assert len(secrets) > 30
    for folder in (data, temporary):
        assert told_in(folder, secrets) == []
    said = log.read_bytes()
    assert said.count(b'"event":"request"') > 20
    found_in_log = [n for n, s in secrets.items() if any(form in said for form in forms_of(s))]
    assert found_in_log == []
    dumps = [path for path in temporary.rglob("*") if re.match(r"core|.*\.(dmp|hprof)$", path.name)]
    assert dumps == []


async def test_the_search_finds_what_is_in_clear(tmp_path):
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "a").write_bytes(b'..{"code":"123456"}..correct horse..')
    secrets = {"tiny": "123456", "passphrase": PASSWORD, "other": "elsewhere-not"}
    assert told_in(tmp_path, secrets) == ["tiny in a", "passphrase in a"]
