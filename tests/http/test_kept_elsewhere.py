"""A home whose documents are in a CouchDB and whose contents are in an S3 store, by its doors."""

import asyncio
import json
import logging
import random
from io import BytesIO

import pytest
from click.testing import CliRunner

from server.cli.messages import say
from server.cli.program import program
from server.settings import load_settings
from tests.support.house import found, house
from tests.support.kept_elsewhere import SECRETS, elsewhere

LARGE = random.Random(1).randbytes(9_000_000)


@pytest.fixture(scope="module")
def servers(tmp_path_factory):
    with elsewhere(tmp_path_factory.mktemp("servers")) as running:
        yield running


@pytest.fixture
def folder(tmp_path):
    """Give a folder with a home that no other test has."""
    found(tmp_path, secret=random.SystemRandom().randbytes(32))
    return tmp_path


async def asked(opened, method, path, status, **sent):
    async with opened.owner.request(method, path, **sent) as response:
        assert response.status == status, (method, path, await response.text())
        return await response.read()


async def names(opened, path):
    text = (await asked(opened, "PROPFIND", path, 207, headers={"Depth": "1"})).decode()
    return sorted(part.split("<")[0].rpartition("/")[2] for part in text.split("<D:href>")[2:])


async def test_files_are_there_by_webdav_after_a_restart(servers, folder):
    async with house(folder, **servers.settings) as opened:
        await asked(opened, "MKCOL", "/dav/files/docs", 201)
        await asked(opened, "PUT", "/dav/files/docs/small", 201, data=b"one")
        await asked(opened, "PUT", "/dav/files/docs/small", 204, data=b"two")
        await asked(opened, "PUT", "/dav/files/docs/large", 201, data=BytesIO(LARGE))
        to = {"Destination": f"{opened.address}/dav/files/moved"}
        await asked(opened, "MOVE", "/dav/files/docs", 201, headers=to)
        await asked(opened, "PUT", "/dav/files/moved/gone", 201, data=b"gone")
        await asked(opened, "DELETE", "/dav/files/moved/gone", 204)
    async with house(folder, **servers.settings) as opened:
        assert await names(opened, "/dav/files/moved") == ["large", "small"]
        assert await asked(opened, "GET", "/dav/files/moved/small", 200) == b"two"
        part = {"Range": "bytes=8388600-8388699"}
        span = await asked(opened, "GET", "/dav/files/moved/large", 206, headers=part)
        assert span == LARGE[8_388_600:8_388_700]
        assert await asked(opened, "GET", "/dav/files/moved/large", 200) == LARGE
    assert not (folder / "instances/localhost/documents.db").exists()
    assert not (folder / "instances/localhost/blobs").exists()


async def test_documents_are_there_by_couchdbs_api_after_a_restart(servers, folder):
    async with house(folder, **servers.settings) as opened:
        await asked(opened, "PUT", "/couchdb/io.example.notes", 201)
        docs = {"docs": [{"_id": "a", "n": 1}, {"_id": "b", "n": 2}]}
        await asked(opened, "POST", "/couchdb/io.example.notes/_bulk_docs", 201, json=docs)
        fork = {"_id": "a", "_rev": "2-z", "_revisions": {"start": 2, "ids": ["z", "y"]}}
        grafts = {"new_edits": False, "docs": [fork]}
        await asked(opened, "POST", "/couchdb/io.example.notes/_bulk_docs", 201, json=grafts)
        rev = json.loads(await asked(opened, "GET", "/couchdb/io.example.notes/b", 200))["_rev"]
        path = f"/couchdb/io.example.notes/b/picture?rev={rev}"
        await asked(opened, "PUT", path, 201, data=BytesIO(LARGE))
        view = {"views": {"by_n": {"map": "function (doc) { emit(doc.n, null); }"}}}
        await asked(opened, "PUT", "/couchdb/io.example.notes/_design/d", 201, json=view)
    async with house(folder, **servers.settings) as opened:
        found = await asked(opened, "GET", "/couchdb/io.example.notes/a?conflicts=true", 200)
        assert json.loads(found)["_rev"] == "2-z"
        assert len(json.loads(found)["_conflicts"]) == 1
        assert await asked(opened, "GET", "/couchdb/io.example.notes/b/picture", 200) == LARGE
        feed = json.loads(await asked(opened, "GET", "/couchdb/io.example.notes/_changes", 200))
        assert [row["id"] for row in feed["results"]] == ["a", "b", "_design/d"]
        rows = await asked(opened, "GET", "/couchdb/io.example.notes/_design/d/_view/by_n", 200)
        assert [row["key"] for row in json.loads(rows)["rows"]] == [None, 2]
        question = {"selector": {"n": {"$gt": 1}}}
        answer = await asked(opened, "POST", "/couchdb/io.example.notes/_find", 200, json=question)
        assert [doc["_id"] for doc in json.loads(answer)["docs"]] == ["b"]
        every = json.loads(await asked(opened, "GET", "/couchdb/_all_dbs", 200))
        assert "io.example.notes" in every
        assert not [name for name in every if "(" in name]


