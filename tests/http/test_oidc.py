"""The owner signs in at an outside provider: a real one, in the test's process."""

from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from aiohttp import CookieJar
from yarl import URL

from server.devices.device import devices_of
from server.instances.record import write_record
from server.oauth.oauth import OAUTH
from server.oauth.oidc.settings import OidcProvider
from server.oauth.operator import Asked, Operator
from tests.support.devices import bearer
from tests.support.house import found, house
from tests.support.oauth import instance_of, register
from tests.support.oidc_provider import CLIENT_ID, CLIENT_SECRET, SUBJECT, new_key, provider


@pytest.fixture
async def double():
    async with provider() as running:
        yield running


@pytest.fixture
async def home(tmp_path, double):
    write_record(replace(found(tmp_path), oidc_id=SUBJECT))
    found(tmp_path, "nobodys.example", (), b"t" * 32)
    write_record(
        replace(found(tmp_path, "other.example", (), b"u" * 32), oidc_id=SUBJECT, context="other")
    )
    settings = OidcProvider(
        issuer=double.issuer,
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
        title="Example login",
        native_client_ids=("phone",),
    )
    async with house(tmp_path, oidc={"default": settings}) as running:
        yield running


class Browser:
    """Follows redirects by hand, with the cookies of each host."""

    def __init__(self, home, domain=None):
        self.home, self.jar = home, CookieJar(unsafe=True)
        self.host = {"Host": domain} if domain else {}

    async def get(self, address):
        url = URL(address) if "://" in address else URL(self.home.address + address)
        ours = url.host == "127.0.0.1" and str(url).startswith(self.home.address)
        headers = {"Accept": "text/html", **(self.host if ours else {})}
        cookies = {name: morsel.value for name, morsel in self.jar.filter_cookies(url).items()}
        async with self.home.anybody.get(
            url, headers=headers, cookies=cookies, allow_redirects=False
        ) as response:
            self.jar.update_cookies(response.cookies, url)
            self.home.anybody.cookie_jar.clear()
            return response.status, response.headers.get("Location", ""), await response.text()

    async def to_the_provider_and_back(self, redirect="/"):
        _, there, _ = await self.get(f"/oidc/start?redirect={redirect}")
        _, back, _ = await self.get(there)
        return await self.get(back)


async def test_the_owner_signs_in_at_the_provider(home):
    browser = Browser(home)
    status, where, _ = await browser.get("/auth/login?redirect=/settings/security")
    assert status == 200
    assert "Sign in with Example login" in _
    status, where, _ = await browser.to_the_provider_and_back("/dav/files/")
    assert (status, where) == (303, "/dav/files/")
    status, _, _ = await browser.get("/")
    assert status == 200
    status, where, _ = await browser.get("/oidc/start?redirect=/x")
    assert (status, where) == (303, "/x")


async def test_what_a_home_says_of_it(home):
    for domain, has in (("localhost", True), ("other.example", False)):
        headers = {"Host": domain}
        async with home.anybody.get("/public/prelogin", headers=headers) as response:
            assert (await response.json())["OIDC"] is has
    async with home.anybody.get("/oidc/start", headers={"Host": "other.example"}) as response:
        assert response.status == 404


async def test_nobody_else_gets_in(home, double):
    double.subject = "person-43"
    status, _, html = await Browser(home).to_the_provider_and_back()
    assert status == 403
    assert "vouches for somebody else" in html
    double.subject = ""
    assert (await Browser(home).to_the_provider_and_back())[0] == 403
    double.subject = SUBJECT
    status, _, _ = await Browser(home, "nobodys.example").get("/oidc/start")
    assert status == 303


async def test_a_home_without_an_outside_id_is_nobodys(home, double):
    for subject in (SUBJECT, "", None):
        double.subject = subject
        browser = Browser(home, "nobodys.example")
        _, there, _ = await browser.get("/oidc/start")
        _, back, _ = await browser.get(there)
        status, _, _ = await browser.get(URL(back).path_qs)
        assert status == 403


