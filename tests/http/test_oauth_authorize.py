"""The owner is asked, and says yes or no (cozy.md B4, RFC 6749 4.1, RFC 7636)."""

import re
from html import unescape
from urllib.parse import urlencode

import pytest

from replication.core.document import Edit
from server.devices.device import devices_of
from server.oauth.linked import APPS
from tests.support.devices import signed_in
from tests.support.house import house
from tests.support.oauth import (
    JSON,
    REDIRECT,
    VERIFIER,
    answer_in,
    asked_for,
    exchange,
    instance_of,
    register,
)

PATH = "/auth/authorize"
SCOPE = "io.cozy.files io.cozy.contacts:GET io.cozy.jobs:POST:sendmail:worker"
HTML = {"Accept": "text/html,application/xhtml+xml"}


@pytest.fixture
async def home(tmp_path):
    async with house(tmp_path) as running:
        yield running


@pytest.fixture
async def browser(home):
    """Return the headers of a browser where the owner is signed in."""
    return {**HTML, **await signed_in(home.app)}


async def seen(home, query, headers):
    async with home.anybody.get(
        PATH, params=query, headers=headers, allow_redirects=False
    ) as response:
        return response, await response.text()


def fields_of(html):
    """Return what a form carries, as the desktop client's script collects it."""
    assert html.count("<form") == 1
    inputs = re.findall(r'<input[^>]* name="([^"]*)" value="([^"]*)"', html)
    return {name: unescape(value) for name, value in inputs}


async def allowed(home, query, browser, *, accept="text/html", **changed):
    response, html = await seen(home, query, browser)
    assert response.status == 200, html
    cookie = response.cookies["_csrf"]
    assert cookie["path"] == "/auth"
    assert cookie["samesite"] == "Strict"
    headers = {**browser, "Accept": accept}
    headers["Cookie"] = f"{browser['Cookie']}; _csrf={cookie.value}"
    form = {**fields_of(html), **changed}
    return await home.anybody.post(PATH, data=form, headers=headers, allow_redirects=False)


async def test_who_is_not_signed_in_does_that_first(home):
    query = asked_for(await register(home), SCOPE)
    response, _ = await seen(home, query, HTML)
    assert response.status == 303
    back = urlencode({"redirect": f"{PATH}?{urlencode(query)}"})
    assert response.headers["Location"].startswith("/auth/login?redirect=%2Fauth%2Fauthorize")
    assert len(response.headers["Location"]) > len(back) / 2
    response = await home.anybody.post(PATH, data=query, headers=HTML, allow_redirects=False)
    assert response.status == 401


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ["asks to connect", "Your files and folders", "send mail in your name", "Allow"]),
        ("fr", ["demande à se connecter", "Vos fichiers et dossiers", "en votre nom", "Autoriser"]),
    ],
)
async def test_the_page_says_what_is_asked(home, browser, language, said):
    client = await register(home, client_name="<Twake> Desktop")
    query = asked_for(client, SCOPE)
    response, html = await seen(home, query, {**browser, "Accept-Language": language})
    assert response.status == 200
    assert "&lt;Twake&gt; Desktop" in html
    for words in said:
        assert words in html
    policy = response.headers["Content-Security-Policy"]
    assert "form-action 'self' http://localhost:3344;" in policy
    assert "frame-ancestors 'none'" in policy
    refusal = unescape(re.search(r'class="button second" href="([^"]*)"', html)[1])
    assert answer_in(refusal) == {"error": "access_denied", "state": "a-state"}
    assert refusal.startswith(REDIRECT)


async def test_a_yes_sends_the_client_a_code_in_both_spellings(home, browser):
    client = await register(home)
    response = await allowed(home, asked_for(client, SCOPE), browser)
    location = response.headers["Location"]
    assert response.status == 302
    assert location.startswith(REDIRECT + "?")
    assert location.endswith("#")
    answer = answer_in(location.removesuffix("#"))
    assert answer["access_code"] == answer["code"]
    assert answer["state"] == "a-state"
    status, told = await exchange(
        home, client, grant_type="authorization_code", code=answer["access_code"]
    )
    assert (status, told["scope"]) == (200, SCOPE)


async def test_who_asks_for_json_is_told_the_address(home, browser):
    client = await register(home)
    response = await allowed(home, asked_for(client, SCOPE), browser, accept="application/json")
    assert response.status == 200
    told = await response.json()
    assert set(answer_in(told["deeplink"].removesuffix("#"))) == {"access_code", "code", "state"}


async def test_a_native_application_is_called_by_its_own_scheme(home, browser):
    client = await register(home, redirect_uris=["cozydrive://"])
    query = asked_for(client, SCOPE, redirect_uri="cozydrive://")
    response = await allowed(home, query, browser)
    assert response.headers["Location"].startswith("cozydrive://?")
    _, html = await seen(home, query, browser)
    assert "an application on this device" in html


MISLED = [
    {"state": ""},
    {"client_id": ""},
    {"client_id": "nobody"},
    {"redirect_uri": ""},
    {"redirect_uri": REDIRECT + "/"},
    {"redirect_uri": "http://evil.example/callback"},
]


