"""A home that is founded without a passphrase: its set-up link, which opens it once."""

import random

import pytest

from server.instances.founding import HomeRegister
from server.instances.record import read_record
from tests.support.browsing import Browser
from tests.support.house import house

PASSPHRASE = "four words nobody connects"


@pytest.fixture
def founded(tmp_path):
    register = HomeRegister(tmp_path, random.Random(3).randbytes, kdf_iterations=50_000)
    return register.found("localhost", "owner", aliases=("127.0.0.1",), set_up=True)


@pytest.fixture
async def home(tmp_path, founded):
    assert founded.set_up_token
    async with house(tmp_path, kdf_iterations=50_000) as running:
        yield running


async def test_the_link_opens_the_home_once(home, founded):
    path = f"/auth/passphrase?registerToken={founded.set_up_token}"
    async with Browser(home.address) as browser:
        assert "Nobody lives here yet" in (await browser.get("/auth/login")).text
        page = await browser.get(path)
        assert page.form()["attributes"]["data-salt"] == "me@localhost"
        page = await browser.send(page, passphrase="short")
        assert page.status == 422
        page = await browser.send(page, passphrase=PASSPHRASE, hint="words")
        assert page.status == 200
        assert (await browser.get("/auth/security")).status == 200
        assert (await browser.get(path)).status == 400
    async with Browser(home.address) as browser:
        assert (await browser.sign_in(PASSPHRASE)).at == "/"
    record = read_record(founded.record.folder)
    assert record.onboarded
    assert record.owner.kdf.iterations == 50_000
    assert not record.owner.setup_hash


@pytest.mark.parametrize("token", ["", "x" * 64])
async def test_no_other_link_does(home, token):
    async with Browser(home.address) as browser:
        assert (await browser.get(f"/auth/passphrase?registerToken={token}")).status == 400
        sent = {"register_token": token, "passphrase": PASSPHRASE, "plain": "1"}
        assert (await browser.post("/settings/passphrase", sent)).status == 400


async def test_until_then_nobody_gets_in(home):
    async with home.owner.get("/couchdb/_session") as response:
        assert response.status == 401


async def test_programs_set_it_up_too(home, founded):
    sent = {"register_token": founded.set_up_token, "passphrase": "A" * 44, "iterations": 60_000}
    async with home.anybody.post("/settings/passphrase", json=sent) as response:
        assert response.status == 204
        assert "cozysessid" in response.cookies


def test_what_is_kept_is_not_the_token(founded):
    text = (founded.record.folder / "instance.json").read_text()
    assert founded.set_up_token not in text
    assert founded.set_up_token not in repr(founded)
