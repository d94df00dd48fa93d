"""Homes that are sealed on the disk: all doors serve them, and who has the disk finds nothing."""

import asyncio
import json
import os
import random
import shutil
import sys
from base64 import b64encode
from hashlib import sha256
from io import BytesIO

import pytest
from aiohttp import ClientSession
from click.testing import CliRunner

from server import keys
from server.at_rest.home_key import read_key
from server.at_rest.host_key import FileHostKey, KeyUnusable
from server.at_rest.settings import EncryptionSettings
from server.cli.messages import say
from server.cli.program import program
from tests.support.house import PASSWORD, house
from tests.support.running_home import RunningHome
from tests.support.whole_home import everything_in, fill

TEXTS = [
    *("a-telling-name", "telling words in a text file", "Zoë Telling", "telling-note"),
    *("telling-chunk-words", "telling-upload-words", "a-telling-upload.txt", "telling.password"),
]

LARGE = b"telling words in a text file " * 9000


@pytest.fixture
def encryption(tmp_path):
    (tmp_path / "host.key").write_text(b64encode(os.urandom(32)).decode() + "\n")
    return EncryptionSettings(key_file=tmp_path / "host.key")


@pytest.fixture
def sealed(tmp_path, encryption):
    """Give a folder with a home that was made with a key of the host."""
    options = ["--dir", str(tmp_path / "home"), "--alias", "127.0.0.1"]
    made = foyer("instance", "add", "localhost", *options, encryption=encryption)
    assert made.exit_code == 0, made.output
    return tmp_path / "home"


def foyer(*words, encryption):
    key = {"FOYER_ENCRYPTION_KEY_FILE": str(encryption.key_file)}
    runner = CliRunner(env={**key, "FOYER_OWNER_PASSWORD": PASSWORD})
    return runner.invoke(program, [str(word) for word in words])


def everywhere(folder):
    """Return all names below a folder, and all bytes."""
    names = "\n".join(str(path.relative_to(folder)) for path in folder.rglob("*"))
    return names.encode() + b"".join(p.read_bytes() for p in folder.rglob("*") if p.is_file())


async def asked(opened, method, path, *statuses, **sent):
    async with opened.owner.request(method, path, **sent) as response:
        assert response.status in statuses, (method, path, await response.text())
        return await response.read(), response.headers


async def told(opened):
    """Put telling things into a home by each door that writes to the disk."""
    await asked(opened, "MKCOL", "/dav/files/a-telling-name", 201)
    text = LARGE
    await asked(opened, "PUT", "/dav/files/a-telling-name/small.txt", 201, data=text[:300])
    await asked(opened, "PUT", "/dav/files/a-telling-name/large.txt", 201, data=text)
    where = "/files/metadata?Path=/a-telling-name/large.txt"
    large, _ = await asked(opened, "GET", where, 200)
    await asked(opened, "GET", f"/files/{json.loads(large)['data']['id']}/chunks", 200)
    await asked(opened, "PUT", "/couchdb/io.example.notes", 201)
    note = {"name": "Zoë Telling", "password": "telling.password"}
    path = "/couchdb/io.example.notes/telling-note"
    await asked(opened, "PUT", path, 201, json=note)
    chunks = "/remote.php/dav/uploads/owner/telling-upload"
    await asked(opened, "MKCOL", chunks, 201)
    await asked(opened, "PUT", f"{chunks}/1", 201, data=b"telling-chunk-words " * 100)
    metadata = "filename " + b64encode(b"a-telling-upload.txt").decode()
    headers = {"Tus-Resumable": "1.0.0", "Upload-Length": "4200", "Upload-Metadata": metadata}
    _, answered = await asked(opened, "POST", "/files/uploads", 201, headers=headers)
    upload = answered["Location"]
    await sent_on(opened, upload, 0, b"telling-upload-words " * 100)
    return chunks, upload


async def sent_on(opened, upload, offset, data):
    headers = {
        "Tus-Resumable": "1.0.0",
        "Upload-Offset": str(offset),
        "Content-Type": "application/offset+octet-stream",
    }
    await asked(opened, "PATCH", upload, 204, data=data, headers=headers)


