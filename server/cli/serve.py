"""Serving from the command line: the folder, the ports, the first home, then the house itself."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from socket import socket
from typing import TYPE_CHECKING

import click

from server.cli.banner import Welcome, banner
from server.cli.data_folder import held
from server.cli.messages import say
from server.cli.refusals import Refusal, folder_refusals
from server.instances.record import InstanceRecord
from server.listening import AddressUnusable, PortTaken, listen
from server.observe.heap import keep_small
from server.observe.logging import start_logging
from server.settings import Settings

if TYPE_CHECKING:
    from aiohttp import web

BuildApp = Callable[[Settings, Iterable[InstanceRecord]], "web.Application"]


@dataclass(frozen=True, slots=True)
class House:
    """One of the two things that can be served: how it is called, built, and by whom owned.

    `derives` tells whether passphrases are hashed as browsers derive them.
    """

    name: str
    owner: str
    build: BuildApp
    derives: bool


def run(settings: Settings, house: House) -> None:
    """Serve until stopped. Raises Refusal for whatever keeps it from starting."""
    keep_small()
    iterations = settings.kdf_iterations if house.derives else 0
    with held(settings.dir, iterations) as register:
        # The ports first: a second start by mistake leaves nothing behind.
        sockets = _taken(settings.host, settings.port, "--port")
        admin = settings.admin_address
        admin_sockets = _taken(*admin, "FOYER_ADMIN") if admin else []
        with folder_refusals(settings.dir):
            founded = register.found_first(house.owner, settings.owner_password)
            records = register.records()
        start_logging(settings.log_format)
        port = sockets[0].getsockname()[1]
        welcome = Welcome(house.name, settings, port, records, founded)
        _serve(house.build(settings, records), sockets, admin_sockets, welcome)


def _serve(
    app: "web.Application",
    sockets: list[socket],
    admin_sockets: list[socket],
    welcome: Welcome,
) -> None:
    from server.serving import HomeUnopenable, serve

    def started() -> None:
        click.echo(banner(welcome))

    try:
        asyncio.run(serve(app, sockets, admin_sockets, started))
    except HomeUnopenable as error:
        raise Refusal(say("home_unopenable", domain=error.domain, why=error.why)) from error
    click.echo(say("stopped"))


def _taken(host: str, port: int, option: str) -> list[socket]:
    try:
        return listen(host, port)
    except PortTaken as error:
        told = say("port_taken", host=error.host, port=error.port, option=option)
        raise Refusal(told) from error
    except AddressUnusable as error:
        told = say("address_unusable", host=error.host, port=error.port, why=error.why)
        raise Refusal(told) from error
