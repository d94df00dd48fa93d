"""A whole home into an archive and back, between the disk and a CouchDB with an S3 store."""

import asyncio
import json
import subprocess
import tarfile
from datetime import UTC, datetime
from itertools import count
from secrets import token_bytes

import pytest
from aiohttp import ClientSession
from click.testing import CliRunner
from yarl import URL

from server import keys
from server.cli.program import program
from server.export.exporting import head_of
from server.export.importing import Importing, check
from server.export.manifest import SEAL, SUMS, Wanted
from server.export.to_file import export_to
from server.instances.record import read_records
from tests.support.devices import basic_of, signed_in
from tests.support.house import basic, found, house
from tests.support.kept_elsewhere import elsewhere
from tests.support.running_home import RunningHome
from tests.support.shared_links import put
from tests.support.whole_home import EVERYTHING, everything_in, fill, sidecars_in

ALL = ["--histories", "--links", "--devices"]


@pytest.fixture(scope="module")
def servers(tmp_path_factory):
    with elsewhere(tmp_path_factory.mktemp("servers")) as running:
        yield running


async def foyer(*words, env=None, code=0):
    done = await asyncio.to_thread(CliRunner(env=env).invoke, program, [str(w) for w in words])
    assert done.exit_code == code, (done.output, done.exception)
    return done.output


async def filled(folder, **settings):
    found(folder, secret=token_bytes(32))  # another home in what servers keep
    async with house(folder, **settings) as opened:
        known = await fill(opened)
        return known, await everything_in(opened.app), await sidecars_in(opened.app)


@pytest.mark.parametrize(("source", "target"), ["de", "ed", "dd"], ids=["out", "back", "disk"])
async def test_a_home_is_the_same_after_it_went_through_an_archive(
    tmp_path, servers, source, target
):
    env = {"d": {}, "e": servers.environment}
    chosen = {"d": {}, "e": servers.settings}
    archive = tmp_path / "home.tar"
    known, before, beside = await filled(tmp_path / "a", **chosen[source])
    await foyer("export", archive, *ALL, "--dir", tmp_path / "a", env=env[source])
    await foyer("import", archive, "--dir", tmp_path / "b", env=env[target])
    async with house(tmp_path / "b", **chosen[target]) as opened:
        documents, contents = await everything_in(opened.app)
        assert documents == before[0]
        assert contents == before[1]
        assert await sidecars_in(opened.app) == beside
        assert all(digest == name for name, (digest, _) in contents.items())
        async with opened.owner.get("/dav/files/docs/a.txt") as response:
            assert await response.read() == b"third"
        async with opened.anybody.get(f"/public?sharecode={known['link']}") as response:
            assert response.status == 200, await response.text()
        login = basic_of(known["password"])
        async with opened.anybody.get("/couchdb/io.cozy.files", headers=login) as response:
            assert response.status == 200
    await foyer("verify", "--dir", tmp_path / "b", env=env[target])


@pytest.fixture
async def archive(tmp_path):
    """Give an archive of a home with everything."""
    await filled(tmp_path / "a")
    await foyer("export", tmp_path / "home.tar", *ALL, "--dir", tmp_path / "a")
    return tmp_path / "home.tar"


def unpacked(archive, folder):
    """Unpack and check it with the programs of any Linux."""
    folder.mkdir()
    commands = [["tar", "xf", archive]]
    commands += [["sha256sum", "-c", "--strict", sums] for sums in (SUMS, SEAL)]
    for command in commands:
        subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return folder


async def test_ordinary_tools_read_an_archive(archive, tmp_path):
    folder = await asyncio.to_thread(unpacked, archive, tmp_path / "unpacked")
    assert (folder / "files/docs/a.txt").read_bytes() == b"third"
    assert (folder / "files/docs/Été 🌞/ß.txt").read_bytes() == b""
    assert (folder / "files/empty").is_dir()
    assert (folder / "trash/gone.txt").read_bytes() == b"thrown away"
    [part] = (folder / "documents/io.example.notes").glob("*.jsonl")
    lines = [json.loads(line) for line in part.read_text().splitlines()]
    assert {line["_id"] for line in lines} == {"a", "b", "gone", "_design/d", "pretty"}
    assert [line["n"] for line in lines if line["_rev"] == "2-z"] == [1.5]
    contents = {path.read_bytes() for path in folder.glob("contents/??/*")}
    assert {b"first", b"attached"} <= contents


