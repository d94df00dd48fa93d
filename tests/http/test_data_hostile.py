"""Requests that no client should send, at every document route: an error of the protocol's own.

Never a 5xx, never a hang; and a write that says nothing sensible changes nothing.
"""

import asyncio
import json
import os
import random

import pytest
from yarl import URL

from tests.support.served_home import serve_home

REQUESTS = int(os.environ.get("FOYER_TESTS_FUZZ", "4000"))
PATIENCE = 20  # seconds for one answer
SEED = 20261123

DATABASES = [
    "org.example.things",
    "nobody",
    "io.cozy.files",
    "_private",
    "A",
    "a%2Fb",
    "%ff",
    "%C3%A9",
]
NAMES = [
    "x", "known", "_design/d", "_design/", "_design", "_local/c", "_local/", "_local", "_odd",
    "a%2Fb", "%00", "%", "%zz", "..", ".", "%2e%2e%2f", "%E2%80%AE", "x" * 3000, "%ff%fe",
    "%F0%9F%8F%A0",
]  # fmt: skip
ENDINGS = [
    "", "/", "/p", "/p/q", "/_all_docs", "/_all_docs/queries", "/_bulk_docs", "/_bulk_get",
    "/_changes", "/_compact", "/_design_docs", "/_ensure_full_commit", "/_purge", "/_revs_diff",
    "/_revs_limit", "/_security", "/_view_cleanup", "/_purged_infos_limit", "/_missing_revs",
    "/_nothing", "/_find", "/_local_docs", "/_purged_infos", "/_design_docs/queries",
]  # fmt: skip
ROOTS = [
    "",
    "/",
    "/_all_dbs",
    "/_uuids",
    "/_up",
    "/_dbs_info",
    "/_db_updates",
    "/_scheduler/jobs",
    "/_scheduler/docs",
    "/_scheduler/docs/_replicator/x",
    "/_scheduler/docs/odd",
    "/_scheduler/jobs/x",
    "/_active_tasks",
    "/_membership",
]
METHODS = ["GET", "HEAD", "PUT", "POST", "DELETE", "PATCH", "COPY", "OPTIONS", "PROPFIND", "TRACE"]
PARAMETERS = {
    "rev": ["1-a", "odd", "", "1-", "99999999999999999999-a", "-1-a", "\u0661-a"],
    "since": ["0", "now", "1-dead", "-1", "x", "9" * 30, "[]", "1e3"],
    "limit": ["0", "1", "-1", "x", "9" * 30, "1.5"],
    "skip": ["0", "-1", "x", "9" * 30],
    "feed": ["normal", "longpoll", "odd"],
    "timeout": ["1", "0", "-5", "x"],
    "heartbeat": ["5", "0", "true", "false", "x"],
    "style": ["all_docs", "main_only", "odd"],
    "filter": ["_doc_ids", "_design", "_selector", "_view", "d/f", "odd", ""],
    "view": ["d/v", "odd", ""],
    "doc_ids": ['["x"]', "[", "{}", "null"],
    "include_docs": ["true", "false", "maybe"],
    "attachments": ["true", "maybe"],
    "conflicts": ["true", "1"],
    "descending": ["true", "yes"],
    "revs": ["true", ""],
    "revs_info": ["true", "x"],
    "open_revs": ["all", "[]", '["1-a"]', '["odd"]', "{}", "[1]", "x"],
    "latest": ["true", "x"],
    "keys": ['["x"]', "[1]", "{}", "[", "null", '"x"'],
    "key": ['"x"', "1", "x", "null"],
    "startkey": ['"x"', "{}", "[]", "x", "1"],
    "endkey": ['"x"', "{}", "null", "x"],
    "new_edits": ["true", "false", "x"],
    "atts_since": ['["1-a"]', "[]", "[1]", "x"],
    "batch": ["ok", "x"],
    "states": ["running", ""],
    "q": ["2", "0", "x"],
    "partitioned": ["true", "false", "x"],
    "att_encoding_info": ["true", "x"],
    "update_seq": ["true", "1"],
    "seq_interval": ["2", "0", "-1", "x"],
    "include_docs;skip": ["true;1", ";"],
    "count": ["0", "5", "1001", "x", "-1"],
}
HEADERS = {
    "Content-Type": [
        "application/json", "text/plain", "multipart/related", 'multipart/related; boundary="z"',
        "multipart/mixed; boundary=", "application/json; charset=latin-1", ";;;", "",
    ],
    "If-Match": ['"1-a"', "odd", "*", ""],
    "If-None-Match": ['"1-a"', "*"],
    "Range": ["bytes=0-1", "bytes=9-1", "bytes=-", "lines=1-2", "bytes=99999999999-"],
    "Accept": ["application/json", "multipart/mixed", "multipart/related", "text/html", "*/*"],
    "Content-MD5": ["AAAA", "!", ""],
    "Last-Event-ID": ["1", "x", "-1"],
    "Destination": [
        "y", "http://elsewhere/x", "", "known?rev=1-a", "y?rev=odd", "y?", "%ff", "_local/y",
        "_odd", "_design/", "a/b/c",
    ],
    "Content-Encoding": ["identity", "x-odd", ""],
    "Accept-Encoding": ["gzip", "identity;q=0", "*", "gzip;q=x", ""],
}  # fmt: skip
NONSENSE = [
    b"", b"{", b"[", b"null", b"7", b'"x"', b"\xff\xfe", b"[]", b'{"docs":7}', b'{"docs":[7]}',
    b'{"docs":[{"_id":7}]}', b'{"docs":[{"_id":"_odd"}]}', b'{"docs":[{"_id":"x","_bad":1}]}',
    b'{"docs":[{"_id":"x","_rev":"odd"}]}', b'{"docs":[{"_id":"x"}],"new_edits":false}',
    b'{"docs":[{"_id":"x","_revisions":{"start":1,"ids":["b","a"]}}],"new_edits":false}',
    b'{"docs":[{"_id":"x","_attachments":{"p":{"data":"*"}}}]}', b'{"docs":null}',
    b'{"_id":""}', b'{"_attachments":{"p":{"stub":true}}}', b'{"_attachments":{"p":7}}',
    b'{"_attachments":[]}', b'{"_deleted":"x"}', b'{"_rev":7}', b'{"a":NaN}', b'{"a":"\\ud800"}',
    b'{"x":["odd"]}', b'{"x":[7]}', b'{"x":7}', b'{"keys":7}', b'{"keys":[7]}', b'{"queries":7}',
    b'{"queries":[{"limit":-1}]}', b'{"doc_ids":7}', b"-1", b"0", b"1e999",
    b"[" * 50_000, b'{"a":' * 50_000,
    b"--z\r\n\r\n", b"--z--",
    b"--z\r\nContent-Type: x\r\n\r\n{\r\n--z--",
    b'--z\r\n\r\n{"_attachments":{"p":{"follows":true,"length":9}}}\r\n--z\r\n\r\nshort\r\n--z--',
    b'--z\r\n\r\n{"_attachments":{"p":{"follows":true,"encoding":"gzip"}}}\r\n--z\r\n\r\nx\r\n--z--',
]  # fmt: skip
SENSIBLE = [
    b"{}",
    b"--z\r\n\r\n{}\r\n--z--",
    b'{"docs":[{"_id":"x"}]}',
    b'{"n":1}',
    b'{"keys":["x"]}',
    b'{"x":["1-a"]}',
]


