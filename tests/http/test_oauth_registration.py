"""Clients register, look after that, and are forgotten (cozy.md B4, RFC 7591, RFC 7592)."""

import asyncio
import re
from datetime import timedelta

import pytest

from server.auth.throttle import Rate
from server.devices.device import devices_of
from server.oauth.oauth import OAUTH
from server.oauth.sweeping import PENDING, sweep_clients
from tests.support.devices import bearer
from tests.support.house import found, house
from tests.support.oauth import DESKTOP, JSON, instance_of, refreshed, register, tokens_for

PATH = "/auth/register"


@pytest.fixture
async def home(tmp_path):
    found(tmp_path)
    found(tmp_path, "other.example", (), b"t" * 32)
    async with house(tmp_path) as running:
        yield running


async def asked(home, method, path, **sent):
    sent.setdefault("headers", JSON)
    async with home.anybody.request(method, path, **sent) as response:
        body = await response.read()
        return response.status, (await response.json(content_type=None)) if body else None


def managing(client, **headers):
    return {**JSON, **bearer(client["registration_access_token"]), **headers}


async def test_a_client_is_told_its_id_and_its_secret_once(home):
    told = await register(home)
    assert {name: told[name] for name in DESKTOP} == DESKTOP
    assert told["client_secret_expires_at"] == 0
    assert told["grant_types"] == ["authorization_code", "refresh_token"]
    assert told["response_types"] == ["code"]
    assert re.fullmatch(r"[0-9a-f]{32}", told["client_id"])
    assert re.fullmatch(r"[A-Za-z0-9+/]{32}", told["client_secret"])  # 24 bytes
    path = f"{PATH}/{told['client_id']}"
    status, again = await asked(home, "GET", path, headers=managing(told))
    assert status == 200
    assert again["client_name"] == DESKTOP["client_name"]
    assert "client_secret" not in again
    assert "registration_access_token" not in again


async def test_the_secret_is_not_in_the_home(home, tmp_path):
    told = await register(home)
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("documents.db*"))
    assert told["client_id"].encode() in kept
    assert told["client_secret"].encode() not in kept
    assert told["registration_access_token"].encode() not in kept


async def test_names_that_are_taken_get_a_number(home):
    names = [(await register(home))["client_name"] for _ in range(3)]
    plain = DESKTOP["client_name"]
    assert names == [plain, f"{plain}-2", f"{plain}-3"]
    assert (await register(home, domain="other.example"))["client_name"] == plain


REFUSED = [
    ({"redirect_uris": []}, "invalid_redirect_uri"),
    ({"redirect_uris": ["http://localhost:3344/cb#part"]}, "invalid_redirect_uri"),
    ({"redirect_uris": ["javascript:alert(1)"]}, "invalid_redirect_uri"),
    ({"redirect_uris": ["/callback"]}, "invalid_redirect_uri"),
    ({"client_name": ""}, "invalid_client_metadata"),
    ({"client_name": 7}, "invalid_client_metadata"),
    ({"software_id": " "}, "invalid_client_metadata"),
    ({"software_id": "registry://settings"}, "unapproved_software_id"),
    ({"software_id": "registry://nothing"}, "unapproved_software_id"),
    ({"notification_platform": "pigeon"}, "invalid_client_metadata"),
    ({"client_uri": "x" * 3000}, "invalid_client_metadata"),
]


async def test_what_is_not_acceptable(home, monkeypatch):
    monkeypatch.setattr(home.app[OAUTH].registrations, "_rate", Rate(100, 0.0))
    for said, word in REFUSED:
        status, told = await asked(home, "POST", PATH, json={**DESKTOP, **said})
        assert (status, told["error"]) == (400, word), said


async def test_a_client_is_not_answered_at_the_home_itself(home):
    for host in ("localhost", "127.0.0.1"):
        own = home.address.replace("127.0.0.1", host) + "/auth/x"
        status, told = await asked(home, "POST", PATH, json={**DESKTOP, "redirect_uris": [own]})
        assert (status, told["error"]) == (400, "invalid_redirect_uri")


async def test_json_is_spoken(home):
    for headers, word in [
        ({"Accept": "text/html", "Content-Type": "application/json"}, "bad_accept_header"),
        ({"Accept": "application/json", "Content-Type": "text/plain"}, "bad_content_type"),
        ({"Accept": "application/json", "Content-Type": "application/json"}, None),
    ]:
        status, told = await asked(home, "POST", PATH, data=b"{", headers=headers)
        assert (status, told["error"]) == (400, word or "invalid_client_metadata")


