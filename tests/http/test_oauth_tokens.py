"""The token endpoint: each error in the words that clients parse, and what tokens then open."""

import asyncio
from base64 import b64encode
from datetime import timedelta

import pytest

from replication.core.document import Edit
from server.devices.device import devices_of
from server.oauth.linked import APPS
from server.oauth.one_time_code import LIFETIME
from tests.support.devices import bearer
from tests.support.house import found, house
from tests.support.oauth import (
    JSON,
    REDIRECT,
    VERIFIER,
    code_for,
    exchange,
    instance_of,
    refreshed,
    register,
    tokens_for,
)

CONTACTS = "io.cozy.contacts"
CODE = {"grant_type": "authorization_code"}


@pytest.fixture
async def home(tmp_path):
    found(tmp_path)
    found(tmp_path, "other.example", (), b"t" * 32)
    async with house(tmp_path) as running:
        async with instance_of(running) as instance:
            contacts = await instance.store.ensure(CONTACTS)
            await contacts.write([Edit("a", b"{}")])
        yield running


async def status_of(home, token, path=f"/data/{CONTACTS}/a"):
    async with home.anybody.get(path, headers=bearer(token)) as response:
        return response.status


async def test_a_code_gives_tokens_that_open_what_was_consented_to(home):
    client = await register(home)
    told = await tokens_for(home, client, f"{CONTACTS}:GET")
    assert set(told) == {"access_token", "refresh_token", "token_type", "scope"}
    assert (told["token_type"], told["scope"]) == ("bearer", f"{CONTACTS}:GET")
    assert await status_of(home, told["access_token"]) == 200
    assert await status_of(home, told["access_token"], "/data/io.cozy.bills/a") == 403
    assert await status_of(home, told["refresh_token"]) == 400
    status, again = await refreshed(home, client, told["refresh_token"])
    assert status == 200
    assert set(again) == {"access_token", "token_type", "scope"}
    assert again["scope"] == told["scope"]
    async with instance_of(home) as instance:
        kept = await devices_of(instance.store).get(client["client_id"])
    assert not kept.value.pending
    assert kept.value.last_refreshed_at
    assert kept.value.scope == told["scope"]


async def test_answers_with_tokens_are_kept_by_nobody(home):
    client = await register(home)
    code = await code_for(home, client, CONTACTS)
    form = {"client_id": client["client_id"], "client_secret": client["client_secret"], **CODE}
    async with home.anybody.post("/auth/access_token", data={**form, "code": code}) as response:
        assert response.status == 200
        assert response.headers["Cache-Control"] == "no-store"


WORDS = [
    ({"grant_type": ""}, "the grant_type parameter is mandatory"),
    ({"client_id": "", **CODE}, "the client_id parameter is mandatory"),
    ({"client_secret": "", **CODE}, "the client_secret parameter is mandatory"),
    ({"client_id": "nobody", **CODE}, "the client must be registered"),
    ({"client_secret": "guessed", **CODE}, "invalid client_secret"),
    (CODE, "the code parameter is mandatory"),
    ({**CODE, "code": "guessed"}, "invalid code"),
    ({"grant_type": "refresh_token"}, "invalid refresh token"),
    ({"grant_type": "refresh_token", "refresh_token": "a.b.c"}, "invalid refresh token"),
    ({"grant_type": "password"}, "invalid grant type"),
]


async def test_the_words_of_refusals(home):
    client = await register(home)
    for form, words in WORDS:
        assert await exchange(home, client, **form) == (400, {"error": words}), form


async def test_a_code_is_good_for_one_client_once_and_for_five_minutes(home):
    client, other = await register(home), await register(home)
    code = await code_for(home, client, CONTACTS)
    refused = (400, {"error": "invalid code"})
    assert await exchange(home, other, **CODE, code=code) == refused
    elsewhere = {"redirect_uri": "http://localhost:1/else"}
    assert await exchange(home, client, **CODE, code=code, **elsewhere) == refused
    answers = await asyncio.gather(
        *(exchange(home, client, **CODE, code=code, redirect_uri=REDIRECT) for _ in range(5))
    )
    assert sorted(status for status, _ in answers) == [200, 400, 400, 400, 400]
    late = await code_for(home, client, CONTACTS, age=LIFETIME + timedelta(seconds=1))
    assert await exchange(home, client, **CODE, code=late) == refused
    assert await exchange(home, client, domain="other.example", **CODE, code=code) == (
        400,
        {"error": "the client must be registered"},
    )


async def test_a_challenge_is_answered(home):
    client = await register(home)
    code = await code_for(home, client, CONTACTS, verifier=VERIFIER)
    refused = (400, {"error": "invalid code_verifier"})
    assert await exchange(home, client, **CODE, code=code) == refused
    assert await exchange(home, client, **CODE, code=code, code_verifier="w" * 50) == refused
    status, _ = await exchange(home, client, **CODE, code=code, code_verifier=VERIFIER)
    assert status == 200


