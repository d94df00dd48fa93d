"""Commands for files on demand, on Linux: all the home as a directory."""

import asyncio
import sys
from pathlib import Path

import click

from clients.desktop.local.lock import Held, only_one
from clients.desktop.local.messages import say
from clients.desktop.local.rates import NoRate, rate_of
from clients.desktop.local.store import Store
from clients.desktop.local.written import read, write
from clients.desktop.program.finding import Refusal, home_of
from clients.desktop.program.options import command, home_option
from clients.desktop.replica.tree import Node

_MOUNTED = "mount.json"
_PATH = click.Path(path_type=Path, readable=False)
"""Not looked at: what a killed process left mounted can be neither read nor asked about."""


@command("mount")
@click.argument("folder", type=_PATH)
@home_option
@click.option("--size", default="2G", show_default=True, help=say("option_size"))
def mount(store: Store, folder: Path, home: str, size: str) -> None:
    """Show all the home in a directory, until it is unmounted."""
    from clients.desktop.ondemand.place import place_of

    client_id = home_of(store, home).client_id
    place = place_of(store, client_id)
    path = folder.expanduser().absolute()
    try:
        limit = rate_of(size)
    except NoRate as error:
        raise Refusal(say("no_size", size=size)) from error
    try:
        with only_one(place):
            write(place / _MOUNTED, str(path))
            _mount(store, client_id, path, limit)
    except Held as error:
        raise Refusal(say("is_mounted", folder=read(place / _MOUNTED, str) or path)) from error


def _mount(store: Store, client_id: str, path: Path, limit: int) -> None:
    from clients.desktop.ondemand.unmounting import mountpoint

    try:
        from clients.desktop.ondemand.mounting import Mount, Wish
    except (ImportError, OSError) as error:  # without the extra, or without libfuse
        raise Refusal(say("no_fuse")) from error
    try:
        with mountpoint(path) as there:
            click.echo(say("mounted", folder=there))
            Mount(store, Wish(client_id, there, limit)).run()
    except (OSError, RuntimeError) as error:
        raise Refusal(say("not_mounted", folder=path, why=error)) from error


@command("unmount")
@click.argument("folder", type=_PATH)
def unmount(store: Store, folder: Path) -> None:
    """Take the directory away, also after its process was killed."""
    from clients.desktop.ondemand.unmounting import unmount as take_away

    del store
    path = folder.expanduser().absolute()
    if not take_away(path):
        raise Refusal(say("was_not_mounted", folder=path))
    click.echo(say("unmounted", folder=path))


@command("pin")
@click.argument("path", type=_PATH)
@home_option
def pin(store: Store, path: Path, home: str) -> None:
    """Have a file or a directory of the mount here always."""
    from clients.desktop.ondemand import pins
    from clients.desktop.ondemand.place import place_of

    client_id = home_of(store, home).client_id
    node = _node(store, client_id, path)
    pins.pin(place_of(store, client_id), node.id)
    click.echo(say("pinned", path=node.path))


@command("unpin")
@click.argument("path", type=_PATH)
@home_option
def unpin(store: Store, path: Path, home: str) -> None:
    """Have it here only while there is room."""
    from clients.desktop.ondemand import pins
    from clients.desktop.ondemand.place import place_of

    client_id = home_of(store, home).client_id
    node = _node(store, client_id, path)
    pins.unpin(place_of(store, client_id), node.id)
    click.echo(say("unpinned", path=node.path))


def _node(store: Store, client_id: str, path: Path) -> Node:
    """Return what a path means: below the mount, or in the home."""
    from clients.desktop.ondemand.place import place_of
    from clients.desktop.program.lending import tree_of

    mounted = read(place_of(store, client_id) / _MOUNTED, str)
    wanted = str(path.expanduser().absolute()).rstrip("/") or "/"
    if mounted and (wanted == mounted or wanted.startswith(mounted + "/")):
        wanted = wanted.removeprefix(mounted) or "/"
    found = [node for node in asyncio.run(tree_of(store, client_id)) if node.path == wanted]
    if not found:
        raise Refusal(say("unknown_path", path=path))
    return found[0]


ON_THIS_SYSTEM = (mount, unmount, pin, unpin) if sys.platform == "linux" else ()