async def test_a_stolen_disk_shows_no_name_no_text_and_no_key(sealed, encryption):
    async with house(sealed, encryption=encryption) as opened:
        chunks, upload = await told(opened)
        async with opened.app[keys.INSTANCES].borrow("localhost") as home:
            secrets = [home.secret, home.key.secret, home.key.documents, home.key.contents]
        await asyncio.to_thread(shutil.copytree, sealed, sealed.with_name("while open"))
    for folder in (sealed, sealed.with_name("while open")):
        found = await asyncio.to_thread(everywhere, folder)
        for text in TEXTS:
            for spelled in (text.encode(), text.encode("utf-16-le"), b64encode(text.encode())[:-4]):
                assert spelled not in found, text
        for secret in (*secrets, sha256(LARGE).digest()):
            assert secret not in found
            assert secret.hex().encode() not in found
            assert b64encode(secret)[:40] not in found
    async with house(sealed, encryption=encryption) as opened:  # and all of it is there again
        body, _ = await asked(opened, "GET", "/dav/files/a-telling-name/large.txt", 200)
        assert body == b"telling words in a text file " * 9000
        span = {"Range": "bytes=65530-65549"}
        path = "/dav/files/a-telling-name/large.txt"
        part, _ = await asked(opened, "GET", path, 206, headers=span)
        assert part == body[65_530:65_550]
        doc, _ = await asked(opened, "GET", "/couchdb/io.example.notes/telling-note", 200)
        assert json.loads(doc)["name"] == "Zoë Telling"
        await asked(opened, "PUT", f"{chunks}/2", 201, data=b"more")
        to = {"Destination": f"{opened.address}/remote.php/dav/files/owner/chunked.txt"}
        await asked(opened, "MOVE", f"{chunks}/.file", 201, headers=to)
        body, _ = await asked(opened, "GET", "/dav/files/chunked.txt", 200)
        assert body == b"telling-chunk-words " * 100 + b"more"
        await sent_on(opened, upload, 2100, b"telling-upload-words " * 100)
        body, _ = await asked(opened, "GET", "/dav/files/a-telling-upload.txt", 200)
        assert body == b"telling-upload-words " * 200


async def test_a_home_moves_between_sealed_and_open_by_its_archive(sealed, encryption, tmp_path):
    archive, back = tmp_path / "home.tar", tmp_path / "back"
    async with house(sealed, encryption=encryption) as opened:
        known = await fill(opened)
        before = await everything_in(opened.app)
    words = ["export", archive, "--histories", "--links", "--devices", "--dir", sealed]
    done = await asyncio.to_thread(foyer, *words, encryption=encryption)
    assert done.exit_code == 0, done.output
    opened_words = ["import", str(archive), "--dir", str(back)]
    done = await asyncio.to_thread(CliRunner().invoke, program, opened_words)
    assert done.exit_code == 0, done.output
    again = ["import", archive, "--dir", tmp_path / "again"]
    done = await asyncio.to_thread(foyer, *again, encryption=encryption)
    assert done.exit_code == 0, done.output
    for folder, settings in ((back, {}), (tmp_path / "again", {"encryption": encryption})):
        async with house(folder, **settings) as opened:
            assert await everything_in(opened.app) == before
            async with opened.anybody.get(f"/public?sharecode={known['link']}") as response:
                assert response.status == 200


async def test_without_the_right_key_nothing_opens(sealed, tmp_path):
    [folder] = (sealed / "instances").iterdir()
    with pytest.raises(KeyUnusable):
        read_key(folder, None)
    (tmp_path / "other.key").write_text(b64encode(bytes(32)).decode())
    with pytest.raises(KeyUnusable):
        read_key(folder, FileHostKey(tmp_path / "other.key"))
    for settings in ({}, {"encryption": EncryptionSettings(key_file=tmp_path / "other.key")}):
        async with house(sealed, **settings) as opened:
            await asked(opened, "GET", "/dav/files/", 503)
    done = await asyncio.to_thread(CliRunner().invoke, program, ["verify", "--dir", str(sealed)])
    assert done.exit_code == 1
    assert say("key_unusable", why="")[:20] in done.output


async def test_a_program_may_keep_the_hosts_key(tmp_path):
    script = tmp_path / "kms.py"
    script.write_text(
        "import sys, base64\n"
        "key = bytes(range(32))\n"
        "text = sys.stdin.readline().strip()\n"
        "data = base64.b64decode(text)\n"
        "assert sys.argv[1] in ('wrap', 'unwrap')\n"
        "print(base64.b64encode(bytes(a ^ b for a, b in zip(data, key))).decode())\n"
    )
    env = {"FOYER_ENCRYPTION_COMMAND": f"{sys.executable} {script}"}
    with RunningHome(tmp_path / "home", env=env) as home:
        login = {"Authorization": home.authorization}
        async with (
            ClientSession(home.address, headers=login) as owner,
            owner.put("/dav/files/a.txt", data=b"telling words") as response,
        ):
            assert response.status == 201
    assert b"telling words" not in await asyncio.to_thread(everywhere, tmp_path / "home")
    with RunningHome(tmp_path / "home", env=env) as home:
        async with (
            ClientSession(home.address, headers=login) as owner,
            owner.get("/dav/files/a.txt") as response,
        ):
            assert await response.read() == b"telling words"


def test_a_backup_of_files_is_refused_with_what_to_do_instead(sealed, encryption, tmp_path):
    done = foyer("backup", tmp_path / "b.tar", "--dir", sealed, encryption=encryption)
    assert done.exit_code == 1
    assert say("backup_sealed", domain="localhost") in done.output


async def test_large_contents_and_ranges_come_as_they_were(sealed, encryption):
    large = random.Random(3).randbytes(5_000_001)
    async with house(sealed, encryption=encryption) as opened:
        await asked(opened, "PUT", "/dav/files/large", 201, data=BytesIO(large))
        for start, stop in ((0, 5_000_000), (1, 2), (4_999_999, 5_000_000), (65_535, 131_073)):
            span = {"Range": f"bytes={start}-{stop}"}
            part, _ = await asked(opened, "GET", "/dav/files/large", 206, headers=span)
            assert part == large[start : stop + 1]