async def test_nobody_is_sent_to_an_address_that_is_not_the_clients(home, browser):
    client = await register(home)
    for changed in MISLED:
        query = {**asked_for(client, SCOPE), **changed}
        response, html = await seen(home, query, browser)
        assert response.status == 400, changed
        assert "Location" not in response.headers
        assert "<form" not in html
        async with home.anybody.post(PATH, data=query, headers={**browser, **JSON}) as response:
            assert response.status == 400
            assert (await response.json())["error"].startswith("Error ")


WRONG = [
    ({"response_type": "token"}, "unsupported_response_type"),
    ({"scope": ""}, "invalid_scope"),
    ({"scope": "UPPER"}, "invalid_scope"),
    ({"scope": "io.cozy.*"}, "invalid_scope"),
    ({"scope": "*"}, "invalid_request"),
    ({"code_challenge": "x" * 43}, "invalid_request"),
    ({"code_challenge": "x" * 43, "code_challenge_method": "plain"}, "invalid_request"),
    ({"code_challenge": "short", "code_challenge_method": "S256"}, "invalid_request"),
    ({"code_challenge_method": "S256"}, "invalid_request"),
]


async def test_a_client_that_asks_wrongly_is_told_so(home, browser):
    client = await register(home)
    for changed, error in WRONG:
        response, _ = await seen(home, {**asked_for(client, SCOPE), **changed}, browser)
        assert response.status == 302, changed
        answer = answer_in(response.headers["Location"].removesuffix("#"))
        assert (answer["error"], answer["state"]) == (error, "a-state")
        assert "code" not in answer


async def test_a_yes_is_the_owners_alone(home, browser):
    client = await register(home)
    query = asked_for(client, SCOPE)
    for cookie, token in [("", ""), ("_csrf=abc", "abd"), ("_csrf=", "")]:
        headers = {**browser, "Cookie": f"{browser['Cookie']}; {cookie}"}
        form = {**query, "csrf_token": token}
        async with home.anybody.post(PATH, data=form, headers=headers) as response:
            assert response.status == 403
    headers = {
        **browser,
        "Cookie": f"{browser['Cookie']}; _csrf=abc",
        "Sec-Fetch-Site": "cross-site",
    }
    async with home.anybody.post(
        PATH, data={**query, "csrf_token": "abc"}, headers=headers
    ) as response:
        assert response.status == 403


async def test_what_is_changed_in_the_form_is_looked_at_again(home, browser):
    client = await register(home)
    query = asked_for(client, SCOPE)
    response = await allowed(home, query, browser, redirect_uri="http://evil.example/")
    assert response.status == 400
    response = await allowed(home, query, browser, scope="*")
    assert answer_in(response.headers["Location"].removesuffix("#"))["error"] == "invalid_request"


async def test_a_challenge_goes_with_the_code(home, browser):
    client = await register(home)
    query = asked_for(client, "io.cozy.files", verifier=VERIFIER)
    response = await allowed(home, query, browser)
    code = answer_in(response.headers["Location"].removesuffix("#"))["code"]
    grant = {"grant_type": "authorization_code", "code": code}
    assert (await exchange(home, client, **grant))[0] == 400
    assert (await exchange(home, client, **grant, code_verifier=VERIFIER))[0] == 200


async def test_everything_is_for_certified_clients(home, browser):
    client = await register(home)
    query = asked_for(client, "*", verifier=VERIFIER)
    response, html = await seen(home, query, browser)
    assert "code=" not in response.headers.get("Location", "")
    async with instance_of(home) as instance:
        await devices_of(instance.store).update(client["client_id"], _certified)
    _, html = await seen(home, query, browser)
    assert "Do everything in your home" in html
    response = await allowed(home, query, browser)
    code = answer_in(response.headers["Location"].removesuffix("#"))["code"]
    grant = {"grant_type": "authorization_code", "code": code, "code_verifier": VERIFIER}
    assert (await exchange(home, client, **grant))[1]["scope"] == "*"


def _certified(device):
    device.flagship = True
    return device


async def test_a_linked_application_does_not_choose_its_scope(home, browser):
    async with instance_of(home) as instance:
        apps = await instance.store.ensure(APPS)
        manifest = b'{"permissions":{"c":{"type":"io.cozy.contacts","verbs":["GET"]}}}'
        await apps.write([Edit(f"{APPS}/contacts", manifest)])
    client = await register(home, software_id="registry://contacts")
    query = asked_for(client, "io.cozy.bank.operations")
    _, html = await seen(home, query, browser)
    assert "Your contacts" in html
    assert "bank" not in html.lower().replace("io.cozy.bank.operations", "")
    response = await allowed(home, query, browser)
    code = answer_in(response.headers["Location"].removesuffix("#"))["code"]
    _, told = await exchange(home, client, grant_type="authorization_code", code=code)
    assert told["scope"] == f"@{APPS}/contacts"


async def test_the_system_of_a_client_is_that_of_the_browser(home, browser):
    client = await register(home)
    agent = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15"
    await allowed(home, asked_for(client, SCOPE), {**browser, "User-Agent": agent})
    async with instance_of(home) as instance:
        kept = await devices_of(instance.store).get(client["client_id"])
    assert kept.value.client_os == "macOS"
