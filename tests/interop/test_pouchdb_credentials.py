"""PouchDB with an app password: its type and nothing else, until it is revoked."""

import json
import subprocess
import time
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

SCRIPT = Path(__file__).parent / "pouchdb" / "with_credential.js"
CONTACTS, BILLS = "io.cozy.contacts", "io.cozy.bills"
JSON = "application/json"


def ask(home, method, path, body=None, kind=JSON, authorization=None):
    request = Request(home.address + path, method=method, data=body)
    request.add_header("Content-Type", kind)
    request.add_header("Accept", JSON)
    request.add_header("Authorization", authorization or home.authorization)
    with urlopen(request, timeout=30) as answer:
        content = answer.read()
    return json.loads(content) if content else None


@pytest.fixture
def filled(home):
    for doctype in (CONTACTS, BILLS):
        ask(home, "PUT", f"/data/{doctype}/a", b'{"n": 0}')
    return home


def app_password(home):
    wanted = {"name": "PouchDB", "kind": "couchdb", "doctypes": [CONTACTS]}
    body = json.dumps({"data": {"attributes": wanted}}).encode()
    data = ask(home, "POST", "/settings/devices", body)["data"]
    return data["id"], data["attributes"]["password"]


def started(node, *arguments):
    return subprocess.Popen(
        [node, str(SCRIPT), *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def test_an_app_password_replicates_its_type_until_it_is_revoked(filled, node):
    device, password = app_password(filled)
    door = filled.address + "/couchdb"
    process = started(node, door, "anything", password, CONTACTS, BILLS)
    try:
        told = json.loads(process.stdout.readline())
        assert told["ids"] == ["a", "also", "from-here"]
        assert (told["pushed"], told["pulled"]) == (2, 1)
        assert told["refused"][:2] == [403, "forbidden"]
        assert told["pushed_elsewhere"][0] == 403
        assert json.loads(process.stdout.readline()) == {"live": True}
        ask(filled, "PUT", f"/couchdb/{CONTACTS}/late", b"{}")
        assert json.loads(process.stdout.readline()) == {"news": ["late"]}
        (row,) = ask(filled, "GET", "/settings/devices")["data"]
        assert (row["id"], row["attributes"]["last_address"]) == (device, "127.0.0.1")
        begun = time.monotonic()
        ask(filled, "DELETE", f"/settings/devices/{device}")
        ended = json.loads(process.stdout.readline())["ended"]
        assert time.monotonic() - begun < 3  # PouchDB asks once more before it gives up
        assert ended is None or ended[0] == 401
    finally:
        process.kill()
        process.communicate()
    rows = ask(filled, "GET", f"/couchdb/{CONTACTS}/_all_docs")["rows"]
    assert [row["id"] for row in rows] == ["a", "also", "from-here", "late"]
    assert len(ask(filled, "GET", f"/couchdb/{BILLS}/_all_docs")["rows"]) == 1