async def test_an_answer_counts_in_the_browser_that_asked_and_once(home):
    browser, other = Browser(home), Browser(home)
    _, there, _ = await browser.get("/oidc/start")
    _, back, _ = await browser.get(there)
    assert (await other.get(back))[0] == 403
    await other.get("/oidc/start")
    assert (await other.get(back))[0] == 403
    assert (await browser.get(back))[0] == 303
    assert (await browser.get(back))[0] == 403
    assert (await browser.get("/oidc/redirect?error=access_denied&state=x"))[0] == 403


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "another"},
        {"iss": "http://127.0.0.1:1"},
        {"aud": "somebody-else"},
        {"exp": 1},
        {"iat": 4_000_000_000, "exp": 4_000_000_300},
    ],
)
async def test_a_token_that_does_not_hold_opens_nothing(home, double, claims):
    double.claims = claims
    assert (await Browser(home).to_the_provider_and_back())[0] == 403


async def test_new_keys_of_the_provider_are_found(home, double, monkeypatch):
    assert (await Browser(home).to_the_provider_and_back())[0] == 303
    assert double.asked == ["discovery", "jwks"]
    assert (await Browser(home).to_the_provider_and_back())[0] == 303
    assert double.asked == ["discovery", "jwks"]
    double.private, double.jwk = new_key("key-2")
    double.kid = "key-2"
    # Not at once again: garbage that names keys would make us ask and ask.
    assert (await Browser(home).to_the_provider_and_back())[0] == 403
    monkeypatch.setattr("server.oauth.oidc.provider.SECONDS_BETWEEN_KEYS", 0.0)
    assert (await Browser(home).to_the_provider_and_back())[0] == 303


async def test_a_provider_that_wants_the_secret_in_the_form_gets_it_there(home, double):
    double.methods = ["client_secret_post"]
    assert (await Browser(home).to_the_provider_and_back())[0] == 303


async def test_a_provider_that_is_not_there_is_said_to_be_so(home, double):
    double.issuer = "http://127.0.0.1:1"
    status, _, html = await Browser(home).get("/oidc/start")
    assert status == 403
    assert "another issuer" in html


async def test_one_address_serves_all_homes_of_a_host(home):
    _, there, _ = await Browser(home).get("/oidc/start")
    state = URL(there).query["state"]
    async with home.anybody.get(
        "/oidc/return",
        params={"state": state, "code": "c"},
        headers={"Host": "login.example"},
        allow_redirects=False,
    ) as response:
        where = urlsplit(response.headers["Location"])
    assert (where.hostname, where.path) == ("localhost", "/oidc/redirect")
    async with home.anybody.get(
        "/oidc/return", params={"state": "x.ZXZpbC5leGFtcGxl"}, allow_redirects=False
    ) as response:
        assert response.status == 404


async def brought(home, client, **body):
    sent = {"client_id": client["client_id"], "client_secret": client["client_secret"], **body}
    async with home.anybody.post("/oidc/access_token", json=sent) as response:
        return response.status, await response.json()


async def test_a_native_application_brings_the_token_itself(home, double):
    client = await register(home)
    for audience in (CLIENT_ID, "phone"):
        token = double.token(aud=audience)
        status, told = await brought(home, client, id_token=token, scope="io.cozy.files:GET")
        assert (status, told["scope"]) == (200, "io.cozy.files:GET")
    shown = bearer(told["access_token"])
    async with home.anybody.get("/data/io.cozy.files/_changes", headers=shown) as response:
        assert response.status == 200
    double.subject = "person-43"
    for body, error in [
        ({"id_token": double.token(), "scope": "io.cozy.files"}, "invalid id_token"),
        ({"id_token": token, "scope": "*"}, "invalid_scope"),
        ({"id_token": token, "scope": ""}, "invalid_scope"),
        ({"id_token": token + "x", "scope": "io.cozy.files"}, "invalid id_token"),
        ({"code": "guessed", "scope": "io.cozy.files"}, "invalid code"),
        ({"scope": "io.cozy.files"}, "invalid code"),
    ]:
        status, told = await brought(home, client, **body)
        assert (status, told["error"]) == (400, error)
    status, told = await brought(home, {**client, "client_secret": "x"}, id_token=token)
    assert (status, told["error"]) == (400, "invalid client_secret")


async def test_a_code_that_was_delegated_is_used_once(home):
    client = await register(home)
    async with instance_of(home) as instance:
        code = await Operator(instance, home.app[OAUTH]).do(Asked(what="delegate"))
    status, told = await brought(home, client, code=code, scope="io.cozy.files io.cozy.contacts")
    assert (status, told["scope"]) == (200, "io.cozy.files io.cozy.contacts")
    assert (await brought(home, client, code=code, scope="io.cozy.files"))[0] == 400
    async with instance_of(home) as instance:
        assert not (await devices_of(instance.store).get(client["client_id"])).value.pending