async def test_what_lets_somebody_in_stays_out_unless_it_is_asked_for(tmp_path):
    known, _, _ = await filled(tmp_path / "a")
    [secret] = {record.secret for record in read_records(tmp_path / "a" / "instances")}
    archive = tmp_path / "home.tar"
    await foyer("export", "localhost", archive, "--dir", tmp_path / "a")
    content = archive.read_bytes()
    assert b"$argon2id$" not in content
    assert secret not in content
    assert secret.hex().encode() not in content
    told = await foyer("import", archive, "--as", "new.example", "--dir", tmp_path / "b")
    password = told.split()[-1]
    async with house(tmp_path / "b") as opened:
        here = {"Host": "new.example"}
        documents, _ = await everything_in(opened.app, Wanted(), "new.example")
        assert ("a", "2-z") in documents["io.example.notes"][0]
        path = f"/public?sharecode={known['link']}"
        async with opened.anybody.get(path, headers=here) as response:
            assert response.status >= 400
        for login, status in (
            (basic_of(known["password"]), 401),
            ({"Authorization": basic()}, 401),
            ({"Authorization": basic(password=password)}, 200),
        ):
            async with opened.anybody.get("/dav/files/docs/a.txt", headers=here | login) as answer:
                assert answer.status == status


async def test_an_archive_that_is_not_as_it_was_written_changes_nothing(archive, tmp_path):
    content = archive.read_bytes()
    place = content.index(b"named at length")
    archive.write_bytes(content[:place] + b"N" + content[place + 1 :])
    told = await foyer("import", archive, "--dir", tmp_path / "b", code=1)
    assert "a long name" in told
    archive.write_bytes(content[: place + 3])
    told = await foyer("import", archive, "--dir", tmp_path / "b", code=1)
    assert str(place + 3) in told
    assert "a long name" in told
    assert not list((tmp_path / "b").rglob("*.json"))


async def test_an_import_that_was_cut_off_goes_on(archive, tmp_path, monkeypatch):
    written = []

    async def cut_off(self, kind, rest, text):
        if len(written) == 3:
            raise KeyboardInterrupt
        written.append(rest)
        return await text_of(self, kind, rest, text)

    text_of = Importing._text
    monkeypatch.setattr(Importing, "_text", cut_off)
    await foyer("import", archive, "--dir", tmp_path / "b", code=1)
    monkeypatch.undo()
    [begun] = (tmp_path / "b" / "instances").iterdir()
    assert begun.name.startswith(".")
    await foyer("import", archive, "--dir", tmp_path / "b")
    assert [one.name for one in (tmp_path / "b" / "instances").iterdir()] == [begun.name[11:]]
    async with house(tmp_path / "b") as opened, house(tmp_path / "a") as source:
        assert await everything_in(opened.app) == await everything_in(source.app)


