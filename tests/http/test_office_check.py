"""The check of office editing: which address fails, and why, on the page and as a command."""

import asyncio
import os
import subprocess
import sys

import pytest

from server.wopi.settings import WopiSettings
from tests.support.browsing import PAGE
from tests.support.document_server.at_house import office_house
from tests.support.document_server.desk import SECRET
from tests.support.document_server.driver import document_server
from tests.support.house import house
from tests.support.running_home import ROOT, RunningHome
from tests.support.wopi.client import wopi_client


@pytest.fixture(scope="module")
def address():
    with document_server(SECRET) as running:
        yield running


async def shown(at):
    async with at.owner.get("/office/check", headers=PAGE) as response:
        assert response.status == 200
        return await response.text()


async def test_all_well(tmp_path, address):
    async with office_house(tmp_path, address) as at:
        html = await shown(at)
    assert html.count('class="notice good"') == 5  # four ways, and the browser's that waits
    assert "does not work" not in html.partition('id="here"')[0]
    assert "9.3.0" in html


@pytest.mark.parametrize(
    ("wrong", "advice"),
    [
        ({"internal_server": "http://127.0.0.1:9"}, "office.internal_server"),
        ({"secret": "t" * 32}, "JWT_SECRET"),
        ({"server": "http://127.0.0.1:9"}, "that browsers use"),
        ({"callback_base": "http://127.0.0.1:9"}, "office.callback_base"),
    ],
)
async def test_what_fails_is_said(tmp_path, address, wrong, advice):
    wrong = {"internal_server": address, **wrong}
    async with office_house(tmp_path, address, **wrong) as at:
        html = (await shown(at)).partition('id="here"')[0]
    assert html.count('class="notice bad"') == 1
    assert advice in html


async def test_a_wopi_client_is_looked_at(tmp_path):
    async with wopi_client() as client:
        settings = WopiSettings(server=client.address)
        async with house(tmp_path, wopi=settings) as at:
            assert "4 formats" in await shown(at)


async def test_nothing_set_is_said(tmp_path):
    async with house(tmp_path) as at:
        assert "office.server" in await shown(at)


def run(home, address, secret=SECRET, lang="en"):
    env = {
        **os.environ,
        "FOYER_OFFICE_SERVER": address,
        "FOYER_OFFICE_SECRET": secret,
        "LC_ALL": lang,
    }
    command = [sys.executable, "-m", "server", "office", "check"]
    where = ["--dir", str(home.folder)]
    env["FOYER_PORT"] = str(home.port)
    return subprocess.run(
        [*command, *where], env=env, cwd=ROOT, capture_output=True, text=True, check=False
    )


async def test_the_command_says_the_same(tmp_path, address):
    env = {"FOYER_OFFICE_SERVER": address, "FOYER_OFFICE_SECRET": SECRET}
    with RunningHome(tmp_path / "home", env=env) as home:
        good = await asyncio.to_thread(run, home, address)
        assert good.returncode == 0, good.stderr
        assert good.stdout.count("✓") == 4
        bad = await asyncio.to_thread(run, home, address, "t" * 32, "fr_FR.UTF-8")
        assert bad.returncode == 1
        assert "JWT_SECRET" in bad.stdout
        assert "refuse notre signature" in bad.stdout
        assert SECRET not in good.stdout + bad.stdout
