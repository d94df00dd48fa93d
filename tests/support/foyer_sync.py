"""`foyer-sync` in processes of its own: devices with a folder each, of a home that runs."""

import asyncio
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlencode

from clients.desktop.home.credentials import SCOPE, Credentials
from clients.desktop.local.control import NotRunning, ask
from clients.desktop.local.store import Store
from tests.support.browsing import SCRIPT, Browser
from tests.support.oauth import DESKTOP, answer_in, asked_for
from tests.support.running_home import PASSWORD

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0
CODE = re.compile(r"(https?://\S+user_code=\S+)")


async def _allow(address, page):
    async with Browser(address) as browser:
        await browser.sign_in(PASSWORD)
        asked = await browser.get(page.removeprefix(address))
        answered = await browser.send(asked, do="allow")
        assert answered.status == 200, answered.html


async def _let_in(address, names):
    """Return credentials of new devices, whose owner said yes on the page that people see."""
    async with Browser(address) as browser:
        await browser.sign_in(PASSWORD)
        return [await _credentials(browser, address, name) for name in names]


async def _credentials(browser, address, name):
    said = {**DESKTOP, "client_name": name}
    async with browser.session.post("/auth/register", json=said, headers=SCRIPT) as response:
        client = await response.json()
    asked = await browser.get(f"/auth/authorize?{urlencode(asked_for(client, SCOPE))}")
    status, told = await browser.ask(asked)
    assert status == 200, told
    secrets = client["client_secret"], client["registration_access_token"]
    form = {
        "grant_type": "authorization_code",
        "client_id": client["client_id"],
        "client_secret": secrets[0],
        "code": answer_in(told["deeplink"])["code"],
    }
    async with browser.session.post("/auth/access_token", data=form, headers=SCRIPT) as response:
        given = await response.json()
    pair = given["access_token"], given["refresh_token"]
    return Credentials(address, client["client_id"], *secrets, *pair)


def let_in(home, place, *names, folders=None):
    """Return devices of a home that keep a folder each, some perhaps at a place of its own."""
    devices = [SyncDevice(home, place, name, (folders or {}).get(name)) for name in names]
    for device, credentials in zip(devices, asyncio.run(_let_in(home.address, names)), strict=True):
        Store(device.state).keep_home(credentials)
        device.add()
    return devices


class SyncDevice:
    """A computer that keeps a folder the same as a home."""

    def __init__(self, home, place, name, folder=None):
        self.home = home
        self.name = name
        self.folder = folder or place / name
        self.state = place / f"{name} state"
        self.process = None
        self.output = place / f"{name}.log"

    def command(self, *words):
        return [sys.executable, "-m", "clients.desktop.program", "--dir", str(self.state), *words]

    @property
    def environment(self):
        return {**os.environ, "PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8", "HOME": str(self.state)}

    def run(self, *words, code=0):
        """Run a command to its end; returns what it said."""
        ended = subprocess.run(
            self.command(*words),
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        assert ended.returncode == code, ended.stdout + ended.stderr
        return ended.stdout + ended.stderr

    def connect(self):
        """Be let into the home, by its owner at the page that is shown."""
        asking = subprocess.Popen(
            self.command("connect", self.home.address, "--name", self.name),
            env={**self.environment, "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            text=True,
        )
        page = CODE.search(asking.stdout.readline())[1]
        asyncio.run(_allow(self.home.address, page))
        told = asking.communicate(timeout=PATIENCE)[0]
        assert asking.returncode == 0, told
        return self

    def add(self):
        self.run("add", str(self.folder))
        return self

    def start(self):
        """Keep the folder in a process that can be killed."""
        with self.output.open("ab") as log:
            self.process = subprocess.Popen(
                self.command("run"), env=self.environment, stdout=log, stderr=log
            )
        return self

    def stop(self):
        self.process.send_signal(signal.SIGINT)
        assert self.process.wait(PATIENCE) == 0, self.output.read_text()[-3000:]

    def kill(self):
        """End it as a power cut would end the process."""
        self.process.kill()
        self.process.wait(PATIENCE)

    @property
    def is_running(self):
        return self.process is not None and self.process.poll() is None

    def status(self):
        """Return what the process says of itself; nothing where none answers."""
        return self.ask("status")

    def ask(self, command):
        store = Store(self.state)
        (folder,) = store.folders()
        try:
            return asyncio.run(ask(store.place(folder), command))
        except NotRunning:
            return {}

    def write(self, path, content):
        place = self.folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)

    def tree(self):
        """Return all that is in the folder: None for a directory, bytes for a file."""
        found = {}
        for path in sorted(self.folder.rglob("*")):
            relative = path.relative_to(self.folder)
            if relative.parts[0] != ".foyer":
                found[str(relative)] = path.read_bytes() if path.is_file() else None
        return found


def until(is_so, patience=30.0):
    """Wait until something is so."""
    deadline = time.monotonic() + patience
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def settled(*devices, wanted=None, patience=PATIENCE):
    """Wait until all devices are at rest with the same tree, which is returned."""
    deadline = time.monotonic() + patience
    while True:
        assert all(device.is_running for device in devices), "a process ended by itself"
        statuses = [device.status() for device in devices]
        trees = [device.tree() for device in devices]
        rests = all(it.get("state") == "idle" and it["waiting"] == 0 for it in statuses)
        if rests and all(tree == trees[0] for tree in trees) and wanted in (None, trees[0]):
            return trees[0]
        if time.monotonic() > deadline:
            logs = "\n".join(device.output.read_text()[-2000:] for device in devices)
            names = [sorted(tree) for tree in trees]
            raise AssertionError(f"no rest: {statuses}\n{names}\n{logs}")
        time.sleep(0.2)


def files(tree):
    """Return the files of a tree, without its directories."""
    return {path: content for path, content in tree.items() if content is not None}
