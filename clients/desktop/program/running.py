"""Commands about the process that keeps a folder: begun, ended, held, by itself at each login."""

import asyncio
import signal
import sys
from collections.abc import Callable
from time import monotonic, sleep

import click

from clients.desktop.local.asking import hold
from clients.desktop.local.asking import limit as hold_to
from clients.desktop.local.control import NotRunning, ask
from clients.desktop.local.lock import Held, is_held, only_one
from clients.desktop.local.messages import say
from clients.desktop.local.rates import NoRate, rate_of, rate_shown
from clients.desktop.local.store import KeptFolder, Store
from clients.desktop.program import starting
from clients.desktop.program.finding import Refusal, asked, folder_of
from clients.desktop.program.options import command, folder_argument

_PATIENCE = 30.0
_STEP = 0.1


@command("run")
@folder_argument
@click.option("--quiet", is_flag=True, help=say("option_quiet"))
def run(store: Store, folder: str, *, quiet: bool) -> None:
    """Keep a folder until Ctrl-C."""
    kept = folder_of(store, folder)
    try:
        with only_one(store.place(kept)):
            asyncio.run(_kept(store, kept, quiet=quiet))
    except Held as error:
        raise Refusal(say("is_running", folder=kept.path)) from error


async def _kept(store: Store, folder: KeptFolder, *, quiet: bool) -> None:
    from clients.desktop.program.folder_process import FolderProcess
    from clients.desktop.program.progress_lines import lines

    process = FolderProcess(store, folder, lines(quiet=quiet))
    running = asyncio.ensure_future(process.run())
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM) if sys.platform != "win32" else ():
        loop.add_signal_handler(number, process.stop)
    await running


@command("start")
@folder_argument
def start(store: Store, folder: str) -> None:
    """Keep a folder in the background."""
    kept = folder_of(store, folder)
    if is_held(store.place(kept)):
        raise Refusal(say("is_running", folder=kept.path))
    starting.start(store, kept)
    if not _becomes(lambda: _answers(store, kept)):
        raise Refusal(say("not_started", log=store.place(kept) / "log.txt"))
    click.echo(say("started", folder=kept.path))


def _answers(store: Store, folder: KeptFolder) -> bool:
    try:
        asyncio.run(ask(store.place(folder), "status"))
    except NotRunning:
        return False
    return True


@command("stop")
@folder_argument
def stop(store: Store, folder: str) -> None:
    """End a folder's process."""
    kept = folder_of(store, folder)
    end(store, kept)
    click.echo(say("stopped", folder=kept.path))


def end(store: Store, folder: KeptFolder) -> None:
    """End a folder's process, and wait until it has ended. Raises Refusal."""
    asked(store, folder, "stop")
    if not _becomes(lambda: not is_held(store.place(folder))):
        raise Refusal(say("not_stopped", folder=folder.path))


def _becomes(is_so: Callable[[], bool]) -> bool:
    until = monotonic() + _PATIENCE
    while monotonic() < until:
        if is_so():
            return True
        sleep(_STEP)
    return False


@command("pause")
@folder_argument
def pause(store: Store, folder: str) -> None:
    """Do nothing until resumed, also after a start of the computer."""
    _hold(store, folder_of(store, folder), paused=True)


@command("resume")
@folder_argument
def resume(store: Store, folder: str) -> None:
    """Go on, and try again what did not go."""
    _hold(store, folder_of(store, folder), paused=False)


def _hold(store: Store, folder: KeptFolder, *, paused: bool) -> None:
    asyncio.run(hold(store, folder, paused=paused))
    click.echo(say("paused" if paused else "resumed", folder=folder.path))


@command("limit")
@click.option("--up", default="", help=say("option_up"))
@click.option("--down", default="", help=say("option_down"))
@folder_argument
def limit(store: Store, folder: str, up: str, down: str) -> None:
    """Hold transfers to a pace, or tell to which they are held."""
    kept = folder_of(store, folder)
    rates = {"up": _rate(up, kept.up), "down": _rate(down, kept.down)}
    if up or down:
        asyncio.run(hold_to(store, kept, **rates))
    for way, rate in rates.items():
        click.echo(say(f"limit_{way}" if rate else f"limit_{way}_none", rate=rate_shown(rate)))


def _rate(typed: str, before: int) -> int:
    try:
        return rate_of(typed) if typed else before
    except NoRate as error:
        raise Refusal(say("no_rate", rate=typed)) from error


@command("confirm")
@click.argument("answer", type=click.Choice(["remove", "keep"]))
@folder_argument
def confirm(store: Store, answer: str, folder: str) -> None:
    """Answer whether what the engine asks about is to be removed."""
    asked(store, folder_of(store, folder), "confirm", remove=answer == "remove")
    click.echo(say("confirmed_remove" if answer == "remove" else "confirmed_keep"))


@click.group(help=say("help_service"))
def service() -> None:
    """Gather what begins with the computer."""


_tray_option = click.option("--tray", is_flag=True, help=say("option_tray"))


@command("install", group="service")
@folder_argument
@_tray_option
def install(store: Store, folder: str, *, tray: bool) -> None:
    """Have the system begin a folder's process at login."""
    found = _service(store, folder, tray=tray)
    if starting.install(found):
        click.echo(say("service_installed", path=found.path))
    else:
        command = starting.service_command(found)
        click.echo(say("service_written", path=found.path, command=command))


@command("remove", group="service")
@folder_argument
@_tray_option
def remove(store: Store, folder: str, *, tray: bool) -> None:
    """Have the system begin it no longer."""
    found = _service(store, folder, tray=tray)
    starting.remove(found)
    click.echo(say("service_removed", path=found.path))


def _service(store: Store, folder: str, *, tray: bool) -> starting.Service:
    return starting.tray_of(store) if tray else starting.service_of(store, folder_of(store, folder))


service.add_command(install)
service.add_command(remove)
