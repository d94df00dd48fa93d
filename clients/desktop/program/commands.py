"""What the commands do. Refusals say what to do instead."""

import asyncio
import json
import signal
import sys
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import wraps
from pathlib import Path
from time import monotonic, sleep
from typing import ParamSpec, TypeVar

import click

from clients.desktop.disk.ignoring import BUILT_IN, IGNORE_FILE, with_pattern
from clients.desktop.disk.local_disk import LocalDisk
from clients.desktop.disk.names import OWN
from clients.desktop.disk.own_folder import read_marker
from clients.desktop.disk.port import DiskError
from clients.desktop.home.client import HomeClient
from clients.desktop.home.device import HomeDevice
from clients.desktop.home.pairing import Asked
from clients.desktop.home.port import HomeError, Moved, Refused, Revoked, Unreachable
from clients.desktop.program import conflict_choice, connecting, starting
from clients.desktop.program.control import NotRunning, Told, ask
from clients.desktop.program.finding import Refusal, folder_of, home_of, typed_address
from clients.desktop.program.lock import Held, is_held, only_one
from clients.desktop.program.messages import say
from clients.desktop.program.store import KeptFolder, Store
from clients.desktop.program.telling import event_line, lines_of

P = ParamSpec("P")
R = TypeVar("R")
_PATIENCE = 30.0
_STEP = 0.1


def _refusing(command: Callable[P, R]) -> Callable[P, R]:
    """Say what went wrong, and what to do, in place of an error of the ports."""

    @wraps(command)
    def said(*given: P.args, **named: P.kwargs) -> R:
        try:
            return command(*given, **named)
        except (HomeError, DiskError) as error:
            raise Refusal(_words(error)) from error

    return said


_KEYS: dict[type[Exception], str] = {
    Unreachable: "error_unreachable",
    Revoked: "error_revoked",
    Moved: "error_moved",
}


def _words(error: HomeError | DiskError) -> str:
    usual = "error_home" if isinstance(error, HomeError) else "error_disk"
    key = _KEYS.get(type(error), usual)
    if isinstance(error, Refused) and error.why in ("access_denied", "expired_token"):
        key = f"error_{error.why}"
    return say(key, why=str(error))


@_refusing
def connect(store: Store, url: str, name: str) -> None:
    """Be let into a home."""
    address = typed_address(url)

    def show(asked: Asked) -> None:
        page = asked.verification_uri_complete or asked.verification_uri
        click.echo(say("open_page", page=page, code=asked.user_code))

    credentials = asyncio.run(connecting.connect(store, address, name, show))
    click.echo(say("connected", address=credentials.address))


@_refusing
def add(store: Store, folder: Path, home: str) -> None:
    """Keep a folder, which is made where it is not there."""
    path = folder.expanduser().absolute()
    credentials = home_of(store, home)
    for kept in store.folders():
        if _overlap(path, Path(kept.path)):
            raise Refusal(say("overlaps", folder=kept.path))
    if read_marker(str(path)):
        click.echo(say("had_marker", folder=path, own=OWN))
    path.mkdir(parents=True, exist_ok=True)
    made = KeptFolder(uuid.uuid4().hex, str(path), credentials.client_id, starting.hostname())
    asyncio.run(LocalDisk.name(path, made.id))
    store.keep(made)
    click.echo(say("added", folder=path, address=credentials.address))


def _overlap(one: Path, other: Path) -> bool:
    return one == other or one in other.parents or other in one.parents


@_refusing
def run(store: Store, named: str, *, quiet: bool) -> None:
    """Keep a folder until Ctrl-C."""
    folder = folder_of(store, named)
    try:
        with only_one(store.place(folder)):
            asyncio.run(_kept(store, folder, quiet=quiet))
    except Held as error:
        raise Refusal(say("is_running", folder=folder.path)) from error


async def _kept(store: Store, folder: KeptFolder, *, quiet: bool) -> None:
    from clients.desktop.program.folder_process import FolderProcess

    process = FolderProcess(store, folder, (lambda _: None) if quiet else click.echo)
    running = asyncio.ensure_future(process.run())
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM) if sys.platform != "win32" else ():
        loop.add_signal_handler(number, process.stop)
    await running


def start(store: Store, named: str) -> None:
    """Keep a folder in the background."""
    folder = folder_of(store, named)
    if is_held(store.place(folder)):
        raise Refusal(say("is_running", folder=folder.path))
    starting.start(store, folder)
    if not _becomes(lambda: _answers(store, folder)):
        raise Refusal(say("not_started", log=store.place(folder) / "log.txt"))
    click.echo(say("started", folder=folder.path))


def stop(store: Store, named: str) -> None:
    """End a folder's process."""
    folder = folder_of(store, named)
    _asked(store, folder, "stop")
    if not _becomes(lambda: not is_held(store.place(folder))):
        raise Refusal(say("not_stopped", folder=folder.path))
    click.echo(say("stopped", folder=folder.path))


def _answers(store: Store, folder: KeptFolder) -> bool:
    try:
        asyncio.run(ask(store.place(folder), "status"))
    except NotRunning:
        return False
    return True


def _becomes(is_so: Callable[[], bool]) -> bool:
    until = monotonic() + _PATIENCE
    while monotonic() < until:
        if is_so():
            return True
        sleep(_STEP)
    return False


def _asked(store: Store, folder: KeptFolder, command: str, **facts: object) -> Told:
    try:
        return asyncio.run(ask(store.place(folder), command, **facts))
    except NotRunning as error:
        raise Refusal(say("not_running", folder=folder.path)) from error


