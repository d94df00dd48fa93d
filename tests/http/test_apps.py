"""Applications at host names of their own: who enters, with what rights, and what they share."""

import json
import re
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from server import keys
from server.apps.entering import COOKIE
from server.apps.installed import install, uninstall
from server.apps.package import read_package
from server.auth.public import WITHOUT_HOME
from tests.support.devices import basic_of, bearer, oauth_token, signed_in
from tests.support.house import PASSWORD, found, house

HELLO = Path("tests/fixtures/hello_app").absolute()
HOME, NESTED, FLAT = "ann.example", "hello.ann.example", "ann-hello.example"
SECURE = {"X-Forwarded-Proto": "https"}
CONTACTS = "/data/io.cozy.contacts/"


@pytest.fixture
async def home(tmp_path):
    found(tmp_path, HOME, ())
    found(tmp_path, "bob.example", (), b"t" * 32)
    async with house(tmp_path, trusted_proxies=("127.0.0.1",)) as running:
        async with running.app[keys.INSTANCES].borrow(HOME) as instance:
            await install(instance, read_package(HELLO), datetime.now(UTC))
        yield running


async def ask(home, host, path, *, method="GET", **headers):
    sent = {"Host": host, **SECURE, **{name.replace("_", "-"): v for name, v in headers.items()}}
    asked = home.anybody.request(method, path, headers=sent, allow_redirects=False)
    async with asked as response:
        return response, await response.text()


async def sent_on(home, host, path="/"):
    """Follow the way to where an application's host sends a browser: the home."""
    response, _ = await ask(home, host, path)
    assert response.status == 303
    onward = urlsplit(response.headers["Location"])
    assert (onward.scheme, onward.netloc, onward.path) == ("https", HOME, "/auth/app")
    return f"{onward.path}?{onward.query}"


async def entered(home, host, path="/"):
    """Enter an application as a browser does that is signed in; returns its cookie."""
    cookie = (await signed_in(home.app, domain=HOME))["Cookie"]
    onward = await sent_on(home, host, path)
    response, _ = await ask(home, HOME, onward, Cookie=cookie)
    assert response.status == 303
    back = urlsplit(response.headers["Location"])
    assert (back.scheme, back.netloc) == ("https", host)
    response, _ = await ask(home, host, f"{back.path}?{back.query}")
    assert response.headers["Location"] == path
    kept = response.cookies[COOKIE]
    assert (kept["domain"], kept["httponly"], kept["samesite"]) == ("", True, "Lax")
    assert kept["secure"]
    return f"{COOKIE}={kept.value}", f"{back.path}?{back.query}"


def told(html):
    return json.loads(unescape(re.search(r'data-cozy="([^"]+)"', html)[1]))


@pytest.mark.parametrize(("host", "form"), [(NESTED, "nested"), (FLAT, "flat")])
async def test_who_is_signed_in_enters_and_the_page_has_a_token(home, host, form):
    cookie, _ = await entered(home, host, "/?x=1")
    response, html = await ask(home, host, "/", Cookie=cookie)
    assert response.status == 200
    assert response.headers["Cache-Control"] == "private, no-store"
    policy = response.headers["Content-Security-Policy"]
    assert f"connect-src 'self' https://{HOME} wss://{HOME}" in policy
    assert 'data-other="{{.Unknown}}"' in html
    facts = told(html)
    assert (facts["domain"], facts["subdomain"], facts["isLoggedIn"]) == (HOME, form, True)
    shown = bearer(facts["token"])
    for method, path, status in (
        ("POST", CONTACTS, 415),
        ("GET", CONTACTS + "_all_docs", 200),
        ("DELETE", CONTACTS, 403),
        ("GET", "/data/io.cozy.bills/_all_docs", 403),
        ("GET", "/settings/instance", 200),
    ):
        response, text = await ask(home, HOME, path, method=method, **shown)
        assert response.status == status, (path, text)
    response, _ = await ask(home, "bob.example", "/settings/instance", **shown)
    assert response.status == 403


