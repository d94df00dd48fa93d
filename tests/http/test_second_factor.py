"""Second factors over HTTP: codes, recovery, trusted browsers, and what Basic may still do."""

import time
from base64 import b32decode

import pytest

from server import keys
from server.sign_in.factors import read_factors
from server.sign_in.totp import code_at, step_at
from tests.support.browsing import Browser
from tests.support.devices import APP_PASSWORD, app_password, basic_of, signed_in
from tests.support.house import PASSWORD, house

SECURITY = "/auth/security"


@pytest.fixture
async def home(tmp_path):
    async with house(tmp_path, kdf_iterations=0) as running:
        yield running


@pytest.fixture
async def browser(home):
    async with Browser(home.address) as opened:
        await opened.sign_in(PASSWORD)
        yield opened


class Application:
    """An authenticator application, and the recovery codes on paper beside it."""

    def __init__(self, seed, codes):
        self.seed, self.codes = seed, codes
        self.step = step_at(time.time())

    def code(self, later=0):
        return code_at(self.seed, self.step + later)


async def with_application(browser):
    page = await browser.send(await browser.get(SECURITY), SECURITY + "/totp")
    assert "<svg" in page.html
    text = page.html.partition('<code class="address">')[2].partition("<")[0]
    seed = b32decode("".join(text.split()))
    wrong = await browser.send(page, code="000000")
    assert wrong.status == 401
    application = Application(seed, [])
    page = await browser.send(page, code=application.code())
    application.codes = [part.partition("<")[0] for part in page.html.split("<li>")[1:]]
    assert len(application.codes) == 10
    return application


async def test_a_code_is_asked_after_the_passphrase_and_taken_once(home, browser):
    application = await with_application(browser)
    async with Browser(home.address, "fr") as elsewhere:
        page = await elsewhere.sign_in(PASSWORD)
        assert page.at.startswith("/auth/twofactor?")
        assert "Encore une étape" in page.text
        for used in (application.code(), "123", ""):
            page = await elsewhere.send(page, **{"two-factor-passcode": used})
            assert page.status == 401
        assert (await elsewhere.get(SECURITY)).at.startswith("/auth/login")
        page = await elsewhere.send(page, **{"two-factor-passcode": application.code(later=1)})
        assert page.at == "/"
        assert (await elsewhere.get(SECURITY)).status == 200


async def test_a_recovery_code_opens_once(home, browser):
    application = await with_application(browser)
    for status in (200, 401):
        async with Browser(home.address) as elsewhere:
            page = await elsewhere.sign_in(PASSWORD)
            code = application.codes[0].replace("-", " ").upper()
            page = await elsewhere.send(page, **{"two-factor-passcode": code})
            assert page.status == status


async def test_a_step_signs_in_once(home, browser):
    application = await with_application(browser)
    async with Browser(home.address) as elsewhere:
        page = await elsewhere.sign_in(PASSWORD)
        fields = {"two-factor-passcode": application.codes[1]}
        assert (await elsewhere.send(page, **fields)).at == "/"
        fields = {"two-factor-passcode": application.codes[2]}
        assert (await elsewhere.send(page, **fields)).status == 401


@pytest.mark.parametrize("token", ["", "garbage", "A" * 200])
async def test_without_the_first_step_there_is_no_second(browser, token):
    page = await browser.get("/auth/twofactor", params={"two_factor_token": token})
    assert page.at in ("/", "/auth/login")


async def test_a_browser_that_is_trusted_is_not_asked_again(home, browser):
    application = await with_application(browser)
    trust = {"two-factor-generate-trusted-device-token": "1"}
    async with Browser(home.address) as elsewhere:
        page = await elsewhere.sign_in(PASSWORD)
        code = {"two-factor-passcode": application.code(later=1)}
        status, told = await elsewhere.ask(page, **code, **trust)
        assert status == 200
        token = told["two_factor_trusted_device_token"]
        await elsewhere.send(await elsewhere.get(SECURITY), "/auth/logout")
        assert (await elsewhere.sign_in(PASSWORD)).at == "/"
    async with Browser(home.address) as flagship:
        page = await flagship.get("/auth/login")
        fields = {"passphrase": PASSWORD, "trusted-device-token": token}
        status, told = await flagship.ask(page, **fields)
        assert "twofactor" not in told["redirect"]
    await browser.send(await browser.get(SECURITY), SECURITY + "/browsers/forget")
    async with Browser(home.address) as flagship:
        page = await flagship.get("/auth/login")
        status, told = await flagship.ask(page, **fields)
        assert "twofactor" in told["redirect"]


async def test_basic_then_takes_app_passwords_and_says_so(home, browser):
    await with_application(browser)
    await app_password(home.app, "io.cozy.files")
    async with home.owner.get("/couchdb/io.cozy.files") as response:
        assert response.status == 401
        assert "app password" in (await response.json())["reason"]
        assert "Basic" in response.headers["WWW-Authenticate"]
    shown = basic_of(APP_PASSWORD, "owner")
    async with home.anybody.get("/couchdb/io.cozy.files", headers=shown) as response:
        assert response.status == 200
    await browser.send(await browser.get(SECURITY), SECURITY + "/totp/remove")
    async with home.owner.get("/couchdb/io.cozy.files") as response:
        assert response.status == 200


async def test_tries_at_codes_run_out_for_strangers_and_not_for_who_is_known(home, browser):
    application = await with_application(browser)
    async with Browser(home.address) as stranger:
        page = await stranger.sign_in(PASSWORD)
        for _ in range(10):
            page = await stranger.send(page, **{"two-factor-passcode": "000000"})
        assert page.status == 401
        page = await stranger.send(page, **{"two-factor-passcode": application.codes[0]})
        assert page.status == 429
    await browser.send(await browser.get(SECURITY), "/auth/logout")
    page = await browser.sign_in(PASSWORD)
    page = await browser.send(page, **{"two-factor-passcode": application.codes[0]})
    assert page.at == "/"


async def test_what_signs_in_is_changed_by_who_showed_the_passphrase_lately(home):
    async with Browser(home.address) as stale:
        stale.session.headers.update(await signed_in(home.app, proved=False))
        page = await stale.get(SECURITY)
        page = await stale.send(page, SECURITY + "/totp")
        assert page.at.startswith(SECURITY + "/confirm")
        assert (await stale.send(page, passphrase="wrong")).status == 401


async def test_seeds_and_codes_are_nowhere_in_clear(home, browser, tmp_path):
    application = await with_application(browser)
    async with home.app[keys.INSTANCES].borrow("localhost") as instance:
        factors = await read_factors(instance.store)
    assert application.seed.hex() not in str(factors)
    for file in (tmp_path / "instances").rglob("*"):
        content = file.read_bytes() if file.is_file() else b""
        assert application.seed not in content
        assert application.codes[0].encode() not in content
        assert application.codes[0].replace("-", "").encode() not in content
