"""An application at a host name of its own, in a real browser: cookies, policies, its token."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.interop.conftest import program
from tests.support.chromium import chromium
from tests.support.running_home import PASSWORD, ROOT, RunningHome

HELLO = Path("tests/fixtures/hello_app").absolute()


@pytest.mark.parametrize("served", [True, False])
async def test_an_application_is_installed_entered_and_asks_the_home(tmp_path, served):
    folder = tmp_path / "home"
    with RunningHome(folder, env={"FOYER_ADMIN": "127.0.0.1:0"}) as home:
        if served:
            install(folder)
        else:
            home.stop()
            install(folder)
            home.start()
        async with chromium(program("chromium"), tmp_path / "profile") as tab:
            await tab.go(f"http://hello.localhost:{home.port}/")
            await tab.until_at("/auth/login")
            await tab.type("#passphrase", PASSWORD)
            await tab.enter()
            await tab.until("document.querySelector('#said')?.textContent.length > 5")
            assert await tab.run("location.host") == f"hello.localhost:{home.port}"
            assert await tab.run("location.search") == ""
            assert await tab.run("document.querySelector('#said').textContent") == "201 200 403 3"
            assert await tab.run("document.cookie") == ""
            complaints = [c for c in tab.complaints if "Content Security" in c["text"]]
            assert complaints == []


def install(folder):
    command = [sys.executable, "-m", "server", "app", "install", "localhost", str(HELLO)]
    ended = subprocess.run(
        [*command, "--dir", str(folder)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
    assert "hello.localhost" in ended.stdout