@pytest.fixture
async def client(tmp_path):
    client = await serve_home(tmp_path / "dir")
    assert (await client.put("/couchdb/org.example.things")).status == 201
    assert (await client.put("/couchdb/org.example.things/known", json={"n": 1})).status == 201
    yield client
    await client.close()


def path_of(chance):
    door = chance.choice(["/couchdb", "/couchdb", "/data"])
    if chance.random() < 0.1:
        return door + chance.choice(ROOTS)
    name = "/" + chance.choice(NAMES) if chance.random() < 0.6 else ""
    return f"{door}/{chance.choice(DATABASES)}{name}{chance.choice(ENDINGS)}"


def some(chance, options, most):
    names = chance.sample(sorted(options), chance.randrange(most + 1))
    return {name: chance.choice(options[name]) for name in names}


async def ask(client, method, path, query, headers, body):
    url = URL(path, encoded=True).with_query(query)
    async with asyncio.timeout(PATIENCE):
        async with client.request(method, url, headers=headers, data=body) as response:
            answer = await response.read()
            if response.content_type == "text/plain" and response.status == 400:
                answer = b""  # the HTTP parser's own word: it never was a request
            return response.status, answer


async def test_no_request_is_answered_with_a_server_error(client):
    chance = random.Random(SEED)
    statuses = set()
    for _ in range(REQUESTS):
        method, path = chance.choice(METHODS), path_of(chance)
        query, headers = some(chance, PARAMETERS, 4), some(chance, HEADERS, 3)
        query.setdefault("timeout", "1")
        if "heartbeat" in query:
            query["feed"] = "normal"  # a feed with a heartbeat never ends
        body = chance.choice(NONSENSE + SENSIBLE) if chance.random() < 0.7 else None
        asked = (method, path[:200], query, headers, (body or b"")[:100])
        status, answer = await ask(client, method, path, query, headers, body)
        assert status < 500 or status == 501, (asked, status, answer[:500])
        if status >= 400 and answer and method != "HEAD":
            assert json.loads(answer)["error"], asked
        statuses.add(status)
    assert statuses >= {200, 400, 404, 405, 409, 412, 415}


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


async def test_nonsense_is_refused_and_changes_nothing(client):
    things = "/couchdb/org.example.things"
    before = await (await client.get(things)).json()
    for method, ending, bodies in WRITES:
        for body in bodies:
            for kind in ("application/json", 'multipart/related; boundary="z"'):
                headers = {"Content-Type": kind}
                status, answer = await ask(client, method, things + ending, {}, headers, body)
                assert 400 <= status < 500, (method, ending, kind, body[:100], status, answer)
    assert await (await client.get(things)).json() == before
    known = await (await client.get(things + "/known")).json()
    assert (known["_rev"][:2], known["n"]) == ("1-", 1)
