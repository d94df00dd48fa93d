"""What could be wrong here, looked at one after the other; each says what to do."""

import os
import platform
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from pathlib import Path
from time import time

from aiohttp import ClientError, ClientSession, ClientTimeout

from clients.desktop.disk.blocking import state_of
from clients.desktop.disk.inotify_watcher import limits
from clients.desktop.disk.port import RootState
from clients.desktop.home.client import HomeClient, Request
from clients.desktop.home.credentials import Credentials
from clients.desktop.home.port import HomeError
from clients.desktop.local.lock import is_held
from clients.desktop.local.messages import say
from clients.desktop.local.store import KeptFolder, Store
from clients.desktop.program import connecting

_CLOCK = 120.0
"""Seconds that this computer's clock may differ from the home's."""
_PATIENCE = ClientTimeout(15)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    is_good: bool
    what: str

    def line(self) -> str:
        """Return it as people read it."""
        return f"{'✓' if self.is_good else '✗'} {self.what}"


async def examine(store: Store) -> list[Finding]:
    """Look at all that could be wrong."""
    found = [versions(), secrets_finding(store)]
    for home in store.homes():
        found += await home_findings(store, home)
    for folder in store.folders():
        found += folder_findings(store, folder)
    return found


def versions() -> Finding:
    """Say what runs."""
    python, system = platform.python_version(), f"{platform.system()} {platform.release()}"
    told = say("doctor_versions", version=connecting.version(), python=python, system=system)
    return Finding(True, told)


def folder_findings(store: Store, folder: KeptFolder) -> Iterator[Finding]:
    """Look whether a folder is there, may be written, can be watched, and is kept by a process."""
    state = state_of(folder.path, folder.id)
    if state is not RootState.HERE:
        yield Finding(False, f"{folder.path}: {say(f'root_{state}')}")
        return
    may = os.access(folder.path, os.R_OK | os.W_OK | os.X_OK)
    yield Finding(may, say("doctor_rights" if may else "doctor_no_rights", path=folder.path))
    if sys.platform == "linux":
        yield _watches(folder.path)
    runs = is_held(store.place(folder))
    yield Finding(runs, say("doctor_runs" if runs else "doctor_not_running", path=folder.path))


def _watches(path: str) -> Finding:
    directories = sum(1 for _ in os.walk(path))
    most, _ = limits()
    key = "doctor_watches" if directories < most else "doctor_no_watches"
    return Finding(directories < most, say(key, count=directories, most=most, wish=directories * 2))


def secrets_finding(store: Store) -> Finding:
    """Look whether others may read what lets this computer in."""
    if os.name == "nt":  # there, a person's own folder is theirs alone
        return Finding(True, say("doctor_secrets"))
    files = list((store.folder / "homes").glob("*.json"))
    open_ones = [path.name for path in files if path.stat().st_mode & 0o077]
    if open_ones:
        return Finding(False, say("doctor_open_secrets", path=Path(store.folder) / "homes"))
    return Finding(True, say("doctor_secrets"))


async def home_findings(store: Store, credentials: Credentials) -> list[Finding]:
    """Look whether a home answers, has a clock like ours, and lets this device in."""
    address = credentials.address
    async with ClientSession() as session:
        before = time()
        try:
            async with session.get(address + "/healthz", timeout=_PATIENCE) as response:
                date = response.headers.get("Date", "")
        except (ClientError, TimeoutError, OSError) as error:
            why = str(error) or type(error).__name__
            return [Finding(False, say("doctor_unreachable", address=address, why=why))]
        found = [Finding(True, say("doctor_reachable", address=address))]
        found += _clock(date, before)
        client = HomeClient(session, credentials, store.keep_home)
        try:
            await client.ask(Request("GET", "/files/_changes", {"limit": "1"}))
        except HomeError as error:
            return [
                *found,
                Finding(False, say("doctor_not_let_in", address=address, why=error.why)),
            ]
        return [*found, Finding(True, say("doctor_let_in", address=address))]


def _clock(date: str, here: float) -> Iterator[Finding]:
    try:
        there = parsedate_to_datetime(date).timestamp()
    except ValueError:
        return
    off = round(here - there)
    if abs(off) > _CLOCK:
        yield Finding(False, say("doctor_clock_off", seconds=off))
    else:
        yield Finding(True, say("doctor_clock"))
