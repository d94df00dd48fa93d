"""The desktop client's door: what programs of the same computer read, with the home or without."""

import json
import subprocess
import urllib.error
import urllib.request
from base64 import b64encode
from pathlib import Path

import pytest

from tests.support.foyer_sync import let_in, settled, until

FILES = {"é/one.txt": b"1" * 700, "two.bin": bytes(range(256)) * 9}


class Door:
    """A door that stands open, and who knocks."""

    def __init__(self, device, *words):
        self.process = subprocess.Popen(
            device.command("door", *words),
            env={**device.environment, "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            text=True,
        )
        self.password = self.process.stdout.readline().rpartition("password ")[2].split(".")[0]
        self.process.stdout.readline()
        self.address = self.process.stdout.readline().split()[1].rpartition("/")[0]

    def end(self):
        self.process.terminate()
        self.process.communicate(timeout=30)
        assert self.process.returncode == 0

    def ask(self, path, method="GET", body=None, **headers):
        login = b64encode(f"foyer:{headers.pop('password', self.password)}".encode()).decode()
        sent = {"Authorization": f"Basic {login}", **headers}
        data = None if body is None else json.dumps(body).encode()
        if data:
            sent["Content-Type"] = "application/json"
        asked = urllib.request.Request(self.address + path, data, sent, method=method)
        try:
            with urllib.request.urlopen(asked, timeout=60) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()

    def json(self, path, *args, **named):
        status, body = self.ask(path, *args, **named)
        assert status == 200, body
        return json.loads(body)


@pytest.fixture
def device(home, tmp_path):
    (made,) = let_in(home, tmp_path, "laptop")
    made.start()
    for path, content in FILES.items():
        made.write(path, content)
    settled(made)
    yield made
    if made.is_running:
        made.kill()


@pytest.fixture
def door(device):
    opened = Door(device)
    until(lambda: {"one.txt", "two.bin"} <= set(names(opened)), 60)
    yield opened
    opened.end()


def names(door):
    rows = door.json("/io.cozy.files/_all_docs?include_docs=true")["rows"]
    return {row["doc"]["name"]: row["doc"] for row in rows}


def test_documents_are_read_listed_and_followed_and_never_written(door):
    documents = names(door)
    one = documents["one.txt"]
    assert one["size"] in ("700", 700)
    assert door.json(f"/io.cozy.files/{one['_id']}?revs=true")["_revisions"]["start"] >= 1
    asked = {"docs": [{"id": one["_id"], "rev": one["_rev"]}, {"id": "nobody"}]}
    rows = door.json("/io.cozy.files/_bulk_get?revs=true", "POST", asked)["results"]
    assert rows[0]["docs"][0]["ok"]["name"] == "one.txt"
    assert rows[1]["docs"][0]["error"]["error"] == "not_found"
    keyed = door.json("/io.cozy.files/_all_docs", "POST", {"keys": [one["_id"], "nobody"]})
    assert [row.get("error") for row in keyed["rows"]] == [None, "not_found"]
    assert door.json("/_all_dbs") == ["io.cozy.files"]
    first = door.json("/io.cozy.files/_changes?limit=2")
    rest = door.json(f"/io.cozy.files/_changes?since={first['last_seq']}&style=all_docs")
    seen = [row["id"] for row in first["results"] + rest["results"]]
    assert len(seen) == len(set(seen)) == len(documents)
    named = door.json("/io.cozy.files/_changes?filter=_doc_ids", "POST", {"doc_ids": [one["_id"]]})
    assert [row["id"] for row in named["results"]] == [one["_id"]]
    for method, path in (
        ("PUT", "x"),
        ("DELETE", one["_id"]),
        ("POST", ""),
        ("POST", "_bulk_docs"),
    ):
        assert door.ask(f"/io.cozy.files/{path}", method, {})[0] == 403, (method, path)
    for path, status in (("nobody", 404), ("_changes?since=x", 400), ("_local/x", 404)):
        assert door.ask(f"/io.cozy.files/{path}")[0] == status, path
    assert door.ask("/other")[0] == 404


def test_files_are_read_from_the_disk_or_the_home(door, device):
    status, listing = door.ask("/dav/", "PROPFIND", Depth="1")
    assert status == 207
    assert b"two.bin" in listing
    assert b"%C3%A9" in listing
    for path, content in (("%C3%A9/one.txt", FILES["é/one.txt"]), ("two.bin", FILES["two.bin"])):
        assert door.ask(f"/dav/{path}") == (200, content)
    device.stop()
    (device.folder / "two.bin").write_bytes(b"x" * len(FILES["two.bin"]))  # not the home's
    assert door.ask("/dav/two.bin", Range="bytes=5-9") == (206, FILES["two.bin"][5:10])
    for method in ("PUT", "DELETE", "MKCOL", "MOVE", "LOCK", "PROPPATCH"):
        assert door.ask("/dav/two.bin", method)[0] == 405
    device.home.kill()
    assert door.ask("/dav/%C3%A9/one.txt") == (200, FILES["é/one.txt"])
    assert door.ask("/dav/two.bin")[0] == 503
    assert "two.bin" in names(door)


def test_only_who_has_the_password_comes_in_and_by_no_other_name(door, device):
    for password in ("", "guess"):
        assert door.ask("/io.cozy.files", password=password)[0] == 401
        assert door.ask("/dav/", "PROPFIND", password=password)[0] == 401
    assert door.ask("/", Host="evil.example")[0] == 421
    (kept,) = (device.state / "doors").iterdir()
    assert kept.stat().st_mode & 0o077 == 0
    assert door.password not in kept.read_text()


def test_pouchdb_replicates_from_the_door(door, node, tmp_path):
    script = """
        const PouchDB = require('pouchdb');
        const here = new PouchDB(process.argv[1]);
        here.replicate.from(process.argv[2]).then(async (told) => {
          const { rows } = await here.allDocs({ include_docs: true });
          console.log(JSON.stringify([told.ok, rows.map((row) => row.doc.name).sort()]));
        }, (error) => { console.error(error); process.exit(1); });
    """
    login = door.address.replace("://", f"://foyer:{door.password}@")
    ended = subprocess.run(
        [node, "-e", script, str(tmp_path / "pouch"), f"{login}/io.cozy.files"],
        cwd=Path(__file__).parent,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    is_whole, found = json.loads(ended.stdout)
    assert is_whole
    assert found == sorted(names(door))


def test_a_new_password_ends_the_old_one_and_the_address_stays(device):
    first = Door(device)
    first.end()
    second = Door(device, "--renew")
    assert second.address == first.address
    assert second.ask("/", password=first.password)[0] == 401
    assert second.ask("/")[0] == 200
    second.end()
