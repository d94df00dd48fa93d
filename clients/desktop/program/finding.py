"""Which folder, and which home, a person means."""

import asyncio
from pathlib import Path

import click

from clients.desktop.home.credentials import Credentials
from clients.desktop.local.control import NotRunning, Told, ask
from clients.desktop.local.messages import say
from clients.desktop.local.store import KeptFolder, Store
from clients.desktop.program.connecting import NoAddress, address_of


class Refusal(click.ClickException):
    """A command that cannot be done, with what to do instead."""


def folder_of(store: Store, named: str) -> KeptFolder:
    """Return a folder by its path or its id; the only one where none is named. Raises Refusal."""
    folders = store.folders()
    if not folders:
        raise Refusal(say("no_folder"))
    if not named:
        if len(folders) > 1:
            raise Refusal(say("which_folder", folders="\n  ".join(it.path for it in folders)))
        return folders[0]
    path = str(Path(named).expanduser().absolute())
    found = [it for it in folders if named == it.id or path == it.path]
    if not found:
        raise Refusal(say("unknown_folder", folder=named))
    return found[0]


def home_of(store: Store, named: str) -> Credentials:
    """Return a home by its address; the only one where none is named. Raises Refusal."""
    homes = store.homes()
    if not homes:
        raise Refusal(say("no_home"))
    if not named:
        if len(homes) > 1:
            raise Refusal(say("which_home", homes="\n  ".join(it.address for it in homes)))
        return homes[0]
    address = typed_address(named)
    found = [it for it in homes if address == it.address]
    if not found:
        raise Refusal(say("unknown_home", home=named))
    return found[-1]


def typed_address(typed: str) -> str:
    """Return an address as it is kept. Raises Refusal."""
    try:
        return address_of(typed)
    except NoAddress as error:
        raise Refusal(say("no_address", address=typed)) from error


def asked(store: Store, folder: KeptFolder, command: str, **facts: object) -> Told:
    """Ask the process that keeps a folder. Raises Refusal where there is none."""
    try:
        return asyncio.run(ask(store.place(folder), command, **facts))
    except NotRunning as error:
        raise Refusal(say("not_running", folder=folder.path)) from error
