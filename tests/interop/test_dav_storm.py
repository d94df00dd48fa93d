"""Many clients at once over WebDAV, mixing all methods, some of which go away in the middle.

Nothing they do may be answered with a fault of the server, and nothing may be left of them: no open
file, no lock that nobody was told of, no temporary file; and memory stays as it was. Run long with
FOYER_TESTS_DAV_SECONDS=600 FOYER_TESTS_DAV_CLIENTS=200.
"""

import asyncio
import logging
import os
import random
import re
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path
from urllib.parse import unquote

import aiohttp

from replication.blobs.journal import SUFFIX
from tests.support.running_home import RunningHome

SECONDS = float(os.environ.get("FOYER_TESTS_DAV_SECONDS", "6"))
CLIENTS = int(os.environ.get("FOYER_TESTS_DAV_CLIENTS", "40"))
SEED = int(os.environ.get("FOYER_TESTS_SEED", "20261123"))
FOLDERS = 12
MIB = 1 << 20
MORE_MEMORY = 48 * MIB
LOCK = (
    b'<lockinfo xmlns="DAV:"><lockscope><exclusive/></lockscope><locktype><write/></locktype>'
    b"</lockinfo>"
)
SYNC = (
    b'<sync-collection xmlns="DAV:"><sync-token/><sync-level>infinite</sync-level>'
    b"<limit><nresults>50</nresults></limit><prop><getetag/></prop></sync-collection>"
)
DISCOVER = b'<propfind xmlns="DAV:"><prop><lockdiscovery/></prop></propfind>'
METHODS = (
    *("GET", "PUT", "PROPFIND", "MOVE", "COPY", "DELETE", "MKCOL", "PROPPATCH", "LOCK"),
    *("REPORT", "HEAD", "OPTIONS", "TREE", "RANGE", "CHUNKED"),
)
PATCH = (
    b'<propertyupdate xmlns="DAV:"><set><prop><x xmlns="urn:x">1</x></prop></set></propertyupdate>'
)


class Client:
    """One of many; `told` counts the statuses of all."""

    def __init__(self, session, number, told):
        self.session = session
        self.dice = random.Random(SEED + number)
        self.told = told
        self.faults = []
        self.lost = set()  # where a LOCK was asked for, and its answer not waited for

    def path(self):
        name = self.dice.choice(["a.txt", "b.txt", "c é.txt", "d"])
        return f"/dav/files/f{self.dice.randrange(FOLDERS)}/{name}"

    async def run(self, until):
        while time.monotonic() < until:
            method = self.dice.choice(METHODS)
            patience = self.dice.uniform(0.001, 0.05) if self.dice.random() < 0.15 else 60
            path = self.path()
            try:
                async with asyncio.timeout(patience):
                    await self.ask(method, path)
            except TimeoutError:
                self.told["cut off"] += 1
                if method == "LOCK":
                    self.lost.add(path)
            except aiohttp.ClientError:
                self.told["connection"] += 1

    async def ask(self, method, path):
        sent = {"headers": {}}
        if method in ("MOVE", "COPY"):
            sent["headers"]["Destination"] = self.path()
        if method == "PUT":
            sent["data"] = self.dice.randbytes(self.dice.choice([0, 100, 10_000, 300_000]))
        if method == "CHUNKED":
            method, sent["data"] = "PUT", self.pieces()
        if method == "RANGE":
            method, sent["headers"] = "GET", {"Range": "bytes=0-99"}
        if method in ("PROPFIND", "TREE"):
            path = path.rpartition("/")[0] + "/" if method == "TREE" else "/dav/files/"
            method, sent["headers"] = "PROPFIND", {"Depth": "1"}
        if method == "REPORT":
            path, sent["data"] = "/dav/files/", SYNC
        if method == "PROPPATCH":
            sent["data"] = PATCH
        if method == "LOCK":
            await self.lock_a_while(path)
            return
        await self.answered(method, path, **sent)

    async def pieces(self):
        for _ in range(5):
            yield self.dice.randbytes(20_000)
            await asyncio.sleep(0)

    async def lock_a_while(self, path):
        headers = {"Timeout": "Second-3600", "Depth": "0"}
        _, held = await self.answered("LOCK", path, headers=headers, data=LOCK)
        token = held.get("Lock-Token")
        if token is None:
            return
        try:
            async with asyncio.timeout(60):
                more = {"If": f"({token})"}
                await self.answered("PUT", path, headers=more, data=b"locked")
        finally:
            await asyncio.shield(self.answered("UNLOCK", path, headers={"Lock-Token": token}))

    async def answered(self, method, path, **sent):
        async with self.session.request(method, path, **sent) as response:
            await response.read()
            self.told[response.status] += 1
            if response.status >= 500 and response.status != 507:
                self.faults.append((method, path, response.status))
            return response.status, response.headers


def handles(home):
    return sum(1 for _ in Path(f"/proc/{home.process.pid}/fd").iterdir())


def memory(home):
    status = Path(f"/proc/{home.process.pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+) kB", status)[1]) * 1024


async def storm(home, seconds):
    """Let all clients loose; returns what they were told, the faults, and where LOCKs were lost."""
    told = Counter()
    login = {"Authorization": home.authorization}
    wide = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(home.address, headers=login, connector=wide) as session:
        for folder in range(FOLDERS):
            with suppress(aiohttp.ClientError):
                async with session.request("MKCOL", f"/dav/files/f{folder}"):
                    pass
        clients = [Client(session, number, told) for number in range(CLIENTS)]
        until = time.monotonic() + seconds
        await asyncio.gather(*(client.run(until) for client in clients))
    faults = [fault for client in clients for fault in client.faults]
    return told, faults, {path for client in clients for path in client.lost}


async def held(home):
    """Return the paths that locks are on."""
    login = {"Authorization": home.authorization, "Depth": "infinity"}
    async with (
        aiohttp.ClientSession(home.address, headers=login) as session,
        session.request("PROPFIND", "/dav/files/", data=DISCOVER) as response,
    ):
        text = await response.text()
        assert response.status == 207, text
        return {unquote(one) for one in re.findall(r"<D:lockroot><D:href>(.*?)</D:href>", text)}


def temporary(folder):
    """Return the contents that came in and that no document names; the logs before them stay."""
    found = [path for path in folder.rglob("*") if path.is_file() and "incoming" in path.parts]
    return [path for path in found if path.suffix != SUFFIX]


def test_a_storm_of_clients_leaves_nothing_behind(tmp_path):
    with RunningHome(tmp_path / "data") as home:
        *_, before_that = asyncio.run(storm(home, min(SECONDS / 3, 60)))  # what it needs anyway
        before, memory_before = handles(home), memory(home)
        told, faults, lost = asyncio.run(storm(home, SECONDS))
        logging.getLogger(__name__).info("%s", dict(told))
        assert not faults, Counter(faults).most_common(5)
        assert told["connection"] < told.total() / 50, told
        assert told.total() > CLIENTS
        deadline = time.monotonic() + 20
        while handles(home) > before and time.monotonic() < deadline:
            time.sleep(0.2)
        assert handles(home) <= before + 2
        assert {path.rstrip("/") for path in asyncio.run(held(home))} <= lost | before_that
        assert not temporary(home.folder)
        assert memory(home) - memory_before < MORE_MEMORY
        assert home.stop() == 0
