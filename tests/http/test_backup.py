"""Backups while a writer is at work, and homes brought back: every write that was acknowledged."""

import asyncio
import json
import tarfile
from io import BytesIO

import pytest

from server import keys
from server.app import engine
from server.backup.archive import unpack_archive, write_archive
from server.backup.manifest import BackupUnusable
from server.backup.pool import backups_in, forget_older, put_into_pool, unpack_from_pool
from server.backup.snapshot import take_snapshot, unswept
from server.backup.unpacking import Unpacking
from server.instances.record import read_record
from server.jobs.sweep_blobs import sweep_home
from tests.support.house import house

FOREVER = 4e9


def nothing(*_):
    """Take note of nothing."""


async def put(opened, path, body, **headers):
    async with opened.owner.put(path, data=body, headers=headers) as response:
        assert response.status in (200, 201, 204), await response.text()


async def read(opened, path, status=200):
    async with opened.owner.get(path) as response:
        assert response.status == status
        return await response.read()


def snapshot_of(record, folder, now="2026-11-27T12:00:00Z"):
    folder.mkdir()
    return take_snapshot(record, folder, engine(), now)


def home_in(tmp_path):
    [folder] = (tmp_path / "home" / "instances").iterdir()
    return read_record(folder)


def backed_up(tmp_path):
    """Back the only home up into an archive, as the command does."""
    record = home_in(tmp_path)
    with unswept(record.folder):
        snapshot = snapshot_of(record, tmp_path / "staging")
        write_archive(snapshot, tmp_path / "home.tar", nothing)
    assert snapshot.missing == []
    return tmp_path / "home.tar"


def staged(tmp_path, archive):
    folder = tmp_path / "home" / "instances" / ".restoring-1"
    folder.mkdir()
    return folder, unpack_archive(archive, Unpacking(folder), nothing)


async def test_what_was_acknowledged_before_a_backup_is_in_it_whatever_goes_on(tmp_path):
    async with house(tmp_path / "home") as opened:
        await put(opened, "/couchdb/notes", b"")
        acknowledged, enough = [], asyncio.Event()

        async def write():
            for number in range(10_000):
                text = f"content {number} ".encode() * 50
                await put(opened, f"/dav/files/{number}.txt", text)
                await put(opened, f"/couchdb/notes/{number}", json.dumps({"n": number}).encode())
                acknowledged.append(number)
                if number == 10:
                    enough.set()

        writing = asyncio.create_task(write())
        await enough.wait()
        before = list(acknowledged)
        archive = await asyncio.to_thread(backed_up, tmp_path)
        assert len(acknowledged) > len(before)  # it stopped nobody
        writing.cancel()
        await asyncio.wait([writing])
        info = json.loads(await read(opened, "/couchdb/notes"))

        folder, _ = await asyncio.to_thread(staged, tmp_path, archive)
        await opened.app[keys.HOMES].adopt(folder, instead=True)
        for number in before:
            document = json.loads(await read(opened, f"/couchdb/notes/{number}"))
            assert document["n"] == number
            content = await read(opened, f"/dav/files/{number}.txt")
            assert content == f"content {number} ".encode() * 50
        listed = json.loads(
            await read(opened, "/couchdb/io.cozy.files/_all_docs?include_docs=true")
        )
        for row in listed["rows"]:  # each content that a document names is there
            if row["doc"].get("type") == "file":
                await read(opened, f"/dav/files/{row['doc']['name']}")
        after = json.loads(await read(opened, "/couchdb/notes"))
        assert after["update_seq"].split("-")[1] != info["update_seq"].split("-")[1]


async def test_no_sweep_takes_what_a_backup_is_about_to_copy(tmp_path):
    async with house(tmp_path / "home") as opened:
        await put(opened, "/dav/files/a.txt", b"to be kept in the backup")
        record = home_in(tmp_path)
        async with opened.app[keys.INSTANCES].borrow("localhost") as home:
            with unswept(record.folder):
                snapshot = await asyncio.to_thread(snapshot_of, record, tmp_path / "staging")
                async with opened.owner.delete("/dav/files/a.txt") as response:
                    assert response.status == 204
                async with opened.owner.delete("/dav/files/.trash/a.txt") as response:
                    await response.read()
                assert await sweep_home(home, FOREVER) == []
                await asyncio.to_thread(write_archive, snapshot, tmp_path / "a.tar", nothing)
        _, manifest = await asyncio.to_thread(staged, tmp_path, tmp_path / "a.tar")
        assert manifest.blobs == 1


