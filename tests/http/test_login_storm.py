"""A short storm of wrong passphrases: who is known is neither kept out nor told of in the log.

`python -m benchmarks.login_storm` blows a long one, and measures.
"""

import asyncio
import io
import json
import logging

import pytest

from server.auth.credentials import MOST_UNDER_WAY
from server.auth.throttle import ONE_ADDRESS
from server.keys import CREDENTIALS
from server.observe.answered import ANSWERED
from server.observe.logging import start_logging
from tests.support.browsing import SCRIPT, Browser
from tests.support.devices import APP_PASSWORD, app_password, basic_of
from tests.support.house import PASSWORD, house

GUESS = "guessed-in-the-storm"
ATTEMPTS = 300


@pytest.fixture
def log():
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()
    start_logging("json", stream)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.fixture
async def home(tmp_path, log):
    assert log is not None
    async with house(tmp_path, trusted_proxies=("127.0.0.1",)) as running:
        yield running


async def attempt(home, number):
    where = {"X-Forwarded-For": f"198.51.{number % 90}.7", "X-Forwarded-Proto": "https"}
    guess = f"{GUESS}-{number}"
    if number % 2:
        path, headers = "/couchdb/_session", {**where, **basic_of(guess, "owner")}
        async with home.anybody.get(path, headers=headers) as response:
            return response.status
    headers = {**where, **SCRIPT, "Cookie": f"_csrf={'t' * 32}"}
    sent = {"passphrase": guess, "csrf_token": "t" * 32, "plain": "1"}
    async with home.anybody.post("/auth/login", headers=headers, data=sent) as response:
        return response.status


async def test_the_known_stay_in_and_sign_in_while_it_storms(home, log):
    await app_password(home.app, "io.cozy.files")
    shown = basic_of(APP_PASSWORD, "owner")
    async with Browser(home.address) as browser, Browser(home.address) as leaving:
        await browser.sign_in(PASSWORD)
        await leaving.sign_in(PASSWORD)
        storm = [asyncio.create_task(attempt(home, number)) for number in range(ATTEMPTS)]
        await asyncio.sleep(0.2)
        for _ in range(5):
            async with home.anybody.get("/couchdb/io.cozy.files", headers=shown) as response:
                assert response.status == 200
            assert (await browser.get("/auth/security")).status == 200
        await leaving.send(await leaving.get("/auth/security"), "/auth/logout")
        assert (await leaving.sign_in(PASSWORD)).at == "/"  # known, though signed out
        assert any(not task.done() for task in storm)
        statuses = await asyncio.gather(*storm)
    assert set(statuses) == {401, 429}
    assert statuses.count(401) <= 2 * MOST_UNDER_WAY
    ANSWERED.say()
    written = log.getvalue()
    assert GUESS not in written
    assert PASSWORD not in written
    told = [json.loads(line) for line in written.splitlines()]
    refused = [line for line in told if line.get("status") in (401, 429)]
    assert len(refused) == ATTEMPTS
    assert all(line["caller"].startswith("198.51.") for line in refused)


async def test_a_restart_gives_nobody_another_burst(tmp_path):
    for first in (True, False):
        async with house(tmp_path, trusted_proxies=("127.0.0.1",)) as home:
            for _ in range(ONE_ADDRESS.burst + 1 if first else 0):
                home.app[CREDENTIALS]._throttle.attempted("198.51.0.7")
            status = await attempt(home, 0 if first else 90)
        assert status == 429


async def test_a_form_is_refused_before_it_is_read_unless_somebody_known_may_have_sent_it(home):
    where = {"X-Forwarded-For": "198.51.100.7", "X-Forwarded-Proto": "https", **SCRIPT}
    address = home.app[CREDENTIALS]
    for _ in range(ONE_ADDRESS.burst + 1):
        address._throttle.attempted("198.51.100.7")
    login = "/auth/login"
    async with home.anybody.post(login, headers=where, data={"passphrase": GUESS}) as response:
        assert response.status == 429  # and not 403: nobody looked for the form's token
        assert int(response.headers["Retry-After"]) >= 1
        assert "error" in await response.json()
    sent = {"passphrase": GUESS, "trusted-device-token": "t" * 32}
    async with home.anybody.post(login, headers=where, data=sent) as response:
        assert response.status == 403
    known = {**where, "Cookie": f"foyer_known={'k' * 32}"}
    async with home.anybody.post(login, headers=known, data={"passphrase": GUESS}) as response:
        assert response.status == 403