async def test_an_export_that_was_cut_off_goes_on(archive, tmp_path):
    content, again = archive.read_bytes(), tmp_path / "again.tar"
    for part in (1, 3, 5, 7, 9):
        cut = tmp_path / "again.tar.part"
        cut.write_bytes(content[: len(content) * part // 10])
        await foyer("export", again, *ALL, "--force", "--dir", tmp_path / "a")
        assert again.read_bytes()[: len(content) // 2] == content[: len(content) // 2]
        with again.open("rb") as file:
            assert check(file, lambda _: None).manifest.missing == []
    await foyer("import", again, "--dir", tmp_path / "b")
    async with house(tmp_path / "b") as opened, house(tmp_path / "a") as source:
        assert await everything_in(opened.app) == await everything_in(source.app)


async def test_what_was_begun_of_another_choice_is_not_gone_on_with(archive, tmp_path):
    part = tmp_path / "other.tar.part"
    part.write_bytes(archive.read_bytes()[:-2000])
    await foyer("export", tmp_path / "other.tar", "--dir", tmp_path / "a")
    assert b"$argon2id$" not in (tmp_path / "other.tar").read_bytes()
    with (tmp_path / "other.tar").open("rb") as file:
        assert check(file, lambda _: None).head.wanted == Wanted()


async def test_a_home_is_exported_while_it_is_served(tmp_path):
    with RunningHome(tmp_path / "a", env={"FOYER_ADMIN": "127.0.0.1:0"}) as home:
        login = {"Authorization": home.authorization}
        async with (
            ClientSession(home.address, headers=login) as owner,
            owner.put("/dav/files/a.txt", data=b"served") as response,
        ):
            assert response.status == 201
        told = await foyer("export", tmp_path / "home.tar", "--dir", tmp_path / "a")
        assert "home.tar" in told
        await foyer("export", "b.example", tmp_path / "b.tar", "--dir", tmp_path / "a", code=1)
        nowhere = tmp_path / "a" / "foyer.lock" / "x.tar"
        await foyer("export", nowhere, "--dir", tmp_path / "a", code=1)
    with tarfile.open(tmp_path / "home.tar") as tar:
        assert tar.extractfile("files/a.txt").read() == b"served"


async def test_what_is_written_during_an_export_is_whole_in_it_or_not_there(tmp_path):
    async with house(tmp_path / "a") as opened:
        await fill(opened)
        stop = asyncio.Event()

        async def write():
            for number in count():
                await put(opened, f"/docs/{number % 7}.txt", f"content {number}".encode() * 99)
                if stop.is_set():
                    return

        writing = asyncio.create_task(write())
        async with opened.app[keys.INSTANCES].borrow("localhost") as home:
            head = head_of(home.record, EVERYTHING, datetime.now(UTC))
            await export_to(home, tmp_path / "home.tar", head, lambda *_: None)
        stop.set()
        await writing
    await foyer("import", tmp_path / "home.tar", "--dir", tmp_path / "b")
    await foyer("verify", "--dir", tmp_path / "b")


async def test_a_home_that_is_erased_leaves_nothing_elsewhere(tmp_path, servers):
    await filled(tmp_path / "a", **servers.settings)
    archive, env, folder = tmp_path / "home.tar", servers.environment, tmp_path / "b"
    await foyer("export", archive, *ALL, "--dir", tmp_path / "a", env=env)
    await foyer("import", archive, "--as", "one.example", "--dir", folder, env=env)
    [home] = (folder / "instances").iterdir()
    assert home.name in " ".join(await kept_by(servers))
    async with house(folder, **servers.settings) as opened:
        await opened.app[keys.HOMES].erase("one.example")
        await opened.app[keys.HOMES].found("two.example", "owner", password="x")
    assert home.name not in " ".join(await kept_by(servers))
    await foyer("import", archive, "--as", "one.example", "--dir", folder, env=env)
    await foyer("instance", "delete", "one.example", "--now", "--yes", "--dir", folder, env=env)
    assert home.name not in " ".join(await kept_by(servers))


async def kept_by(servers):
    """Return the names of all databases, and the keys of all contents."""
    async with ClientSession() as session, session.get(f"{servers.couchdb_url}/_all_dbs") as answer:
        names = await answer.json()
    bucket = servers.s3.account.connect()
    return names + [one.key async for one in bucket.listing("")]


async def test_the_owner_takes_their_home_along_when_they_just_showed_who_they_are(tmp_path):
    async with house(tmp_path / "a") as opened:
        await fill(opened)
        before = await everything_in(opened.app)
        for proved, cookie in ((False, "old"), (True, "fresh")):
            session = await signed_in(
                opened.app, cookie=f"{cookie}-session-of-many-bytes", proved=proved
            )
            query = "/settings/export?histories=1&links=1&devices=1"
            async with opened.anybody.get(
                query, headers=session, allow_redirects=False
            ) as response:
                assert response.status == (200 if proved else 303)
                archive = await response.read()
                if not proved:  # shown the passphrase, a browser comes back to the archive
                    way = URL(response.headers["Location"])
                    assert way.path == "/auth/security/confirm"
                    assert way.query["redirect"] == query
    assert response.headers["Content-Type"] == "application/x-tar"
    (tmp_path / "home.tar").write_bytes(archive)
    await foyer("import", tmp_path / "home.tar", "--dir", tmp_path / "b")
    async with house(tmp_path / "b") as opened:
        documents, contents = await everything_in(opened.app)
        documents["io.cozy.sessions"] = before[0].get("io.cozy.sessions")
        assert {k: v for k, v in documents.items() if v} == before[0]
        assert contents == before[1]
