"""Cozy's desktop client: its registration and its start, request by request (cozy.md C1, C2, C7).

The pages are scraped as its own script for tests does it (`dev/remote/automated_registration.js`).
"""

import hashlib
import re
from base64 import b64encode
from html import unescape
from urllib.parse import urlencode

import pytest
from aiohttp import CookieJar

from server import keys
from server.auth.tokens import LIFETIMES, Audience
from server.oauth.oauth import OAUTH
from tests.support.devices import bearer
from tests.support.house import PASSWORD, house
from tests.support.oauth import DESKTOP, JSON, REDIRECT, answer_in

SCOPE = (
    "io.cozy.files io.cozy.settings:GET:io.cozy.settings.disk-usage "
    "io.cozy.jobs:POST:sendmail:worker"
)
NEWER = {"software_version": "5.6.0", "client_uri": "https://example.org", "policy_uri": ""}


@pytest.fixture
async def home(tmp_path):
    async with house(tmp_path) as running:
        running.anybody._cookie_jar = CookieJar(unsafe=True)  # as Electron's session shares them
        yield running


async def told(home, method, path, status, **sent):
    async with home.anybody.request(method, path, **sent) as response:
        body = await response.text()
        assert response.status == status, body
        return (await response.json(content_type=None)) if body else None


async def signed_in(home):
    """Fetch the page, hash the passphrase as it says, and send it with the page's form token."""
    async with home.anybody.get("/auth/login") as response:
        assert response.status == 200
        html = await response.text()
    token = re.search(r'<input[^>]* id="csrf_token"[^>]*>', html)[0]
    token = unescape(re.search(r'value="([^"]*)"', token)[1])
    form = re.search(r'<form id="login-form"[^>]*>', html)[0]
    salt = unescape(re.search(r'data-salt="([^"]*)"', form)[1])
    iterations = int(re.search(r'data-iterations="(\d+)"', form)[1])
    body = {
        "passphrase": hashed(PASSWORD, salt, iterations),
        "two-factor-trusted-device-token": "",
        "long-run-session": "1",
        "redirect": "",
        "csrf_token": token,
    }
    answer = await told(home, "POST", "/auth/login", 200, data=body, headers=JSON)
    assert answer["redirect"]


def hashed(passphrase, salt, iterations):
    if iterations == 0:
        return passphrase
    secret = passphrase.encode()
    master = hashlib.pbkdf2_hmac("sha256", secret, salt.encode(), iterations)
    return b64encode(hashlib.pbkdf2_hmac("sha256", master, secret, 1)).decode()


async def authorized(home, address):
    """Take every field of the only form, and send it back to the same address."""
    async with home.anybody.get(address) as response:
        assert response.status == 200
        html = await response.text()
    assert html.count("<form") == 1
    inputs = re.findall(r'<input[^>]* name="([^"]*)" value="([^"]*)"', html)
    form = {name: unescape(value) for name, value in inputs}
    return (await told(home, "POST", address, 200, data=form, headers=JSON))["deeplink"]


async def registered(home):
    prelogin = await told(home, "GET", "/public/prelogin", 200, headers=JSON)
    assert isinstance(prelogin["KdfIterations"], int)
    client = await told(home, "POST", "/auth/register", 201, json=DESKTOP, headers=JSON)
    query = {
        "client_id": client["client_id"],
        "redirect_uri": REDIRECT,
        "state": "0123456789abcdef",
        "response_type": "code",
        "scope": SCOPE,
    }
    await signed_in(home)
    link = await authorized(home, f"/auth/authorize?{urlencode(query)}")
    assert link.startswith(REDIRECT)
    answer = answer_in(link.removesuffix("#"))
    assert answer["state"] == query["state"]
    home.anybody.cookie_jar.clear()
    form = {
        "grant_type": "authorization_code",
        "code": answer["access_code"],
        "client_id": client["client_id"],
        "client_secret": client["client_secret"],
    }
    tokens = await told(home, "POST", "/auth/access_token", 200, data=form, headers=JSON)
    assert tokens["scope"] == SCOPE
    return client, tokens


async def test_registration_and_start_from_the_first_request_to_the_last(home):
    client, tokens = await registered(home)
    shown = {**JSON, **bearer(tokens["access_token"])}
    capabilities = await told(home, "GET", "/settings/capabilities", 200, headers=shown)
    assert "flat_subdomains" in capabilities["data"]["attributes"]
    instance = await told(home, "GET", "/settings/instance", 200, headers=shown)
    assert instance["data"]["attributes"]["uuid"] is not None

    managing = {**JSON, **bearer(client["registration_access_token"])}
    path = f"/auth/register/{client['client_id']}"
    newer = {**DESKTOP, "client_id": client["client_id"], **NEWER}
    assert (await told(home, "PUT", path, 200, json=newer, headers=managing))[
        "software_version"
    ] == "5.6.0"
    async with home.anybody.get("/", allow_redirects=False) as response:
        assert response.status != 308
    flags = await told(home, "GET", "/settings/flags", 200, headers=shown)
    assert isinstance(flags["data"]["attributes"], dict)
    await told(home, "GET", "/settings/warnings", 404, headers=shown)
    usage = await told(home, "GET", "/settings/disk-usage", 200, headers=shown)
    assert isinstance(usage["data"]["attributes"]["used"], str)
    await told(home, "POST", "/settings/synchronized", 204, headers=shown)
    first = "/files/_changes?since=0&limit=3000&include_docs=true&include_file_path=true"
    changes = await told(
        home, "GET", f"{first}&skip_deleted=true&skip_trashed=true", 200, headers=shown
    )
    assert changes["pending"] == 0
    assert isinstance(changes["last_seq"], str)

    await told(home, "DELETE", path, 204, headers=managing)
    gone = await told(home, "GET", "/settings/flags", 400, headers=shown)
    assert "Client not found" in str(gone)


async def test_an_expired_token_is_refreshed_and_the_request_replayed(home, monkeypatch):
    client, tokens = await registered(home)
    shown = {**JSON, **bearer(tokens["access_token"])}
    await told(home, "GET", "/settings/disk-usage", 200, headers=shown)
    late = home.app[OAUTH].clock().timestamp() + LIFETIMES[Audience.ACCESS] + 60
    monkeypatch.setattr(home.app[keys.AUTHENTICATOR], "_now", lambda: late)
    async with home.anybody.get("/settings/disk-usage", headers=shown) as response:
        assert response.status == 400
        assert 'error="invalid_token"' in response.headers["WWW-Authenticate"]
        assert "Expired token" in await response.text()
    form = {
        "grant_type": "refresh_token",
        "refresh_token": tokens["refresh_token"],
        "client_id": client["client_id"],
        "client_secret": client["client_secret"],
    }
    again = await told(home, "POST", "/auth/access_token", 200, data=form, headers=JSON)
    assert "refresh_token" not in again
    monkeypatch.undo()
    shown = {**JSON, **bearer(again["access_token"])}
    await told(home, "GET", "/settings/disk-usage", 200, headers=shown)
