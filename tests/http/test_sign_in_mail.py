"""Letters of signing in, taken by a real mail server: codes, links to a new passphrase, hints."""

import asyncio
import re
from email import message_from_bytes, policy

import pytest
from aiosmtpd.smtp import SMTP

from server import keys
from server.home_settings.profile import Profile, write_profile
from server.mail.settings import MailSettings
from tests.support.browsing import Browser
from tests.support.devices import bearer, oauth_token
from tests.support.house import PASSWORD, house

SECURITY = "/auth/security"
ADDRESS = "alice@example.org"


class Postbox:
    """Keeps what arrives."""

    def __init__(self):
        self.letters = []

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802  # as aiosmtpd calls it
        letter = message_from_bytes(envelope.content, policy=policy.default)
        self.letters.append((envelope.rcpt_tos, letter))
        return "250 OK"

    def last(self):
        return self.letters[-1][1].get_content()


@pytest.fixture
async def postbox():
    box = Postbox()
    listening = await asyncio.get_running_loop().create_server(lambda: SMTP(box), "127.0.0.1", 0)
    box.port = listening.sockets[0].getsockname()[1]
    yield box
    listening.close()


@pytest.fixture
async def home(tmp_path, postbox):
    mail = MailSettings("127.0.0.1", "foyer@example.org", port=postbox.port, security="none")
    async with house(tmp_path, kdf_iterations=0, mail=mail) as running:
        async with running.app[keys.INSTANCES].borrow("localhost") as instance:
            await write_profile(instance, Profile(email=ADDRESS))
        yield running


async def test_a_code_is_mailed_and_signs_in(home, postbox):
    async with Browser(home.address) as browser:
        await browser.sign_in(PASSWORD)
        page = await browser.get(SECURITY)
        assert "a…e@example.org" in page.text
        await browser.send(page, SECURITY + "/mail", on="1")
    async with Browser(home.address, "fr") as elsewhere:
        page = await elsewhere.sign_in(PASSWORD)
        assert "Un code part" in page.text
        (to, letter) = postbox.letters[-1]
        assert to == [ADDRESS]
        code = re.match(r"\d{6}", letter["Subject"])[0]
        assert code in postbox.last()
        page = await elsewhere.send(page, **{"two-factor-passcode": "000000"})
        assert page.status == 401
        page = await elsewhere.send(page, "/auth/twofactor/mail")
        assert len(postbox.letters) == 2
        page = await elsewhere.send(page, "/auth/twofactor", **{"two-factor-passcode": code})
        assert page.at == "/"


async def test_a_link_to_a_new_passphrase_is_mailed_and_good_once(home, postbox):
    async with Browser(home.address) as browser, Browser(home.address) as before:
        await before.sign_in(PASSWORD)
        page = await browser.send(await browser.get("/auth/passphrase_reset"))
        assert "Look into your mail" in page.text
        link = re.search(r"http\S+", postbox.last())[0]
        path = link.partition(home.address)[2]
        page = await browser.send(await browser.get(path), passphrase="short")
        assert page.status == 422
        page = await browser.send(page, passphrase="a new passphrase")
        assert page.at == "/auth/login"
        assert (await before.get(SECURITY)).at.startswith("/auth/login")
        assert (await browser.sign_in(PASSWORD)).status == 401
        assert (await browser.sign_in("a new passphrase")).at == "/"
        assert (await browser.get(path)).status == 400


async def test_the_hint_is_mailed_and_shown_nowhere(home, postbox):
    async with home.owner.put("/settings/hint", json={"hint": "about a horse"}) as response:
        assert response.status == 204
    async with Browser(home.address) as browser:
        page = await browser.get("/auth/passphrase_reset")
        page = await browser.send(page, "/auth/hint")
    assert "about a horse" in postbox.last()
    assert "horse" not in page.html


async def test_letters_are_few(home, postbox):
    async with Browser(home.address) as browser:
        page = await browser.get("/auth/passphrase_reset")
        statuses = [(await browser.send(page, "/auth/passphrase_reset")).status for _ in range(7)]
    assert statuses == [200] * 5 + [429] * 2
    assert len(postbox.letters) == 5


async def test_cozys_applications_turn_codes_by_mail_on(home, postbox):
    path = "/settings/instance/auth_mode"
    asked = {"auth_mode": "two_factor_mail"}
    async with home.owner.put(path, json=asked) as response:
        assert response.status == 204
    wrong = {**asked, "two_factor_activation_code": "000000"}
    async with home.owner.put(path, json=wrong) as response:
        assert response.status == 422
    code = re.match(r"\d{6}", postbox.letters[-1][1]["Subject"])[0]
    async with home.owner.put(path, json={**asked, "two_factor_activation_code": code}) as response:
        assert response.status == 204
    async with Browser(home.address) as browser:
        assert (await browser.sign_in(PASSWORD)).at.startswith("/auth/twofactor")
    # What acts for the owner takes no lock off their door.
    shown = bearer(await oauth_token(home.app, "io.cozy.settings"))
    async with home.anybody.put(path, json={"auth_mode": "basic"}, headers=shown) as response:
        assert response.status == 403


async def test_without_a_mail_server_the_page_says_what_else_there_is(tmp_path):
    async with house(tmp_path) as running, Browser(running.address) as browser:
        page = await browser.get("/auth/passphrase_reset")
        assert "foyer password" in page.text
        assert "<form" not in page.html
