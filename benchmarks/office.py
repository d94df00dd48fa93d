"""Office editing under load: opening with many sessions open, and many saves at once.

    python -m benchmarks.office --sessions 200 --saves 200 --megabytes 5

Starts a home in a process of its own and plays the Document Server: it opens as many documents,
then times further openings, and then reports a save of each document within one second, and offers
its bytes. Says how long an opening took by the clock and in processor time of the home, how many
saves were answered with `error 0` and read back, and the home's memory before and at most. On a
machine that is busy with something else the clock says little; processor time and memory do.
"""

import argparse
import asyncio
import hashlib
import json
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from aiohttp import ClientSession, web

from tests.support.document_server import hand_jwt
from tests.support.running_home import RunningHome

SECRET = "a secret between two that trust each other"  # of this run alone
OPENINGS = 400


def processor_seconds(pid: int) -> float:
    """Return the processor time that a process has used."""
    told = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(told[11]) + int(told[12])) / 100


def memory(pid: int, field: str) -> int:
    """Return a line of a process' status (`VmRSS`, `VmHWM`), in MiB."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(field):
            return int(line.split()[1]) // 1024
    return 0


class Offered:
    """What the Document Server offers: so many bytes for each number, made while they are sent."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.filler = b"x" * (size - 400)

    def content(self, number: str) -> bytes:
        return b"PK\x03\x04" + number.encode().ljust(64) + self.filler + b"PK\x05\x06" + bytes(18)

    async def serve(self, request: web.Request) -> web.Response:
        return web.Response(
            body=self.content(request.match_info["number"]),
            content_type="application/octet-stream",
        )


class Play:
    """One run against a home."""

    def __init__(self, home: RunningHome, offered: Offered, editor: str) -> None:
        self.home, self.offered, self.editor = home, offered, editor
        self.opened: dict[str, tuple[str, str]] = {}

    async def open(self, client: ClientSession, file_id: str) -> None:
        async with client.get(f"/office/{file_id}/open") as response:
            told = await response.json(content_type=None)
        editor = told["data"]["attributes"]["onlyoffice"]
        self.opened[file_id] = (editor["document"]["key"], editor["editor"]["callbackUrl"])

    async def report(self, client: ClientSession, file_id: str, body: dict[str, Any]) -> str:
        key, url = self.opened[file_id]
        claims = {"key": key, **body}
        token = hand_jwt.encode({**claims, "exp": int(time.time()) + 300}, SECRET)
        async with client.post(url, json={**claims, "token": token}) as response:
            return await response.text()

    async def save(self, client: ClientSession, file_id: str, number: int) -> str:
        url = f"{self.editor}/cache/{number}/output.docx"
        body = {"status": 2, "url": url, "users": ["a"], "filetype": "docx"}
        return await self.report(client, file_id, body)

    async def is_stored(self, client: ClientSession, file_id: str, number: int) -> bool:
        wanted = hashlib.sha256(self.offered.content(str(number))).digest()
        found = hashlib.sha256()
        async with client.get(f"/files/download/{file_id}") as response:
            async for piece in response.content.iter_chunked(1 << 18):
                found.update(piece)
        return found.digest() == wanted


async def documents(client: ClientSession, count: int) -> list[str]:
    """Make so many small documents; return their ids."""
    found = []
    for number in range(count):
        path = f"/files/io.cozy.files.root-dir?Type=file&Name={number}.docx"
        async with client.post(path, data=b"PK\x03\x04" + b"0" * 2000) as response:
            found.append((await response.json(content_type=None))["data"]["id"])
    return found


async def openings(play: Play, client: ClientSession, ids: list[str]) -> dict[str, float]:
    pid, taken = play.home.process.pid, []
    before = processor_seconds(pid)
    for number in range(OPENINGS):
        begun = time.perf_counter()
        await play.open(client, ids[number % len(ids)])
        taken.append(1000 * (time.perf_counter() - begun))
    used = 1000 * (processor_seconds(pid) - before) / OPENINGS
    quantiles = statistics.quantiles(taken, n=100)
    return {"p50_ms": quantiles[49], "p99_ms": quantiles[98], "processor_ms": used}


async def saves(play: Play, client: ClientSession, ids: list[str]) -> dict[str, float]:
    pid = play.home.process.pid
    resting = memory(pid, "VmRSS")
    begun = time.monotonic()

    async def one(number: int, file_id: str) -> str:
        await asyncio.sleep(number / len(ids))
        return await play.save(client, file_id, number)

    answers = await asyncio.gather(*(one(number, each) for number, each in enumerate(ids)))
    seconds = time.monotonic() - begun
    stored = 0
    for number, each in enumerate(ids):
        stored += await play.is_stored(client, each, number)
    return {
        "answered": sum(answer == '{"error":0}' for answer in answers),
        "read_back": stored,
        "seconds": seconds,
        "memory_before_mib": resting,
        "memory_most_mib": memory(pid, "VmHWM"),
    }


async def run(sessions: int, count: int, megabytes: int) -> dict[str, Any]:
    offered = Offered(megabytes << 20)
    app = web.Application()
    app.add_routes([web.get("/cache/{number}/output.docx", offered.serve)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    editor = f"http://127.0.0.1:{runner.addresses[0][1]}"
    env = {
        "FOYER_OFFICE_SERVER": editor,
        "FOYER_OFFICE_SECRET": SECRET,
        "FOYER_OFFICE_SWEEP_SECONDS": "3600",
    }
    with tempfile.TemporaryDirectory() as folder, RunningHome(Path(folder) / "h", env=env) as home:
        headers = {"Authorization": home.authorization}
        play = Play(home, offered, editor)
        async with ClientSession(home.address, headers=headers) as client:
            ids = await documents(client, max(sessions, count))
            for each in ids:
                await play.open(client, each)
                await play.report(client, each, {"status": 1, "users": ["a"]})
            told = {"openings": await openings(play, client, ids[:sessions])}
            told["saves"] = await saves(play, client, ids[:count])
    await runner.cleanup()
    return told


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--sessions", type=int, default=200)
    parser.add_argument("--saves", type=int, default=200)
    parser.add_argument("--megabytes", type=int, default=5)
    chosen = parser.parse_args()
    told = asyncio.run(run(chosen.sessions, chosen.saves, chosen.megabytes))
    print(json.dumps(told, indent=2))


if __name__ == "__main__":
    main()