async def test_a_token_does_what_the_application_is_granted_by_now(home):
    cookie, _ = await entered(home, NESTED)
    shown = bearer(told((await ask(home, NESTED, "/", Cookie=cookie))[1])["token"])
    bills = "/data/io.cozy.bills/_all_docs"
    assert (await ask(home, HOME, bills, **shown))[0].status == 403
    body = {"data": {"attributes": {"permissions": {"bills": {"type": "io.cozy.bills"}}}}}
    owner = {**home.owner.headers, "Host": HOME, **SECURE}
    async with home.owner.patch("/permissions/apps/hello", json=body, headers=owner) as response:
        assert response.status == 200, await response.text()
    assert (await ask(home, HOME, bills, **shown))[0].status in (200, 404)
    response, text = await ask(home, HOME, "/permissions/self", **shown)
    assert set(json.loads(text)["data"]["attributes"]["permissions"]) == {"rule0", "rule1"}
    async with home.app[keys.INSTANCES].borrow(HOME) as instance:
        assert await uninstall(instance, "hello")
    response, text = await ask(home, HOME, "/settings/instance", **shown)
    assert (response.status, "Invalid JWT token" in text) == (400, True)
    response, _ = await ask(home, NESTED, "/", Cookie=cookie)
    assert response.status == 404


async def test_the_code_is_good_once_and_for_this_application_alone(home):
    _, back = await entered(home, NESTED)
    response, _ = await ask(home, NESTED, back)
    assert (response.status, COOKIE in response.cookies) == (303, False)
    cookie = (await signed_in(home.app, domain=HOME, cookie="another-session-of-the-owner"))[
        "Cookie"
    ]
    response, _ = await ask(home, HOME, "/auth/app?slug=hello&to=/", Cookie=cookie)
    code = urlsplit(response.headers["Location"]).query
    other, _ = await ask(home, "other.ann.example", f"/?{code}")
    assert other.status == 404
    session, _ = await ask(home, HOME, "/auth/login?" + code.replace("app_code", "session_code"))
    assert "cozysessid" not in session.cookies


async def test_the_cookie_opens_no_door_of_the_home_and_ends_with_the_session(home):
    cookie, _ = await entered(home, NESTED)
    value = cookie.partition("=")[2]
    for shown in (cookie, f"cozysessid={value}"):
        response, _ = await ask(home, HOME, "/devices", Cookie=shown, Accept="application/json")
        assert response.status == 401
    response, _ = await ask(home, NESTED, "/data/io.cozy.contacts/_all_docs", Cookie=cookie)
    assert response.status == 404  # a file that the application does not have
    owner = {**home.owner.headers, "Host": HOME, **SECURE}
    async with home.owner.get("/settings/sessions", headers=owner) as response:
        (session,) = (await response.json(content_type=None))["data"]
    async with home.owner.delete(f"/settings/sessions/{session['id']}", headers=owner) as response:
        assert response.status == 204
    response, _ = await ask(home, NESTED, "/", Cookie=cookie)
    assert response.status == 303


async def test_no_door_of_the_home_is_open_at_the_host_of_an_application(home):
    """Whoever asks: not even the owner's passphrase opens one there."""
    login = basic_of(PASSWORD, "owner")
    routes = {(r.method, r.resource.canonical) for r in home.app.router.routes()}
    wrong, asked = [], 0
    for method, pattern in sorted(routes):
        if pattern in WITHOUT_HOME or method == "*":
            continue
        path = re.sub(r"\{\w+\}", "x", pattern)
        reading = method in ("GET", "HEAD")
        own = path.startswith(("/public", "/assets")) or path == "/"  # what it has there itself
        expected = {200, 303, 404} if own else {401} if reading else {405}
        response, _ = await ask(home, NESTED, path, method=method, **login)
        asked += 1
        if response.status not in (expected if reading else {405}):
            wrong.append((method, path, response.status))
    assert not wrong
    assert asked > 400