async def test_a_client_says_anew_what_it_is(home):
    told = await register(home)
    path = f"{PATH}/{told['client_id']}"
    newer = {**DESKTOP, "client_id": told["client_id"], "software_version": "6"}
    status, answer = await asked(home, "PUT", path, json=newer, headers=managing(told))
    assert status == 200
    assert answer["software_version"] == "6"
    assert answer["client_name"] == DESKTOP["client_name"]
    # cozy-stack-client forgets what the answer does not repeat.
    assert answer["client_secret"] == told["client_secret"]
    assert (await asked(home, "GET", path, headers=managing(answer)))[0] == 200
    for body, word in [
        (DESKTOP, "invalid_client_id"),
        ({**newer, "client_secret": "guessed"}, "invalid_client_secret"),
        ({**newer, "redirect_uris": []}, "invalid_redirect_uri"),
        ({"client_id": told["client_id"]}, "invalid_redirect_uri"),
    ]:
        status, answer = await asked(home, "PUT", path, json=body, headers=managing(told))
        assert (status, answer["error"]) == (400, word)


async def test_a_secret_is_changed_by_who_knows_it(home):
    told = await register(home)
    path = f"{PATH}/{told['client_id']}"
    same = {**DESKTOP, "client_id": told["client_id"], "client_secret": told["client_secret"]}
    status, answer = await asked(home, "PUT", path, json=same, headers=managing(told))
    assert status == 200
    assert answer["client_secret"] != told["client_secret"]
    assert (await tokens_for(home, answer, "io.cozy.files"))["scope"] == "io.cozy.files"
    with pytest.raises(AssertionError, match="invalid client_secret"):
        await tokens_for(home, told, "io.cozy.files")


async def test_who_has_no_registration_token_learns_nothing(home):
    told, other = await register(home), await register(home)
    access = (await tokens_for(home, told, "*"))["access_token"]
    path = f"{PATH}/{told['client_id']}"
    for method in ("GET", "PUT", "DELETE"):
        for headers in (
            JSON,
            {**JSON, **bearer("nonsense")},
            managing(other),
            {**JSON, **bearer(access)},
            managing(told, Host="other.example"),
        ):
            status, answer = await asked(home, method, path, json=DESKTOP, headers=headers)
            elsewhere = headers.get("Host") is not None
            if elsewhere:
                assert status == (204 if method == "DELETE" else 404)
            else:
                assert (status, answer) == (401, {"error": "invalid_token"})
    status, answer = await asked(home, "GET", f"{PATH}/nobody", headers=managing(told))
    assert (status, answer) == (404, {"error": "Client not found"})


async def test_a_client_that_leaves_is_gone_with_its_tokens(home):
    told = await register(home)
    tokens = await tokens_for(home, told, "io.cozy.contacts")
    path = f"{PATH}/{told['client_id']}"
    for _ in range(2):
        assert (await asked(home, "DELETE", path, headers=managing(told)))[0] == 204
    status, answer = await refreshed(home, told, tokens["refresh_token"])
    assert (status, answer) == (400, {"error": "the client must be registered"})
    shown = {**JSON, **bearer(tokens["access_token"])}
    status, answer = await asked(home, "GET", "/data/io.cozy.contacts/a", headers=shown)
    assert (status, answer) == (400, {"error": "code=400, message=Client not found"})


async def test_clients_that_never_came_back_are_forgotten(home):
    never, used = await register(home), await register(home)
    await tokens_for(home, used, "io.cozy.files")
    now = home.app[OAUTH].clock()
    async with instance_of(home) as instance:
        assert await sweep_clients(instance, now + PENDING - timedelta(seconds=5)) == 0
        assert await sweep_clients(instance, now + PENDING + timedelta(seconds=5)) == 1
        assert [kept.id async for kept in devices_of(instance.store).all()] == [used["client_id"]]
    path = f"{PATH}/{never['client_id']}"
    assert (await asked(home, "GET", path, headers=managing(never)))[0] == 404


async def test_one_address_registers_so_fast_and_no_faster(home):
    answers = await asyncio.gather(*(asked(home, "POST", PATH, json=DESKTOP) for _ in range(15)))
    statuses = [status for status, _ in answers]
    assert statuses.count(201) == 10
    assert statuses.count(429) == 5