def status(store: Store, *, as_json: bool) -> None:
    """Tell how all folders are."""
    folders = store.folders()
    if not folders and not as_json:
        raise Refusal(say("no_folder"))
    found = [{**_status_of(store, it), "folder": it.path, "home": it.home} for it in folders]
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for told in found:
        click.echo(told["folder"])
        for line in [say("is_stopped")] if told.get("stopped") else lines_of(told):
            click.echo("  " + line)


def _status_of(store: Store, folder: KeptFolder) -> Told:
    try:
        return asyncio.run(ask(store.place(folder), "status"))
    except NotRunning:
        return {"stopped": True}


def pause(store: Store, named: str) -> None:
    """Do nothing until resumed, also after a start of the computer."""
    _hold(store, folder_of(store, named), paused=True)


def resume(store: Store, named: str) -> None:
    """Go on, and try again what did not go."""
    _hold(store, folder_of(store, named), paused=False)


def _hold(store: Store, folder: KeptFolder, *, paused: bool) -> None:
    folder.paused = paused
    store.keep(folder)
    _status = _tell_running(store, folder, "pause" if paused else "resume")
    click.echo(say("paused" if paused else "resumed", folder=folder.path))


def _tell_running(store: Store, folder: KeptFolder, command: str) -> Told | None:
    try:
        return asyncio.run(ask(store.place(folder), command))
    except NotRunning:
        return None


def confirm(store: Store, named: str, *, remove: bool) -> None:
    """Answer whether what the engine asks about is to be removed."""
    folder = folder_of(store, named)
    _asked(store, folder, "confirm", remove=remove)
    click.echo(say("confirmed_remove" if remove else "confirmed_keep"))


def ignore(store: Store, named: str, patterns: tuple[str, ...]) -> None:
    """Add lines to the ignore file, or show what is left alone."""
    folder = folder_of(store, named)
    path = Path(folder.path) / IGNORE_FILE
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    for pattern in patterns:
        text = with_pattern(text, pattern)
    if patterns:
        path.write_text(text, encoding="utf-8")
    click.echo(say("ignored", file=path))
    click.echo(text.rstrip() or say("ignored_nothing"))
    click.echo(say("ignored_built_in", patterns=" ".join(BUILT_IN).replace("\r", "")))


def conflicts(
    store: Store, named: str, path: str, keep: conflict_choice.Keep | None, *, as_json: bool
) -> None:
    """List the conflicts, or decide one."""
    folder = folder_of(store, named)
    found = _asked(store, folder, "status").get("conflicts", [])
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
    elif not path:
        click.echo("\n".join(map(event_line, found)) or say("no_conflicts"))
    elif keep is None:
        raise Refusal(say("which_side"))
    else:
        try:
            mine, original = conflict_choice.original_of(found, path)
        except conflict_choice.NoConflict as error:
            raise Refusal(say("unknown_conflict", path=path)) from error
        conflict_choice.decide(folder.path, mine, original, keep)
        click.echo(say("decided", path=original))


def log(store: Store, named: str, *, as_json: bool) -> None:
    """Tell what was done lately, the latest last."""
    found = list(reversed(_asked(store, folder_of(store, named), "status").get("recent", [])))
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(map(event_line, found)) or say("nothing_done"))


async def doctor(store: Store) -> None:
    """Say what was looked at; ends with 1 where something is wrong."""
    from clients.desktop.program import doctor as looking

    found = [looking.versions(), looking.secrets_finding(store)]
    for home in store.homes():
        found += await looking.home_findings(store, home)
    for folder in store.folders():
        found += looking.folder_findings(store, folder)
    for finding in found:
        click.echo(finding.line())
    if not all(finding.is_good for finding in found):
        sys.exit(1)


@_refusing
def select(store: Store, home: str) -> None:
    """Let a person tick the directories that this computer has."""
    credentials = home_of(store, home)
    chosen = asyncio.run(_on_device(store, credentials.client_id, _choose))
    click.echo(say("selected" if chosen else "not_selected"))


async def _choose(device: HomeDevice) -> bool:
    from clients.desktop.program.select_screen import choose

    return await choose(device)


async def _on_device(store: Store, client_id: str, work: Callable[[HomeDevice], Awaitable[R]]) -> R:
    from aiohttp import ClientSession

    credentials = store.home(client_id)
    if credentials is None:
        raise Refusal(say("no_home"))
    async with ClientSession() as session:
        return await work(HomeDevice(HomeClient(session, credentials, store.keep_home)))


@_refusing
def unlink(store: Store, named: str) -> None:
    """Keep a folder no longer; its files stay here and there."""
    folder = folder_of(store, named)
    if is_held(store.place(folder)):
        stop(store, folder.id)
    starting.remove(starting.service_of(store, folder))
    store.forget(folder)
    if not any(it.home == folder.home for it in store.folders()):
        credentials = store.home(folder.home)
        if credentials is not None:
            asyncio.run(connecting.disconnect(store, credentials))
    click.echo(say("unlinked", folder=folder.path))


def address(store: Store, old: str, new: str) -> None:
    """Follow a home that moved, after the person has seen where to."""
    credentials = home_of(store, old)
    store.keep_home(replace(credentials, address=typed_address(new)))
    click.echo(say("address_changed", address=typed_address(new)))


def service(store: Store, named: str, *, installed: bool) -> None:
    """Have the system begin a folder's process at login, or no longer."""
    folder = folder_of(store, named)
    found = starting.service_of(store, folder)
    if not installed:
        starting.remove(found)
        click.echo(say("service_removed", path=found.path))
    elif starting.install(found):
        click.echo(say("service_installed", path=found.path))
    else:
        command = starting.service_command(found)
        click.echo(say("service_written", path=found.path, command=command))