async def test_no_page_elsewhere_reads_the_token_along(home):
    cookie, _ = await entered(home, NESTED)
    fetched = {"Sec_Fetch_Mode": "cors", "Sec_Fetch_Site": "same-site"}
    response, html = await ask(
        home, NESTED, "/", Cookie=cookie, Origin="https://notes.ann.example", **fetched
    )
    assert (response.status, "data-cozy" in html) == (403, False)
    assert "Access-Control-Allow-Origin" not in response.headers
    response, _ = await ask(home, NESTED, "/public", Origin="https://evil.example")
    assert "Access-Control-Allow-Origin" not in response.headers
    assert (
        "frame-ancestors 'self' https://ann.example" in response.headers["Content-Security-Policy"]
    )


async def test_public_pages_are_for_anybody_with_a_links_code_at_most(home):
    response, html = await ask(home, NESTED, "/public/?sharecode=abcdefabcdef")
    assert response.status == 200
    assert (told(html)["token"], told(html)["isLoggedIn"]) == ("abcdefabcdef", False)
    response, script = await ask(home, NESTED, "/assets/app.js")
    assert (response.status, response.content_type) == (200, "text/javascript")
    assert script == (HELLO / "assets/app.js").read_text()
    for path, status in (
        ("/assets/none.js", 404),
        ("/assets", 200),
        ("/icon.svg", 401),
        ("/assets/../index.html", 303),
    ):
        assert (await ask(home, NESTED, path))[0].status == status
    assert (await ask(home, NESTED, "/", method="POST"))[0].status == 405


async def test_who_is_not_signed_in_signs_in_first(home):
    onward = await sent_on(home, NESTED, "/?a=b%20c")
    response, _ = await ask(home, HOME, onward, Accept="text/html")
    assert response.status == 303
    assert response.headers["Location"].startswith("/auth/login?redirect=%2Fauth%2Fapp%3Fslug")
    cookie = (await signed_in(home.app, domain=HOME))["Cookie"]
    for way in ("//evil.example/", "https://evil.example/", "none", "/%0d%0aSet-Cookie: a=b"):
        response, _ = await ask(home, HOME, f"/auth/app?slug=hello&to={way}", Cookie=cookie)
        assert urlsplit(response.headers.get("Location", "https://" + NESTED)).netloc == NESTED


async def test_over_a_connection_that_others_read_there_is_no_token(home):
    cookie, _ = await entered(home, NESTED)
    headers = {"Host": NESTED, "X-Forwarded-For": "203.0.113.9", "Cookie": cookie}
    async with home.anybody.get("/", headers=headers) as response:
        assert (response.status, "data-cozy" in await response.text()) == (403, False)


async def test_applications_are_listed_shown_and_removed(home):
    owner = {**home.owner.headers, "Host": HOME, **SECURE}
    async with home.owner.get("/apps/", headers=owner) as response:
        (row,) = (await response.json(content_type=None))["data"]
    assert (row["id"], row["attributes"]["state"]) == ("io.cozy.apps/hello", "ready")
    assert row["links"]["related"] == f"https://{NESTED}/"
    async with home.owner.get("/apps/hello/icon", headers=owner) as response:
        assert response.content_type == "image/svg+xml"
    reader = await oauth_token(home.app, "io.cozy.apps:GET", domain=HOME)
    assert (await ask(home, HOME, "/apps/hello", **bearer(reader)))[0].status == 200
    refused = await ask(home, HOME, "/apps/hello", method="DELETE", **bearer(reader))
    assert refused[0].status == 403
    async with home.owner.delete("/apps/hello", headers=owner) as response:
        assert response.status == 200
    async with home.owner.get("/apps/hello", headers=owner) as response:
        assert response.status == 404
    assert (await ask(home, NESTED, "/public"))[0].status == 404
    assert (await ask(home, HOME, "/", **basic_of("x", "owner")))[0].status == 401
