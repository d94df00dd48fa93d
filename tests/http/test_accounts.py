"""Accounts at other services: credentials are sealed on the disk, and given to connectors alone."""

import time

import pytest

from replication.core.document import Edit
from server import keys
from server.auth.tokens import Audience, keys_of
from server.oauth.linked import KONNECTORS
from tests.support.devices import bearer, oauth_token
from tests.support.house import found, house

ACCOUNTS = "io.cozy.accounts"
WORD = "an-electricity-password"
AUTH = {"login": "me", "password": WORD, "dob": "1970-01-01"}
MANIFEST = b'{"slug":"edf","permissions":{"accounts":{"type":"io.cozy.accounts"}}}'


@pytest.fixture
async def home(tmp_path):
    found(tmp_path)
    async with house(tmp_path) as running:
        yield running


async def konnector(home):
    async with home.app[keys.INSTANCES].borrow("localhost") as instance:
        konnectors = await instance.store.ensure(KONNECTORS)
        await konnectors.write([Edit(f"{KONNECTORS}/edf", MANIFEST)])
        return bearer(keys_of(instance).token(Audience.KONNECTOR, "edf", time.time()))


async def auth_of(home, headers, path=f"/data/{ACCOUNTS}/a"):
    async with home.anybody.get(path, headers=headers) as response:
        assert response.status == 200, await response.text()
        return (await response.json())["auth"]


@pytest.mark.parametrize("door", ["data", "couchdb", "bulk", "replicated"])
async def test_a_connector_reads_what_nobody_else_does(home, door):
    account = {"account_type": "edf", "auth": AUTH}
    async with home.owner.put(f"/couchdb/{ACCOUNTS}") as response:
        assert response.status == 201
    path, sent = {
        "data": (f"/data/{ACCOUNTS}/a", account),
        "couchdb": (f"/couchdb/{ACCOUNTS}/a", account),
        "bulk": (f"/data/{ACCOUNTS}/_bulk_docs", {"docs": [{"_id": "a", **account}]}),
        "replicated": (
            f"/couchdb/{ACCOUNTS}/_bulk_docs",
            {"docs": [{"_id": "a", "_rev": "3-abc", **account}], "new_edits": False},
        ),
    }[door]
    method = "POST" if path.endswith("_bulk_docs") else "PUT"
    async with home.owner.request(method, path, json=sent) as response:
        assert response.status in (200, 201), await response.text()
    client = bearer(await oauth_token(home.app, ACCOUNTS))
    kept = await auth_of(home, client)
    assert kept.keys() == {"login", "credentials_encrypted", "dob_encrypted"}
    assert await auth_of(home, client, f"/couchdb/{ACCOUNTS}/a") == kept
    assert await auth_of(home, await konnector(home)) == AUTH
    async with home.app[keys.INSTANCES].borrow("localhost") as instance:
        files = [file for file in instance.folder.rglob("*") if file.is_file()]
    assert any("documents" in file.name for file in files)
    assert not [file for file in files if WORD.encode() in file.read_bytes()]


async def test_a_client_changes_an_account_without_seeing_its_password(home):
    client = bearer(await oauth_token(home.app, ACCOUNTS))
    path = f"/data/{ACCOUNTS}/a"
    async with home.anybody.put(path, headers=client, json={"auth": AUTH}) as response:
        assert response.status == 200
    async with home.anybody.get(path, headers=client) as response:
        account = await response.json()
    account["state"] = "LOGIN_SUCCESS"
    async with home.anybody.put(path, headers=client, json=account) as response:
        assert response.status == 200
    assert await auth_of(home, await konnector(home)) == AUTH