async def test_a_refresh_token_is_its_clients_alone(home):
    client, other = await register(home), await register(home)
    tokens = await tokens_for(home, client, CONTACTS)
    await tokens_for(home, other, "*")
    refused = (400, {"error": "invalid refresh token"})
    assert await refreshed(home, other, tokens["refresh_token"]) == refused
    assert await refreshed(home, client, tokens["access_token"]) == refused
    assert await refreshed(home, client, client["registration_access_token"]) == refused


async def test_a_refresh_may_ask_for_less_and_never_for_more(home):
    client = await register(home)
    tokens = await tokens_for(home, client, f"{CONTACTS} io.cozy.bills:GET")
    token = tokens["refresh_token"]
    status, told = await refreshed(home, client, token, scope=f"{CONTACTS}:GET:a")
    assert (status, told["scope"]) == (200, f"{CONTACTS}:GET:a")
    assert await status_of(home, told["access_token"], f"/data/{CONTACTS}/_all_docs") == 403
    for wider in ("*", "io.cozy.bills", "io.cozy.files:GET", "!"):
        assert await refreshed(home, client, token, scope=wider) == (
            400,
            {"error": "invalid_scope"},
        )


async def test_a_client_may_show_its_secret_in_basic(home):
    client = await register(home)
    code = await code_for(home, client, CONTACTS)
    secret = client["client_secret"].replace("+", "%2B").replace("/", "%2F")
    login = b64encode(f"{client['client_id']}:{secret}".encode()).decode()
    async with home.anybody.post(
        "/auth/access_token",
        data={**CODE, "code": code},
        headers={"Authorization": f"Basic {login}"},
    ) as response:
        assert response.status == 200


async def revoke(home, client, token):
    form = {
        "token": token,
        "client_id": client["client_id"],
        "client_secret": client["client_secret"],
    }
    async with home.anybody.post("/auth/revoke", data=form, headers=JSON) as response:
        return response.status


async def test_a_revoked_grant_opens_nothing_more(home):
    client, other = await register(home), await register(home)
    tokens, kept = [await tokens_for(home, one, CONTACTS) for one in (client, other)]
    # Somebody else's token, and what is none, change nothing (RFC 7009 2.2).
    assert await revoke(home, other, tokens["refresh_token"]) == 200
    assert await revoke(home, client, "nonsense") == 200
    assert await status_of(home, tokens["access_token"]) == 200
    assert await revoke(home, client, tokens["refresh_token"]) == 200
    assert await status_of(home, tokens["access_token"]) == 400
    assert (await refreshed(home, client, tokens["refresh_token"]))[0] == 400
    assert await status_of(home, kept["access_token"]) == 200
    again = await tokens_for(home, client, CONTACTS)
    assert await status_of(home, again["access_token"]) == 200
    assert await revoke(home, {**client, "client_secret": "guessed"}, "x") == 401


async def test_a_linked_client_may_do_what_the_manifest_says(home):
    async with instance_of(home) as instance:
        apps = await instance.store.ensure(APPS)
        manifest = b'{"permissions":{"c":{"type":"io.cozy.contacts","verbs":["GET"]}}}'
        await apps.write([Edit(f"{APPS}/contacts", manifest)])
    client = await register(home, software_id="registry://contacts")
    told = await tokens_for(home, client, f"@{APPS}/contacts")
    assert await status_of(home, told["access_token"]) == 200
    assert await status_of(home, told["access_token"], "/data/io.cozy.bills/a") == 403
    async with instance_of(home) as instance:
        (kept,) = await (await instance.store.open(APPS)).get_many([f"{APPS}/contacts"])
        less = Edit(f"{APPS}/contacts", b'{"permissions":{}}', base=kept.revision)
        await (await instance.store.open(APPS)).write([less])
    assert await status_of(home, told["access_token"]) == 403  # from the next request on
    gone = await tokens_for(home, client, f"@{APPS}/gone")
    assert await status_of(home, gone["access_token"]) == 403


async def test_who_only_wants_to_know_the_owner_reads_nothing(home):
    client = await register(home)
    told = await tokens_for(home, client, "login")
    assert await status_of(home, told["access_token"]) == 403
    assert await status_of(home, told["access_token"], "/data/login/_all_docs") == 403


async def test_what_the_server_can_do_is_said_at_the_well_known_place(home):
    async with home.anybody.get("/.well-known/oauth-authorization-server") as response:
        told = await response.json()
    assert told["issuer"] == home.address
    assert told["registration_endpoint"] == f"{home.address}/auth/register"
    assert told["code_challenge_methods_supported"] == ["S256"]
