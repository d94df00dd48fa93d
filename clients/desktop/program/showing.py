"""Commands for who has a screen: the small window, and the icon beside the clock."""

import asyncio

import click

from clients.desktop.local.environment import has_screen
from clients.desktop.local.messages import say
from clients.desktop.local.store import Store
from clients.desktop.program import starting
from clients.desktop.program.finding import Refusal
from clients.desktop.program.options import command


@command("window")
def window(store: Store) -> None:
    """Show the small window until it is closed."""
    from clients.desktop.window.desk import Desk
    from clients.desktop.window.running import NoScreen, run

    if not has_screen():
        raise Refusal(say("no_screen"))
    try:
        asyncio.run(run(store, Desk(store, starting.start)))
    except NoScreen as error:
        raise Refusal(say("no_browser", page=error.page)) from error


@command("tray")
def tray(store: Store) -> None:
    """Stay as an icon until a person ends it."""
    if not has_screen():
        raise Refusal(say("no_screen"))
    try:
        from clients.desktop.tray.tray import NoTray, run
    except ImportError as error:
        raise Refusal(say("no_tray")) from error
    try:
        if not run(store, starting.start):
            click.echo(say("tray_runs"))
    except NoTray as error:
        raise Refusal(say("no_tray_here", why=error)) from error