async def test_two_homes_in_one_couchdb_know_nothing_of_each_other(servers, tmp_path):
    for name in ("one", "other"):
        found(tmp_path / name, secret=name.encode() * 8)
    async with house(tmp_path / "one", **servers.settings) as opened:
        await asked(opened, "PUT", "/dav/files/mine", 201, data=b"mine")
    async with house(tmp_path / "other", **servers.settings) as opened:
        assert "mine" not in await names(opened, "/dav/files/")


async def test_what_does_not_answer_is_said_and_nothing_acknowledged(
    servers, folder, caplog, unused_tcp_port
):
    nowhere = servers.settings["s3"]
    gone = type(nowhere)(
        "foyer", f"http://127.0.0.1:{unused_tcp_port}", access_key="a", secret_key="b"
    )
    async with house(folder, **{**servers.settings, "s3": gone}) as opened:
        await asked(opened, "PUT", "/dav/files/lost", 503, data=b"lost")
        assert "lost" not in await names(opened, "/dav/files/")
    url = f"http://admin:hidden@127.0.0.1:{unused_tcp_port}"
    async with house(folder, **{**servers.settings, "couchdb_url": url}) as opened:
        await asked(opened, "GET", "/dav/files/", 503)
    assert "hidden" not in caplog.text


async def test_no_secret_of_them_is_told(servers, folder, caplog, monkeypatch):
    for name, value in servers.environment.items():
        monkeypatch.setenv(name, value)
    settings = load_settings(chosen={"dir": folder})
    assert settings.couchdb_url == servers.couchdb_url
    assert settings.s3 == servers.settings["s3"]
    caplog.set_level(logging.DEBUG)
    async with house(folder, **servers.settings) as opened:
        await asked(opened, "PUT", "/dav/files/a", 201, data=b"a")
        assert settings.couchdb_url not in repr(opened.app)
    for secret in SECRETS:
        assert secret not in repr(settings)
        assert secret not in caplog.text


async def test_a_folder_is_imported_or_moved_in(servers, folder, tmp_path_factory):
    source = tmp_path_factory.mktemp("source")
    contents = {"a.txt": b"one", "below/b.bin": LARGE, "below/empty": b""}
    for name, content in contents.items():
        (source / name).parent.mkdir(exist_ok=True)
        (source / name).write_bytes(content)
    for more, kept in (([], 3), (["--move"], 0)):
        words = ["import", str(source), "--into", "/in", *more, "--dir", str(folder)]
        done = await asyncio.to_thread(CliRunner(env=servers.environment).invoke, program, words)
        assert done.exit_code == 0, done.output
        assert len([path for path in source.rglob("*") if path.is_file()]) == kept
    async with house(folder, **servers.settings) as opened:
        for name, content in contents.items():
            assert await asked(opened, "GET", f"/dav/files/in/{name}", 200) == content


def test_backups_of_the_disk_refuse_what_is_not_there(servers, folder, monkeypatch):
    for name, value in servers.environment.items():
        monkeypatch.setenv(name, value)
    (folder / "b.tar").touch()
    for command in (["backup", str(folder / "c.tar")], ["restore", str(folder / "b.tar")]):
        done = CliRunner().invoke(program, [*command, "--dir", str(folder)])
        assert done.exit_code == 1
        assert say("kept_elsewhere") in done.output
