"""A home killed in the middle of its work: what it acknowledged is there, nothing is half there."""

import asyncio
import base64
import contextlib
import hashlib
import itertools
import os
import random
from dataclasses import dataclass, field

import aiohttp
import apsw
import pytest

from tests.support.running_home import RunningHome

KILLS = int(os.environ.get("FOYER_TESTS_KILLS", "15"))
SEED = int(os.environ.get("FOYER_TESTS_SEED", "20261123"))
DATABASE = "/couchdb/org.example.crash"
FILES = "/dav/files/"


def number_of(sequence):
    return int(str(sequence).split("-", maxsplit=1)[0])


def sha(data):
    return hashlib.sha256(data).hexdigest()


@dataclass
class Promises:
    """What the home acknowledged, and what it may have done without having said so."""

    revisions: dict[str, str] = field(default_factory=dict)
    attached: dict[str, str] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    offered: dict[str, set[str]] = field(default_factory=dict)
    purged: set[str] = field(default_factory=set)
    sequence: int = 0


class Load:
    """Clients that write all the time and note what was acknowledged."""

    def __init__(self, session, promises, chance):
        self.session = session
        self.promises = promises
        self.chance = chance

    def name(self):
        return f"{self.chance.getrandbits(64):016x}"

    async def run(self, kill_after, kill):
        jobs = (
            *(self.bulk, self.single, self.attach, self.upload, self.overwrite),
            *(self.purge, self.compact, self.watch),
        )
        running = [asyncio.ensure_future(self.until_it_dies(job)) for job in jobs]
        await asyncio.sleep(kill_after)
        kill()
        await asyncio.gather(*running)

    async def until_it_dies(self, job):
        with contextlib.suppress(aiohttp.ClientError, ConnectionError):
            while True:
                await job()

    async def bulk(self):
        documents = [{"_id": self.name(), "text": "x" * 500} for _ in range(60)]
        async with self.session.post(DATABASE + "/_bulk_docs", json={"docs": documents}) as answer:
            assert answer.status == 201, await answer.text()
            for row in await answer.json():
                self.promises.revisions[row["id"]] = row["rev"]

    async def single(self):
        document = {"n": self.chance.random()}
        known = self.promises.revisions.get("counter")
        if known:
            document["_rev"] = known
        async with self.session.put(DATABASE + "/counter", json=document) as answer:
            body = await answer.json()
            if answer.status == 409:  # the last one was done, and its answer lost
                async with self.session.get(DATABASE + "/counter") as current:
                    body = {"rev": (await current.json())["_rev"]}
            self.promises.revisions["counter"] = body["rev"]

    async def attach(self):
        data = self.chance.randbytes(self.chance.randrange(1, 200_000))
        name = self.name()
        picture = {"content_type": "image/png", "data": base64.b64encode(data).decode()}
        document = {"_attachments": {"p": picture}}
        async with self.session.put(f"{DATABASE}/{name}", json=document) as answer:
            assert answer.status == 201, await answer.text()
            self.promises.revisions[name] = (await answer.json())["rev"]
            self.promises.attached[name] = sha(data)

    async def purge(self):
        """Have one written and forgotten: once that is acknowledged, nothing of it comes back."""
        name = f"gone-{self.name()}"
        async with self.session.put(f"{DATABASE}/{name}", json={"text": "x" * 500}) as answer:
            assert answer.status == 201, await answer.text()
            revision = (await answer.json())["rev"]
        await asyncio.sleep(self.chance.uniform(0, 0.05))
        asked = {name: [revision]}
        async with self.session.post(DATABASE + "/_purge", json=asked) as answer:
            assert answer.status == 201, await answer.text()
            assert (await answer.json())["purged"] == asked
        self.promises.purged.add(name)

    async def compact(self):
        async with self.session.post(DATABASE + "/_compact", json={}) as answer:
            assert answer.status == 202, await answer.text()
        await asyncio.sleep(self.chance.uniform(0, 0.1))

    async def watch(self):
        """See that the sequence never goes back, and note how far it was told to have come."""
        async with self.session.get(DATABASE) as answer:
            sequence = number_of((await answer.json())["update_seq"])
        assert sequence >= self.promises.sequence
        self.promises.sequence = sequence
        await asyncio.sleep(0.01)

    async def upload(self):
        await self.put_file(self.name(), self.chance.randrange(0, 2_000_000))

    async def overwrite(self):
        await self.put_file(f"again-{self.chance.randrange(3)}", self.chance.randrange(1, 400_000))

    async def put_file(self, name, size):
        data = self.chance.randbytes(size)
        self.promises.offered.setdefault(name, set()).add(sha(data))

        async def pieces():
            for start in range(0, len(data), 65536):
                yield data[start : start + 65536]
                await asyncio.sleep(0)

        headers = {"Content-Length": str(size)}
        async with self.session.put(FILES + name, data=pieces(), headers=headers) as answer:
            assert answer.status in (201, 204), await answer.text()
            self.promises.files[name] = sha(data)
            self.promises.offered[name] = {sha(data)}


