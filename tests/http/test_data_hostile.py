"""Requests that no client should send, at every document route: an error of the protocol's own.

Never a 5xx, never a hang; and what is refused changes nothing.
"""

import asyncio
import json
import os
import random
from dataclasses import dataclass

import pytest
from aiohttp.test_utils import TestClient
from yarl import URL

from tests.support import nonsense
from tests.support.nonsense import NONSENSE, SENSIBLE
from tests.support.served_couch import ServedCouch
from tests.support.served_home import serve_home

REQUESTS = int(os.environ.get("FOYER_TESTS_FUZZ", "3000"))
SEED = int(os.environ.get("FOYER_TESTS_SEED", "20261123"))
PATIENCE = 20  # seconds for one answer
THINGS = "org.example.things"


SETTINGS = ("/_revs_limit", "/_purged_infos_limit", "/_security", "/_local_docs")


@dataclass
class Server:
    """A server under attack: who asks, the prefixes of its doors, and the door of CouchDB's API."""

    client: TestClient
    doors: list[str]

    @property
    def things(self):
        return f"{self.doors[0]}/{THINGS}"

    async def begin(self):
        picture = {"p": {"data": "eHl6", "content_type": "text/plain"}}
        for path, body in (
            ("", {}),
            ("/known", {"n": 1}),
            ("/held", {"n": 2, "_attachments": picture}),
            ("/_design/d", nonsense.DESIGN),
        ):
            assert (await self.client.put(self.things + path, json=body)).status == 201
        return self

    async def state(self, path):
        """Return what would show a change that a request to this path makes to most's database."""
        told = [""] + [setting for setting in SETTINGS if setting[:7] in path]
        answers = [await self.client.get(self.things + ending) for ending in told]
        return [await answer.text() for answer in answers]


@pytest.fixture
async def home(tmp_path):
    client = await serve_home(tmp_path / "dir")
    yield await Server(client, ["/couchdb", "/data"]).begin()
    await client.close()


@pytest.fixture
async def couch(tmp_path):
    async with ServedCouch(tmp_path) as served:
        yield await Server(served.admin, [""]).begin()


@dataclass(frozen=True)
class Asked:
    """One request."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes | None


def some(chance, options, most):
    names = chance.sample(sorted(options), chance.randrange(most + 1))
    return {name: chance.choice(options[name]) for name in names}


def anything(chance, doors):
    """Return a request that makes no sense as a whole."""
    door = chance.choice([doors[0], *doors])
    if chance.random() < 0.15:
        path = door + chance.choice(nonsense.ROOTS)
    else:
        name = "/" + chance.choice(nonsense.NAMES) if chance.random() < 0.6 else ""
        path = f"{door}/{chance.choice(nonsense.DATABASES)}{name}{chance.choice(nonsense.ENDINGS)}"
    query, headers = some(chance, nonsense.PARAMETERS, 4), some(chance, nonsense.HEADERS, 3)
    body = chance.choice(NONSENSE + SENSIBLE) if chance.random() < 0.7 else None
    return Asked(chance.choice(nonsense.METHODS), path, query, headers, body)


def meant_well(chance, doors):
    """Return a request of some route, with few things about it that may be odd."""
    door = chance.choice([doors[0], *doors])
    method, ending, kind, bodies = chance.choice(nonsense.MEANT)
    database = THINGS if chance.random() < 0.9 else chance.choice(nonsense.DATABASES)
    path = door + ending[3:] if ending.startswith("/../") else f"{door}/{database}{ending}"
    query, headers = some(chance, nonsense.PARAMETERS, 2), some(chance, nonsense.HEADERS, 1)
    headers.setdefault("Content-Type", kind)
    return Asked(method, path, query, headers, chance.choice(bodies))


def request(chance, doors):
    asked = (meant_well if chance.random() < 0.5 else anything)(chance, doors)
    asked.query.setdefault("timeout", "1")
    if "heartbeat" in asked.query:
        asked.query["feed"] = "normal"  # a feed with a heartbeat never ends
    return asked


async def ask(client, asked):
    url = URL(asked.path, encoded=True).with_query(asked.query)
    async with asyncio.timeout(PATIENCE):
        async with client.request(
            asked.method, url, headers=asked.headers, data=asked.body
        ) as response:
            answer = await response.read()
            if response.content_type == "text/plain" and response.status == 400:
                answer = b""  # the HTTP parser's own word: it never was a request
            return response.status, answer


def as_couchdb(asked, status):
    """Tell whether CouchDB's own tests want this error of the server: what asks for no index."""
    of_index = asked.path.endswith("/_index")
    return status == 501 or (of_index and (asked.method, status) != ("POST", 500))


async def attack(server, requests, seed):
    """Ask so often, and return the statuses that came."""
    chance = random.Random(seed)
    statuses = set()
    for _ in range(requests):
        asked = request(chance, server.doors)
        before = await server.state(asked.path)
        status, answer = await ask(server.client, asked)
        if status >= 500 and not as_couchdb(asked, status):
            raise AssertionError((asked, status, answer[:500]))
        if status >= 400 and answer and asked.method != "HEAD":
            assert json.loads(answer)["error"], asked
        after = await server.state(asked.path) if status >= 400 else before
        assert after == before, (asked, status, before, after)
        statuses.add(status)
        ended = asked.method == "DELETE" and asked.path.rstrip("/").endswith("/" + THINGS)
        if ended and status < 300:
            await server.begin()
    return statuses


async def test_no_request_is_answered_with_a_server_error(home):
    statuses = await attack(home, REQUESTS * 3 // 4, SEED)
    assert statuses >= {200, 400, 404, 405, 409, 415}


async def test_no_request_to_a_couch_is_answered_with_a_server_error(couch):
    statuses = await attack(couch, REQUESTS // 4, SEED)
    assert statuses >= {200, 400, 404, 405, 409, 415}


NO_DOCUMENTS = [
    body
    for body in NONSENSE
    if not body.startswith((b'{"docs', b'{"x"', b'{"keys', b'{"queries', b'{"doc_ids'))
]
NO_BATCHES = [body for body in NONSENSE if b'"_id":"x","_attach' not in body]
WRITES = [
    ("PUT", "/new", NO_DOCUMENTS),
    ("PUT", "/known", NO_DOCUMENTS),
    ("POST", "", NO_DOCUMENTS),
    ("POST", "/_bulk_docs", NO_BATCHES),
    ("POST", "/_purge", [body for body in NONSENSE if body != b'{"_attachments":[]}']),
    ("PUT", "/_revs_limit", [body for body in NONSENSE if body != b"7"]),
]


async def test_nonsense_is_refused_and_changes_nothing(home):
    client, things = home.client, home.things
    before = await (await client.get(things)).json()
    for method, ending, bodies in WRITES:
        for body in bodies:
            for kind in ("application/json", 'multipart/related; boundary="z"'):
                headers = {"Content-Type": kind}
                asked = Asked(method, things + ending, {}, headers, body)
                status, answer = await ask(client, asked)
                assert 400 <= status < 500, (method, ending, kind, body[:100], status, answer)
    assert await (await client.get(things)).json() == before
    known = await (await client.get(things + "/known")).json()
    assert (known["_rev"][:2], known["n"]) == ("1-", 1)
