"""A storm of wrong passphrases against a home: who is slowed down, and who is kept out.

    python -m benchmarks.login_storm --rate 1000 --seconds 60

Starts a home, signs a browser in, gives it a device with an app password, and measures how long
these wait for an answer, with nobody else there and in the storm, in turns, so that whatever else
the machine does meanwhile falls on both. A process of its own blows the storm, by three doors
(Basic, and the page for signing in as its script and as a browser alone send it) and from as many
addresses as asked for. Afterwards it looks whether the known are in, and into the log: attempts,
and no passphrase.

On a machine that is busy with something else, `--undisturbed` (as root) asks Linux to run these
processes, threads that hash included, before all others.
"""

import argparse
import asyncio
import multiprocessing
import os
import re
import statistics
import tempfile
import time
from base64 import b64encode
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

from aiohttp import ClientSession

from benchmarks.storm import GUESS, Blown, Plan, blow
from tests.support.browsing import Browser
from tests.support.running_home import PASSWORD, RunningHome

Ask = Callable[[], Awaitable[int]]
Told = Any
"""A queue of the other process, which brings a `Blown`."""

SAMPLES_A_SECOND = 20


def blown(plan: Plan, told: Told) -> None:
    if plan.undisturbed:
        before_all_others(os.getpid())
    told.put(asyncio.run(blow(plan)))


class Waits:
    """How long requests of one kind waited, in milliseconds, and what answers came."""

    def __init__(self) -> None:
        self.taken: list[float] = []
        self.statuses: set[int] = set()

    async def ask(self, ask: Ask, seconds: float) -> None:
        """Ask so many times a second."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            begun = time.perf_counter()
            self.statuses.add(await ask())
            self.taken.append((time.perf_counter() - begun) * 1000)
            await asyncio.sleep(1 / SAMPLES_A_SECOND)

    def told(self, name: str) -> float:
        """Print the figures; return the 99th of a hundred."""
        cut = statistics.quantiles(self.taken, n=100)
        print(
            f"{name:32} {len(self.taken):5} requests  median {cut[49]:7.1f} ms  "
            f"p99 {cut[98]:7.1f} ms  worst {max(self.taken):7.1f} ms  {sorted(self.statuses)}"
        )
        return cut[98]


async def in_turns(home: RunningHome, options: argparse.Namespace, asks: Mapping[str, Ask]) -> None:
    """Let calm and storm alternate, and tell how long each of the known waited in either."""
    calm, storm = ({name: Waits() for name in asks} for _ in range(2))
    seen: Counter[str] = Counter()
    took = processor = idle = 0.0
    part = options.seconds / options.rounds
    for turn in range(options.rounds):
        before = processor_seconds(home)
        await ask_all(asks, calm, part)
        idle += processor_seconds(home) - before
        first = turn * int(options.rate * part)
        plan = Plan(home.port, options.rate, part, options.addresses, first, options.undisturbed)
        told: Told = multiprocessing.Queue()
        blowing = multiprocessing.Process(target=blown, args=(plan, told))
        before = processor_seconds(home)
        blowing.start()
        await ask_all(asks, storm, part)
        found: Blown = await asyncio.to_thread(told.get)
        blowing.join()
        processor += processor_seconds(home) - before
        seen.update(found.statuses)
        took += found.seconds
    for name in asks:
        before, after = calm[name].told(f"idle, {name}"), storm[name].told(f"storm, {name}")
        print(f"  p99 {after / before:.2f} times idle")
    attempts = seen.total()
    print(f"storm: {attempts / took:.0f} a second for {took:.0f} s, answers {dict(seen)}")
    cost = (processor - idle) / attempts * 1000
    print(f"event loop: {cost:.2f} ms of processor time an attempt")


def before_all_others(pid: int) -> None:
    """Let the threads of a process run before those of all others; they take turns."""
    for thread in Path(f"/proc/{pid}/task").iterdir():
        os.sched_setscheduler(int(thread.name), os.SCHED_RR, os.sched_param(1))


def processor_seconds(home: RunningHome) -> float:
    """Return what the event loop's thread has used so far; of Linux alone."""
    pid = home.process.pid
    fields = Path(f"/proc/{pid}/task/{pid}/stat").read_text().rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def ask_all(asks: Mapping[str, Ask], waits: Mapping[str, "Waits"], seconds: float) -> None:
    await asyncio.gather(*(waits[name].ask(ask, seconds) for name, ask in asks.items()))


async def measure(home: RunningHome, options: argparse.Namespace) -> None:
    async with Browser(f"http://127.0.0.1:{home.port}") as browser:
        await browser.sign_in(PASSWORD)
        assert (await browser.get("/auth/security")).status == 200
        headers = {"Authorization": await app_password(home)}
        async with ClientSession(home.address) as device, ClientSession(home.address) as old:

            async def by_device() -> int:
                async with device.get("/couchdb/io.cozy.files", headers=headers) as response:
                    await response.read()
                    return response.status

            async def by_session() -> int:
                async with browser.session.get("/settings/sessions/current") as response:
                    await response.read()
                    return response.status

            async def by_passphrase() -> int:
                login = {"Authorization": home.authorization}
                async with old.get("/couchdb/_session", headers=login) as response:
                    await response.read()
                    return response.status

            asks = {"device": by_device, "session": by_session, "passphrase known": by_passphrase}
            for ask in asks.values():
                await ask()
            await in_turns(home, options, asks)
            await the_known_are_in(home, browser)


async def the_known_are_in(home: RunningHome, browser: Browser) -> None:
    await browser.get("/auth/login")
    async with browser.session.delete("/auth/login") as response:
        assert response.status == 204
    begun = time.perf_counter()
    page = await browser.sign_in(PASSWORD)
    waited = time.perf_counter() - begun
    print(f"known browser, signing in anew: {page.status}, {waited:.2f} s")
    async with Browser(home.address) as stranger:
        page = await stranger.sign_in(PASSWORD)
        print(
            f"owner, in a browser nobody knows, from an address that was not in it: {page.status}"
        )
    log = home.log.read_text()
    wrong, refused = log.count("wrong passphrase"), len(re.findall(r'"status": ?429', log))
    print(f"log: {wrong} attempts were wrong, {refused} refused; a guess in it: {GUESS in log}")


async def app_password(home: RunningHome) -> str:
    login = {"Authorization": home.authorization}
    async with ClientSession(home.address, headers=login) as owner:
        asked = {"data": {"attributes": {"name": "A phone", "kind": "webdav"}}}
        async with owner.post("/settings/devices", json=asked) as response:
            told = await response.json(content_type=None)
            assert response.status in (200, 201), told
    found = told["data"]["attributes"]["password"]
    return "Basic " + b64encode(f"owner:{found}".encode()).decode()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rate", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--rounds", type=int, default=6)
    parser.add_argument("--undisturbed", action="store_true")
    parser.add_argument("--addresses", type=int, default=5000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        env = {"FOYER_TRUSTED_PROXIES": "127.0.0.1", "FOYER_KDF_ITERATIONS": "650000"}
        with RunningHome(Path(folder) / "home", env=env) as home:
            if options.undisturbed:
                before_all_others(home.process.pid)
                before_all_others(os.getpid())
            asyncio.run(measure(home, options))


if __name__ == "__main__":
    main()
