"""Commands that a newcomer needs to run Cozy's own tests against a home (cozy.md C7)."""

import asyncio
import subprocess
import sys

from tests.support.devices import bearer
from tests.support.house import found, house
from tests.support.running_home import ROOT, RunningHome

DESKTOP = ("http://localhost/", "test", "github.com/cozy-labs/cozy-desktop")


def foyer(folder, *arguments, code=0):
    command = [sys.executable, "-m", "server", "instance", *arguments, "--dir", str(folder)]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == code, ended.stderr
    return (ended.stdout if code == 0 else ended.stderr).strip()


async def test_a_client_and_tokens_of_a_home_at_rest(tmp_path):
    found(tmp_path)
    client = await asyncio.to_thread(foyer, tmp_path, "client-oauth", "localhost", *DESKTOP)
    scope = ("io.cozy.files", "io.cozy.settings")
    token = await asyncio.to_thread(foyer, tmp_path, "token-oauth", "localhost", client, *scope)
    short = await asyncio.to_thread(foyer, tmp_path, "token-cli", "localhost", "io.cozy.files:GET")
    async with house(tmp_path) as home:
        for shown in (token, short):
            path = "/data/io.cozy.files/_changes"
            async with home.anybody.get(path, headers=bearer(shown)) as response:
                assert response.status == 200
        async with home.anybody.get("/data/io.cozy.bills/", headers=bearer(token)) as response:
            assert response.status == 403
    refused = ("token-oauth", "localhost", "nobody", "io.cozy.files")
    assert "must be registered" in await asyncio.to_thread(foyer, tmp_path, *refused, code=1)
    refused = ("token-cli", "localhost", "io.cozy.*")
    assert "scope" in await asyncio.to_thread(foyer, tmp_path, *refused, code=1)
    assert "nowhere" in await asyncio.to_thread(
        foyer, tmp_path, "certify-client", "nowhere", client, code=1
    )
    assert client in await asyncio.to_thread(foyer, tmp_path, "certify-client", "localhost", client)


def test_a_client_and_a_token_of_a_home_that_is_served(tmp_path):
    with RunningHome(tmp_path / "home", env={"FOYER_ADMIN": "127.0.0.1:0"}) as running:
        client = foyer(running.folder, "client-oauth", "localhost", *DESKTOP)
        token = foyer(running.folder, "token-oauth", "localhost", client, "io.cozy.files")
        assert token.count(".") == 2
        assert "nobody" in foyer(running.folder, "certify-client", "localhost", "nobody", code=1)