async def check(session, promises):
    """Read back everything that was promised, and see that nothing is half there."""
    await check_documents(session, promises)
    await check_sequences(session, promises)
    for name in promises.purged:
        async with session.get(f"{DATABASE}/{name}") as answer:
            assert answer.status == 404, name
            assert (await answer.json())["reason"] == "missing", name
    for name, expected in promises.attached.items():
        async with session.get(f"{DATABASE}/{name}/p") as answer:
            assert sha(await answer.read()) == expected, name
    for name in promises.files:
        async with session.get(FILES + name) as answer:
            assert answer.status == 200, name
            found = sha(await answer.read())
        assert found in promises.offered[name], name
        promises.files[name] = found
        promises.offered[name] = {found}
    await check_nothing_dangles(session, promises)


async def check_documents(session, promises):
    names = list(promises.revisions)
    rows = []
    for start in range(0, len(names), 1000):
        keys = {"keys": names[start : start + 1000]}
        async with session.post(DATABASE + "/_all_docs", json=keys) as answer:
            rows += (await answer.json())["rows"]
    for row in rows:
        expected = promises.revisions[row["key"]]
        if row["key"] == "counter":  # a write that was not answered may have been done
            assert int(row["value"]["rev"].split("-")[0]) >= int(expected.split("-")[0])
            promises.revisions["counter"] = row["value"]["rev"]
        else:
            assert row["value"]["rev"] == expected, row


async def check_sequences(session, promises):
    """A feed has every sequence once, in order, and ends where the database says it does."""
    async with session.get(DATABASE + "/_changes") as answer:
        feed = await answer.json()
    numbers = [number_of(row["seq"]) for row in feed["results"]]
    assert all(before < behind for before, behind in itertools.pairwise(numbers))
    last = number_of(feed["last_seq"])
    assert last >= max(numbers, default=0)
    assert last >= promises.sequence, "sequences went back"
    promises.sequence = last


async def check_nothing_dangles(session, promises):
    feed = "/couchdb/io.cozy.files/_changes?include_docs=true"
    async with session.get(feed) as answer:
        rows = (await answer.json())["results"]
    files = [row["doc"] for row in rows if row["doc"].get("type") == "file"]
    assert {doc["name"] for doc in files} >= set(promises.files)
    for doc in files:
        if doc["trashed"] or doc["name"] in promises.files:
            continue
        async with session.get(FILES + doc["name"]) as answer:
            data = await answer.read()
        assert base64.b64encode(hashlib.md5(data).digest()).decode() == doc["md5sum"]
        assert str(len(data)) == doc["size"]


def check_file(folder):
    """See that SQLite finds nothing wrong with the file itself."""
    (path,) = folder.rglob("documents.db")
    with contextlib.closing(apsw.Connection(str(path))) as connection:
        assert connection.pragma("integrity_check") == "ok"


@pytest.mark.timeout(max(900, 15 * KILLS))
async def test_everything_acknowledged_survives_kill_9(tmp_path):
    with RunningHome(tmp_path / "home") as home:
        await kill_and_check(home)
    check_file(tmp_path / "home")
    assert not list((tmp_path / "home").rglob("incoming/*"))


async def kill_and_check(home):
    chance = random.Random(SEED)
    promises = Promises()
    headers = {"Authorization": home.authorization}
    async with (
        aiohttp.ClientSession(home.address, headers=headers) as session,
        session.put(DATABASE) as answer,
    ):
        assert answer.status == 201
    for _ in range(KILLS):
        recent = Promises()
        recent.revisions.update(
            {name: rev for name, rev in promises.revisions.items() if name == "counter"}
        )
        recent.sequence = promises.sequence
        async with aiohttp.ClientSession(home.address, headers=headers) as session:
            await Load(session, recent, chance).run(chance.uniform(0.05, 0.5), home.kill)
        home.start()
        async with aiohttp.ClientSession(home.address, headers=headers) as session:
            await check(session, recent)
        promises.revisions.update(recent.revisions)
        promises.attached.update(recent.attached)
        promises.files.update(recent.files)
        for name, offered in recent.offered.items():
            before = set() if name in recent.files else promises.offered.get(name, set())
            promises.offered[name] = before | offered
        promises.purged.update(recent.purged)
        promises.sequence = recent.sequence
    async with aiohttp.ClientSession(home.address, headers=headers) as session:
        await check(session, promises)
    assert home.stop() == 0
    assert len(promises.revisions) > KILLS // 2
    assert len(promises.files) > KILLS // 10
    assert len(promises.purged) > KILLS // 10
