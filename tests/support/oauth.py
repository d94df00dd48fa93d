"""Clients of a home as OAuth 2 makes them, request by request."""

from contextlib import asynccontextmanager
from urllib.parse import parse_qs, urlsplit

from server import keys
from server.oauth.challenge import METHOD, challenge_of
from server.oauth.oauth import OAUTH
from server.oauth.one_time_code import Codes, OneTimeCode, Opens

REDIRECT = "http://localhost:3344/callback"
DESKTOP = {
    "redirect_uris": [REDIRECT],
    "client_name": "Twake Desktop (hearth)",
    "software_id": "github.com/cozy-labs/cozy-desktop",
    "software_version": "5.5.0",
    "client_kind": "desktop",
    "client_uri": "https://github.com/cozy-labs/cozy-desktop",
    "logo_uri": "https://example.org/logo.png",
    "policy_uri": "https://example.org/policy",
}
VERIFIER = "v" * 50
JSON = {"Accept": "application/json"}


async def register(home, *, domain="localhost", **said):
    """Register a client; returns what it is told."""
    headers = {**JSON, "Host": domain}
    async with home.anybody.post(
        "/auth/register", json={**DESKTOP, **said}, headers=headers
    ) as response:
        assert response.status == 201, await response.text()
        return await response.json()


@asynccontextmanager
async def instance_of(home, domain="localhost"):
    async with home.app[keys.INSTANCES].borrow(domain) as instance:
        yield instance


async def code_for(home, client, scope, *, verifier="", domain="localhost", age=None):
    """Make a code as the consent page does."""
    oauth = home.app[OAUTH]
    code = oauth.new_code()
    issued = oauth.clock() if age is None else oauth.clock() - age
    made = OneTimeCode(
        opens=Opens.ACCESS,
        issued_at=issued.isoformat(),
        client_id=client["client_id"],
        scope=scope,
        challenge=challenge_of(verifier) if verifier else "",
        redirect_uri=REDIRECT,
    )
    async with instance_of(home, domain) as instance:
        await Codes(instance.store).add(code, made)
    return code


async def exchange(home, client, *, domain="localhost", **form):
    """Ask the token endpoint; returns status and JSON."""
    sent = {"client_id": client["client_id"], "client_secret": client["client_secret"], **form}
    headers = {**JSON, "Host": domain}
    async with home.anybody.post("/auth/access_token", data=sent, headers=headers) as response:
        return response.status, await response.json()


async def tokens_for(home, client, scope, **more):
    """Return the tokens of a scope that was consented to."""
    code = await code_for(home, client, scope, **more)
    status, told = await exchange(home, client, grant_type="authorization_code", code=code)
    assert status == 200, told
    return told


async def refreshed(home, client, token, **form):
    return await exchange(home, client, grant_type="refresh_token", refresh_token=token, **form)


def asked_for(client, scope, *, verifier="", **other):
    """Return the query of an authorization request."""
    query = {
        "client_id": client["client_id"],
        "redirect_uri": REDIRECT,
        "state": "a-state",
        "response_type": "code",
        "scope": scope,
    }
    if verifier:
        query |= {"code_challenge": challenge_of(verifier), "code_challenge_method": METHOD}
    return {**query, **other}


def answer_in(location):
    """Return the query that a client finds in the address it is called at."""
    return {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}
