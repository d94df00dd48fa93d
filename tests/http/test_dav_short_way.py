"""Small files over WebDAV that repeat one another on a connection: answered alike, and guarded."""

import json
import random
from dataclasses import replace

import pytest
from msgspec import structs

from server import keys
from server.auth.passwords import hash_password
from server.sign_in.factors import change_factors
from tests.support.devices import device_for_files, given_profile, revoked
from tests.support.house import basic, house
from tests.support.raw_line import RawLine
from tests.support.short_line import WHOLE, read_whole

FILES = "/dav/files"
LOCK = (
    '<lockinfo xmlns="DAV:"><lockscope><exclusive/></lockscope>'
    "<locktype><write/></locktype></lockinfo>"
)


@pytest.fixture
async def home(tmp_path):
    async with house(tmp_path, kdf_iterations=0) as running:
        for folder in ("one", "two"):
            async with running.owner.request("MKCOL", f"{FILES}/{folder}") as made:
                assert made.status == 201
        yield running


def line_of(home, authorization=None):
    port = int(home.address.rpartition(":")[2])
    return RawLine(port, {"Authorization": authorization or basic()})


@pytest.fixture
async def line(home):
    async with line_of(home) as line:
        yield line


async def known(line, folder="one"):
    """Have one file put and read, so that others are the short way's."""
    assert (await line.ask("PUT", f"{FILES}/{folder}/first.txt", b"first")).status == 201
    assert (await line.ask("GET", f"{FILES}/{folder}/first.txt")).status == 200


def alike(answer):
    """Return what must be the same of two answers about files of the same content."""
    status, headers, body = answer.lasting
    own = ("oc-fileid", "last-modified", "etag", "oc-etag")
    return status, {n: (v if n not in own else "") for n, v in headers.items()}, body


async def test_small_files_are_written_and_read_alike_without_the_way(home, line):
    await known(line)
    before = read_whole(home.runner)
    names = ("a.txt", "b%20%C3%A9.html", "a.txt")
    short = [
        await line.ask("PUT", f"{FILES}/one/{name}", b"n%d" % n) for n, name in enumerate(names)
    ]
    read = [await line.ask("GET", f"{FILES}/one/{name}") for name in names]
    assert read_whole(home.runner) == before
    assert [answer.status for answer in short] == [201, 201, 204]
    assert [answer.body for answer in read] == [b"n2", b"n1", b"n2"]
    for n, name in enumerate(names):
        twin = await line.ask("PUT", f"{FILES}/two/{name}", b"n%d" % n, **WHOLE)
        assert alike(short[n]) == alike(twin)
        assert read[n].lasting == (await line.ask("GET", f"{FILES}/one/{name}", **WHOLE)).lasting


async def test_what_was_put_the_short_way_is_seen_by_the_other_doors(home, line):
    await known(line)
    await line.ask("PUT", f"{FILES}/one/a.txt", b"content")
    async with home.owner.get("/files/metadata", params={"Path": "/one/a.txt"}) as response:
        told = json.loads(await response.text())["data"]["attributes"]
    assert (told["size"], told["cozyMetadata"]["uploadedOn"][:4]) == ("7", "http")


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.usefixtures("home")
async def test_any_sequence_comes_to_the_same(line, seed):
    chance = random.Random(seed)
    await known(line)
    await known(line, "two")
    for _ in range(60):
        name = chance.choice(["a", "b", "c.html", "missing", "x%2Fy", "x%"])
        if chance.random() < 0.5:
            method, body = "GET", None
        else:
            method, body = "PUT", chance.randbytes(chance.choice([0, 1, 100, 70_000]))
        short = await line.ask(method, f"{FILES}/one/{name}", body)
        whole = await line.ask(method, f"{FILES}/two/{name}", body, **WHOLE)
        assert alike(short) == alike(whole)


async def other_password(home):
    homes = home.app[keys.INSTANCES]
    record = homes.record("localhost")
    other = hash_password("another", b"0123456789abcdef")
    homes.renew(replace(record, owner=replace(record.owner, password_hash=other)))
    return 401


async def second_factor(home):
    async with home.app[keys.INSTANCES].borrow("localhost") as instance:
        await change_factors(instance.store, lambda factors: structs.replace(factors, mail=True))
    return 401


async def locked(home):
    sent = {"data": LOCK, "headers": {"Depth": "infinity"}}
    async with home.owner.request("LOCK", f"{FILES}/one", **sent) as response:
        assert response.status == 200
    return 423


async def gone(home):
    async with home.owner.request("DELETE", f"{FILES}/one") as response:
        assert response.status == 204
    return 409


@pytest.mark.parametrize("change", [other_password, second_factor, locked, gone])
async def test_what_changed_holds_from_the_next_request_on(home, line, change):
    await known(line)
    assert (await line.ask("PUT", f"{FILES}/one/before.txt", b"x")).status == 201
    status = await change(home)
    assert (await line.ask("PUT", f"{FILES}/one/after.txt", b"x")).status == status


async def hides_the_folder(home, device_id):
    await given_profile(home, device_id, mode="exclude", rules=[{"path": "/one"}])
    return 404, 409


async def reads_only(home, device_id):
    await given_profile(home, device_id, read_only=True)
    return 200, 403


async def is_revoked(home, device_id):
    await revoked(home.app, device_id)
    return 401, 401


@pytest.mark.parametrize("change", [hides_the_folder, reads_only, is_revoked])
async def test_a_device_has_the_short_way_as_long_as_its_rights_stand(home, change):
    device_id, shown = await device_for_files(home)
    async with line_of(home, shown["Authorization"]) as line:
        await known(line)
        before = read_whole(home.runner)
        assert (await line.ask("PUT", f"{FILES}/one/a.txt", b"a")).status == 201
        assert (await line.ask("GET", f"{FILES}/one/a.txt")).body == b"a"
        assert read_whole(home.runner) == before
        reading, writing = await change(home, device_id)
        assert (await line.ask("GET", f"{FILES}/one/a.txt")).status == reading
        assert (await line.ask("PUT", f"{FILES}/one/b.txt", b"b")).status == writing
    async with home.owner.get(f"{FILES}/one/b.txt") as response:
        assert response.status == 404


async def test_a_large_file_goes_the_whole_way(home, line):
    await known(line)
    content = random.Random(1).randbytes(200_000)
    before = read_whole(home.runner)
    assert (await line.ask("PUT", f"{FILES}/one/large.bin", content)).status == 201
    assert (await line.ask("GET", f"{FILES}/one/large.bin")).body == content
    assert read_whole(home.runner) == before + 2


async def test_uploads_count_for_the_owner_however_they_were_answered(home, line):
    await known(line)
    for n in range(3):
        assert (await line.ask("PUT", f"{FILES}/one/{n}.txt", b"x")).status == 201
    figures = home.app[keys.METRICS].text().decode()
    assert 'method="PUT",status="201"} 4.0' in figures
