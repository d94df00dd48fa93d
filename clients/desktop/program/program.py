"""The commands and their options; what they do is in the files beside this one."""

import asyncio
from pathlib import Path

import click

from clients.desktop.program import commands
from clients.desktop.program.conflict_choice import Keep
from clients.desktop.program.environment import state_folder
from clients.desktop.program.messages import say
from clients.desktop.program.store import Store

_HELP = {"help_option_names": ["-h", "--help"]}
_folder = click.argument("folder", required=False, default="")
_as_json = click.option("--json", "as_json", is_flag=True, help=say("option_json"))
_store = click.make_pass_decorator(Store)


@click.group(help=say("program"), context_settings=_HELP)
@click.option("--dir", "folder", type=click.Path(path_type=Path), help=say("option_dir"))
@click.pass_context
def program(context: click.Context, folder: Path | None) -> None:
    """Gather the commands."""
    context.obj = Store(folder or state_folder())


@program.command(help=say("help_connect"))
@click.argument("url")
@click.option("--name", default="", help=say("option_name"))
@_store
def connect(store: Store, url: str, name: str) -> None:
    """Be let into a home."""
    commands.connect(store, url, name)


@program.command(help=say("help_add"))
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--home", default="", help=say("option_home"))
@_store
def add(store: Store, folder: Path, home: str) -> None:
    """Keep a folder."""
    commands.add(store, folder, home)


@program.command(help=say("help_run"))
@_folder
@click.option("--quiet", is_flag=True, help=say("option_quiet"))
@_store
def run(store: Store, folder: str, quiet: bool) -> None:  # noqa: FBT001  # as click passes it
    """Keep a folder in the foreground."""
    commands.run(store, folder, quiet=quiet)


@program.command(help=say("help_start"))
@_folder
@_store
def start(store: Store, folder: str) -> None:
    """Keep a folder in the background."""
    commands.start(store, folder)


@program.command(help=say("help_stop"))
@_folder
@_store
def stop(store: Store, folder: str) -> None:
    """End what start began."""
    commands.stop(store, folder)


@program.command(help=say("help_status"))
@_as_json
@_store
def status(store: Store, as_json: bool) -> None:  # noqa: FBT001
    """Tell how things are."""
    commands.status(store, as_json=as_json)


@program.command(help=say("help_pause"))
@_folder
@_store
def pause(store: Store, folder: str) -> None:
    """Do nothing until resumed."""
    commands.pause(store, folder)


@program.command(help=say("help_resume"))
@_folder
@_store
def resume(store: Store, folder: str) -> None:
    """Go on."""
    commands.resume(store, folder)


@program.command(help=say("help_confirm"))
@click.argument("answer", type=click.Choice(["remove", "keep"]))
@_folder
@_store
def confirm(store: Store, answer: str, folder: str) -> None:
    """Answer whether much is to be removed."""
    commands.confirm(store, folder, remove=answer == "remove")


@program.command(help=say("help_ignore"))
@click.argument("patterns", nargs=-1)
@click.option("--folder", default="", help=say("option_folder"))
@_store
def ignore(store: Store, patterns: tuple[str, ...], folder: str) -> None:
    """Leave names alone."""
    commands.ignore(store, folder, patterns)


@program.command(help=say("help_conflicts"))
@click.argument("path", default="")
@click.option("--keep", type=click.Choice([str(it) for it in Keep]), help=say("option_keep"))
@click.option("--folder", default="", help=say("option_folder"))
@_as_json
@_store
def conflicts(store: Store, path: str, keep: str | None, folder: str, as_json: bool) -> None:  # noqa: FBT001
    """List conflicts, or decide one."""
    commands.conflicts(store, folder, path, Keep(keep) if keep else None, as_json=as_json)


@program.command(help=say("help_log"))
@_folder
@_as_json
@_store
def log(store: Store, folder: str, as_json: bool) -> None:  # noqa: FBT001
    """Tell what was done."""
    commands.log(store, folder, as_json=as_json)


@program.command(help=say("help_doctor"))
@_store
def doctor(store: Store) -> None:
    """Look for what could be wrong."""
    asyncio.run(commands.doctor(store))


@program.command(help=say("help_select"))
@click.option("--home", default="", help=say("option_home"))
@_store
def select(store: Store, home: str) -> None:
    """Choose which directories this computer has."""
    commands.select(store, home)


@program.command(help=say("help_unlink"))
@_folder
@_store
def unlink(store: Store, folder: str) -> None:
    """Keep a folder no longer."""
    commands.unlink(store, folder)


@program.command(help=say("help_address"))
@click.argument("old")
@click.argument("new")
@_store
def address(store: Store, old: str, new: str) -> None:
    """Follow a home that moved."""
    commands.address(store, old, new)


@program.group(help=say("help_service"))
def service() -> None:
    """Gather what begins with the computer."""


@service.command("install", help=say("help_service_install"))
@_folder
@_store
def service_install(store: Store, folder: str) -> None:
    """Have the system begin it."""
    commands.service(store, folder, installed=True)


@service.command("remove", help=say("help_service_remove"))
@_folder
@_store
def service_remove(store: Store, folder: str) -> None:
    """Have the system begin it no longer."""
    commands.service(store, folder, installed=False)
