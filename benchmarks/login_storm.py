"""A storm of wrong passphrases against a home: who is slowed down, and who is kept out.

    python -m benchmarks.login_storm --rate 1000 --seconds 60

Starts a home, signs a browser in, gives it a device with an app password, and measures how long
these wait for an answer: first with nobody else there, then in the storm. A process of its own
blows it, by two doors (the page for signing in, and Basic) and from as many addresses as asked for.
Afterwards it looks whether the known are in, and into the log: attempts, and no passphrase.
"""

import argparse
import asyncio
import multiprocessing
import statistics
import tempfile
import time
from base64 import b64encode
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from aiohttp import ClientSession

from tests.support.browsing import Browser
from tests.support.running_home import PASSWORD, RunningHome

Ask = Callable[[], Awaitable[int]]
Told = Any
"""A queue of the other process: how often each status came, and how long it blew."""

SAMPLES_A_SECOND = 20
GUESS = "guessed-in-the-storm"


async def blow(port: int, rate: int, seconds: float, addresses: int, told: Told) -> None:
    """Ask so often, over open connections, and tell how often each status came."""
    seen: dict[str, int] = {}
    begun = time.monotonic()
    workers = 50
    every = workers / rate

    async def worker(number: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        due, count = begun + number * every / workers, 0
        while (now := time.monotonic()) < begun + seconds:
            if due > now:
                await asyncio.sleep(due - now)
            due += every
            count += 1
            writer.write(request(port, count * workers + number, addresses))
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            status = head.split(" ", 2)[1]
            seen[status] = seen.get(status, 0) + 1
            length = head.lower().partition("content-length: ")[2].partition("\r")[0]
            await reader.readexactly(int(length or 0))
        writer.close()

    await asyncio.gather(*map(worker, range(workers)))
    told.put((seen, time.monotonic() - begun))


def request(port: int, number: int, addresses: int) -> bytes:
    """Return one attempt: every other one at the page, the rest by Basic."""
    guess = f"{GUESS}-{number}"
    here = number % addresses
    where = f"10.{here >> 16 & 255}.{here >> 8 & 255}.{here & 255}"
    head = f"Host: localhost:{port}\r\nX-Forwarded-For: {where}\r\nX-Forwarded-Proto: https\r\n"
    if number % 2:
        login = b64encode(f"owner:{guess}".encode()).decode()
        return (
            f"GET /couchdb/_session HTTP/1.1\r\n{head}Authorization: Basic {login}\r\n\r\n".encode()
        )
    token = "t" * 32
    body = f"passphrase={guess}&csrf_token={token}&plain=1"
    return (
        f"POST /auth/login HTTP/1.1\r\n{head}Accept: application/json\r\nCookie: _csrf={token}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\n\r\n{body}"
    ).encode()


def blown(port: int, rate: int, seconds: float, addresses: int, told: Told) -> None:
    asyncio.run(blow(port, rate, seconds, addresses, told))


async def waits(ask: Ask, seconds: float) -> tuple[list[float], set[int]]:
    """Return how long each of some requests waited, in milliseconds, and what answers came."""
    taken: list[float] = []
    statuses: set[int] = set()
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        begun = time.perf_counter()
        statuses.add(await ask())
        taken.append((time.perf_counter() - begun) * 1000)
        await asyncio.sleep(1 / SAMPLES_A_SECOND)
    return taken, statuses


def told_of(name: str, taken: list[float], statuses: set[int]) -> float:
    cut = statistics.quantiles(taken, n=100)
    print(
        f"{name:32} {len(taken):5} requests  median {cut[49]:7.1f} ms  p99 {cut[98]:7.1f} ms  "
        f"worst {max(taken):7.1f} ms  {sorted(statuses)}"
    )
    return cut[98]


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
            idle = await asyncio.gather(*(waits(a, options.seconds) for a in asks.values()))
            still = [
                told_of(f"idle, {name}", *found) for name, found in zip(asks, idle, strict=True)
            ]
            told = multiprocessing.Queue()
            storm = multiprocessing.Process(
                target=blown,
                args=(home.port, options.rate, options.seconds, options.addresses, told),
            )
            storm.start()
            shaken = await asyncio.gather(*(waits(a, options.seconds) for a in asks.values()))
            seen, took = await asyncio.to_thread(told.get)
            storm.join()
            for name, found, before in zip(asks, shaken, still, strict=True):
                print(f"  {told_of(f'storm, {name}', *found) / before:.2f} times idle")
            print(
                f"storm: {sum(seen.values()) / took:.0f} a second for {took:.0f} s, answers {seen}"
            )
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
    wrong, refused = log.count("wrong passphrase"), log.count(" 429")
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
    parser.add_argument("--addresses", type=int, default=5000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        env = {"FOYER_TRUSTED_PROXIES": "127.0.0.1", "FOYER_KDF_ITERATIONS": "650000"}
        with RunningHome(Path(folder) / "home", env=env) as home:
            asyncio.run(measure(home, options))


if __name__ == "__main__":
    main()
