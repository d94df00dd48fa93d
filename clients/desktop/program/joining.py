"""Commands that begin and end things: a home, a folder, an address."""

import asyncio
import uuid
from dataclasses import replace
from pathlib import Path

import click

from clients.desktop.disk.local_disk import LocalDisk
from clients.desktop.disk.names import OWN
from clients.desktop.disk.own_folder import read_marker
from clients.desktop.door.keeping import close_for_good
from clients.desktop.home.pairing import Asked
from clients.desktop.local.lock import is_held
from clients.desktop.local.messages import say
from clients.desktop.local.store import KeptFolder, Store
from clients.desktop.ondemand.place import place_of as contents_of
from clients.desktop.program import connecting, starting
from clients.desktop.program.finding import Refusal, folder_of, home_of, typed_address
from clients.desktop.program.options import command, folder_argument, home_option
from clients.desktop.program.running import end
from clients.desktop.replica.place import forget, place_of


@command("connect")
@click.argument("url")
@click.option("--name", default="", help=say("option_name"))
def connect(store: Store, url: str, name: str) -> None:
    """Be let into a home."""
    address = typed_address(url)

    def show(asked: Asked) -> None:
        page = asked.verification_uri_complete or asked.verification_uri
        click.echo(say("open_page", page=page, code=asked.user_code))

    credentials = asyncio.run(connecting.connect(store, address, name, show))
    click.echo(say("connected", address=credentials.address))


@command("add")
@click.argument("folder", type=click.Path(path_type=Path))
@home_option
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


@command("unlink")
@folder_argument
def unlink(store: Store, folder: str) -> None:
    """Keep a folder no longer; its files stay here and there."""
    kept = folder_of(store, folder)
    if is_held(store.place(kept)):
        end(store, kept)
    starting.remove(starting.service_of(store, kept))
    store.forget(kept)
    if not any(it.home == kept.home for it in store.folders()):
        credentials = store.home(kept.home)
        if credentials is not None:
            asyncio.run(connecting.disconnect(store, credentials))
            _forget_what_is_known(store, kept.home)
    click.echo(say("unlinked", folder=kept.path))


def _forget_what_is_known(store: Store, client_id: str) -> None:
    """Let go of what this computer has of a home beside its folders: names, contents, the door."""
    forget(place_of(store, client_id))
    forget(contents_of(store, client_id))
    close_for_good(store, client_id)


@command("address")
@click.argument("old")
@click.argument("new")
def address(store: Store, old: str, new: str) -> None:
    """Follow a home that moved, after the person has seen where to."""
    credentials = home_of(store, old)
    store.keep_home(replace(credentials, address=typed_address(new)))
    click.echo(say("address_changed", address=typed_address(new)))
