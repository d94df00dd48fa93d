"""Clients that may do everything: certified by a mailed code, or by who runs the machine."""

import asyncio
import re
from email import message_from_bytes, policy

import pytest
from aiosmtpd.smtp import SMTP

from replication.core.document import Edit
from server.home_settings.profile import Profile, write_profile
from server.mail.settings import MailSettings
from server.oauth.linked import KONNECTORS
from server.oauth.oauth import OAUTH
from server.oauth.operator import Asked, Operator
from tests.support.browsing import Browser
from tests.support.devices import bearer, oauth_token
from tests.support.house import PASSWORD, house
from tests.support.oauth import JSON, VERIFIER, asked_for, instance_of, register

PATH = "/auth/authorize"


class Postbox:
    """Keeps the subjects of what arrives."""

    def __init__(self):
        self.subjects = []

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802  # as aiosmtpd calls it
        letter = message_from_bytes(envelope.content, policy=policy.default)
        self.subjects.append(letter["Subject"])
        return "250 OK"


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
        yield running


async def logged_in(home, client, **said):
    sent = {
        "passphrase": PASSWORD,
        "plain": True,
        "client_id": client["client_id"],
        "client_secret": client["client_secret"],
        **said,
    }
    async with home.anybody.post("/auth/login/flagship", json=sent, headers=JSON) as response:
        return response.status, await response.json()


async def test_a_client_is_certified_by_a_mailed_code_and_then_let_in_at_once(home, postbox):
    async with instance_of(home) as instance:
        await write_profile(instance, Profile(email="alice@example.org"))
    client = await register(home)
    status, told = await logged_in(home, client)
    assert (status, set(told)) == (202, {"session_code"})
    query = asked_for(client, "*", verifier=VERIFIER, session_code=told["session_code"])
    async with Browser(home.address) as browser:
        page = await browser.get(PATH, params=query)
        assert "asks for everything" in page.text
        code = re.match(r"\d{6}", postbox.subjects[-1])[0]
        wrong = "000000" if code != "000000" else "111111"
        page = await browser.send(page, f"/auth/clients/{client['client_id']}/flagship", code=wrong)
        assert page.status == 401
        code = re.match(r"\d{6}", postbox.subjects[-1])[0]
        page = await browser.send(page, f"/auth/clients/{client['client_id']}/flagship", code=code)
        assert "Do everything in your home" in page.text
    status, told = await logged_in(home, client)
    assert (status, told["scope"]) == (200, "*")
    async with home.anybody.get(
        "/data/io.cozy.files/_changes", headers=bearer(told["access_token"])
    ) as response:
        assert response.status == 200


async def test_who_runs_the_machine_certifies_where_no_letter_arrives(home, postbox):
    client = await register(home)
    _, told = await logged_in(home, client)
    query = asked_for(client, "*", verifier=VERIFIER, session_code=told["session_code"])
    async with Browser(home.address) as browser:
        page = await browser.get(PATH, params=query)
        assert f"certify-client localhost {client['client_id']}" in page.text
        assert "<form" not in page.html
    assert postbox.subjects == []
    async with instance_of(home) as instance:
        asked = Asked(what="certify", client_id=client["client_id"])
        await Operator(instance, home.app[OAUTH]).do(asked)
    assert (await logged_in(home, client))[0] == 200


async def test_who_is_not_let_in(home):
    client = await register(home)
    status, told = await logged_in(home, client, passphrase="guessed")
    assert status == 401
    assert set(told) == {"error"}
    status, told = await logged_in(home, client, client_secret="guessed")
    assert (status, told["error"]) == (400, "invalid client_secret")
    path = f"/auth/clients/{client['client_id']}/flagship"
    async with home.anybody.post(path, data={"code": "000000"}) as response:
        assert response.status == 401


async def test_a_flagship_runs_konnectors_of_the_home(home):
    async with instance_of(home) as instance:
        konnectors = await instance.store.ensure(KONNECTORS)
        manifest = b'{"permissions":{"b":{"type":"io.cozy.bills"}}}'
        await konnectors.write([Edit(f"{KONNECTORS}/edf", manifest)])
    everything = bearer(await oauth_token(home.app, "*"))
    path = "/auth/tokens/konnectors"
    async with home.anybody.post(f"{path}/edf", headers=everything) as response:
        assert response.status == 201
        shown = bearer(await response.json())
    async with home.anybody.put("/data/io.cozy.bills/a", json={}, headers=shown) as response:
        assert response.status == 200
    async with home.anybody.get("/data/io.cozy.files/_changes", headers=shown) as response:
        assert response.status == 403
    async with home.anybody.post(f"{path}/none", headers=everything) as response:
        assert response.status == 404
    less = bearer(await oauth_token(home.app, "io.cozy.bills", client="d" * 32))
    async with home.anybody.post(f"{path}/edf", headers=less) as response:
        assert response.status == 403
