"""Serving from the command line: the folder, the ports, the first home, then the house itself."""

import asyncio
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from secrets import token_urlsafe
from socket import socket
from typing import TYPE_CHECKING

import click

from server import keys
from server.admin.access import SECRET_BYTES, AdminAccess, read_access, write_access
from server.at_rest.new_homes import left_open, sealing
from server.cli.banner import NAMED, Welcome, banner
from server.cli.data_folder import held
from server.cli.messages import say
from server.cli.refusals import Refusal, folder_refusals
from server.cli.sharing import share
from server.instances.changes import Changes
from server.instances.founding import HomeRegister
from server.instances.outline import Outline
from server.instances.place import Place
from server.instances.record import DEFAULT_CONTEXT, DEFAULT_LOCALE, RecordUnreadable
from server.listening import AddressUnusable, PortTaken, listen
from server.observe.dumps import leave_no_dumps
from server.observe.heap import keep_small
from server.observe.logging import start_logging
from server.observe.open_files import allow_many_files
from server.settings import Settings, language

if TYPE_CHECKING:
    from aiohttp import web

    from server.workers.worker import Build, Task

BuildApp = Callable[[Settings, Iterable[Outline]], "web.Application"]


@dataclass(frozen=True, slots=True)
class House:
    """One of the two things that can be served: how it is called, built, and by whom owned.

    `derives` tells whether passphrases are hashed as browsers derive them.
    """

    name: str
    owner: str
    build: BuildApp
    derives: bool
    shared: "Build | None" = None
    """Builds it for one of several processes, where these may share the homes."""


def run(settings: Settings, house: House) -> None:
    """Serve until stopped. Raises Refusal for whatever keeps it from starting."""
    keep_small()
    leave_no_dumps()
    allow_many_files()
    iterations = settings.kdf_iterations if house.derives else 0
    seal = sealing(settings.encryption) if house.derives else left_open  # a CouchDB is not sealed
    with held(settings.dir, iterations, seal) as register:
        # The ports first: a second start by mistake leaves nothing behind.
        sockets = _taken(settings.host, settings.port, "--port")
        count = _processes(settings, house)
        admins = [_admin_sockets(settings, index) for index in range(count)]
        with folder_refusals(settings.dir):
            founded = register.found_first(house.owner, settings.owner_password, _begun(settings))
            records = _readable(register)
            secret = _access(settings, admins[0])
        start_logging(settings.log_format)
        port = sockets[0].getsockname()[1]
        shown = records[: NAMED + 1]
        welcome = Welcome(house.name, settings, port, shown, founded, len(records))
        if house.shared is not None and count > 1:
            del records
            share(_tasks(settings, sockets, admins, secret), house.shared, lambda: banner(welcome))
            return
        app = house.build(settings, records)
        del records  # of many homes nothing is kept but their names
        if secret:
            app[keys.ADMIN_SECRET] = secret
        _serve(app, sockets, admins[0], welcome)


def _processes(settings: Settings, house: House) -> int:
    """Return how many processes are to serve. Raises Refusal."""
    if house.shared is None or settings.workers == 1:
        return 1
    if os.name != "posix":
        raise Refusal(say("workers_here"))
    return settings.workers


def _tasks(
    settings: Settings, sockets: list[socket], admins: list[list[socket]], secret: str
) -> "list[Task]":
    from server.workers.post import box
    from server.workers.worker import Task

    boxes = [box() for _ in admins]
    writing = [end for _, end in boxes]
    return [
        Task(settings, Place(index, len(admins)), sockets, admin, reading, writing, secret)
        for index, ((reading, _), admin) in enumerate(zip(boxes, admins, strict=True))
    ]


def _admin_sockets(settings: Settings, index: int) -> list[socket]:
    admin = settings.admin_address
    if admin is None:
        return []
    host, port = admin
    return _taken(host, port + index if port else 0, "FOYER_ADMIN")


def _begun(settings: Settings) -> Changes:
    """Return how the first home begins: in the operator's language, if the settings name none."""
    context = settings.contexts[DEFAULT_CONTEXT]
    spoken = language()
    chosen = "" if spoken == DEFAULT_LOCALE else spoken  # the usual one is hardly a choice
    return Changes(locale=context.locale or chosen, quota=context.quota)


def _readable(register: HomeRegister) -> list[Outline]:
    """Return all homes by domain; one that cannot be read shuts out no other.

    Raises RecordUnreadable where none can be read.
    """
    broken: list[RecordUnreadable] = []
    found = register.outlines(broken.append)
    if broken and not found:
        raise broken[0]
    for problem in broken:
        click.echo(say("record_skipped", problem=problem), err=True)
    return found


def _access(settings: Settings, sockets: list[socket]) -> str:
    """Tell commands on this machine how to reach the admin address; return its secret."""
    if not sockets:
        write_access(settings.dir, None)
        return ""
    before = read_access(settings.dir)
    made = (before.secret if before else "") or token_urlsafe(SECRET_BYTES)
    kept = "" if settings.admin_secret else made
    host, port = sockets[0].getsockname()[:2]
    write_access(settings.dir, AdminAccess(_reached(host), port, kept))
    return settings.admin_secret or made


def _reached(host: str) -> str:
    """Return where this machine reaches an address that we listen on."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104


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