async def test_a_pool_keeps_each_content_once_and_the_last_backups(tmp_path):
    pool = tmp_path / "pool"
    async with house(tmp_path / "home") as opened:
        record = home_in(tmp_path)
        for number in range(3):
            await put(opened, "/dav/files/same.txt", b"the same")
            await put(opened, f"/dav/files/{number}.txt", f"other {number}".encode())
            now = f"2026-11-27T12:00:0{number}Z"
            snapshot = await asyncio.to_thread(snapshot_of, record, tmp_path / f"s{number}", now)
            await asyncio.to_thread(put_into_pool, snapshot, pool, nothing)
    assert len(backups_in(pool)) == 3
    assert len(list(pool.glob("blobs/??/*"))) == 4
    assert forget_older(pool, "localhost", 1) == 2
    [kept] = backups_in(pool, "localhost")
    assert kept.name == "20261127T120002Z"
    unpacked = tmp_path / "unpacked"
    manifest = unpack_from_pool(kept, Unpacking(unpacked), nothing)
    assert manifest.blobs == 4
    next(pool.glob("blobs/??/*")).unlink()
    with pytest.raises(BackupUnusable, match="lacks blobs/"):
        unpack_from_pool(kept, Unpacking(tmp_path / "again"), nothing)


@pytest.fixture
async def archive(tmp_path):
    async with house(tmp_path / "home") as opened:
        await put(opened, "/dav/files/a.txt", b"some content of a file")
        return await asyncio.to_thread(backed_up, tmp_path)


def rewritten(archive, change):
    """Return the archive with its members, `(name, content)`, passed through a function."""
    other = archive.with_name("other.tar")
    with tarfile.open(archive) as tar, tarfile.open(other, "w") as out:
        members = [(member.name, tar.extractfile(member).read()) for member in tar]
        for name, content in change(members):
            about = tarfile.TarInfo(name)
            about.size = len(content)
            out.addfile(about, BytesIO(content))
    return other


NOT_WHOLE = [
    (lambda m: m[:-1], "it lacks 1 / 1"),
    (lambda m: [m[0], *m[2:]], "it lacks"),
    (lambda m: m[1:], "does not begin with a manifest"),
    (lambda m: [*m[:-1], (m[-1][0], b"x")], "is damaged"),
    (lambda m: [m[0], (m[1][0], m[1][1] + b"x"), *m[2:]], "is damaged"),
    (lambda m: [*m, ("../evil", b"x")], "none of a backup's"),
    (lambda m: [*m, ("/etc/evil", b"x")], "none of a backup's"),
    (lambda m: [*m, ("blobs/../../evil", b"x")], "none of a backup's"),
    (lambda m: [("manifest.json", b"{}"), *m[1:]], "begin with a manifest"),
    (
        lambda m: [("manifest.json", m[0][1].replace(b'"format":1', b'"format":9')), *m[1:]],
        "of a later version",
    ),
]


async def test_a_backup_that_is_not_whole_is_not_taken(archive, tmp_path):
    for number, (change, said) in enumerate(NOT_WHOLE):
        other = await asyncio.to_thread(rewritten, archive, change)
        with pytest.raises(BackupUnusable, match=said):
            unpack_archive(other, Unpacking(tmp_path / f"u{number}"), nothing)
    assert not (tmp_path / "evil").exists()
    whole = archive.read_bytes()
    for number, length in enumerate((0, 100, 600, len(whole) // 2, len(whole) - 11_000)):
        archive.write_bytes(whole[:length])
        with pytest.raises(BackupUnusable):
            unpack_archive(archive, Unpacking(tmp_path / str(number)), nothing)


async def test_an_archive_is_for_its_owner_alone(archive):
    assert archive.stat().st_mode & 0o077 == 0
    assert not archive.with_name("home.tar.part").exists()
