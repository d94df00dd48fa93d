"""One process among several: takes connections, hands on what is not its own, leaves in peace."""

import asyncio
import gc
import logging
import signal
import socket
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from enum import StrEnum
from multiprocessing.connection import Connection
from typing import NamedTuple

from aiohttp import web

from server import keys
from server.admin_app import build_admin_app
from server.audit.trail import AUDIT
from server.http.short_runner import ShortRunner
from server.instances.founding import HomeRegister
from server.instances.outline import Outline
from server.instances.place import Place
from server.observe.dumps import leave_no_dumps
from server.observe.heap import keep_small
from server.observe.logging import start_logging
from server.serving import (
    LAST_MOMENT,
    YOUNG_OBJECTS,
    HomeUnopenable,
    check_the_only_home,
    sites_of,
)
from server.settings import Settings
from server.workers.crew import Crew
from server.workers.first_look import FirstLookRunner, said_once
from server.workers.heads import home_in
from server.workers.parcels import Arrived, Door
from server.workers.porter import Porter
from server.workers.post import Inbox, Outbox

LEAVING_GRACE = 60.0
"""Seconds that requests have to finish when another process follows."""
_BETWEEN = 0.05
_log = logging.getLogger(__name__)


class Word(StrEnum):
    """What parent and process say to each other."""

    READY = "ready"
    GO = "go"
    STOP = "stop"
    LEAVE = "leave"


class Unopenable(NamedTuple):
    """What a process tells that cannot begin: a home cannot be opened."""

    domain: str
    why: str


@dataclass(frozen=True, slots=True)
class Task:
    """What a process is given by its parent."""

    settings: Settings
    place: Place
    sockets: Sequence[socket.socket]
    admin_sockets: Sequence[socket.socket]
    reading: socket.socket
    writing: Sequence[socket.socket]
    admin_secret: str = field(repr=False)
    follows: bool = False
    """Another process has the homes still."""


Build = Callable[[Settings, Sequence[Outline], Crew], web.Application]


def work(task: Task, build: Build, parent: Connection) -> None:
    """Serve until the parent says otherwise or is no more. The beginning of a process."""
    keep_small()
    leave_no_dumps()
    for number in (signal.SIGINT, signal.SIGHUP):  # from the terminal; the parent decides
        signal.signal(number, signal.SIG_IGN)
    start_logging(task.settings.log_format)
    try:
        asyncio.run(_serve(task, build, parent))
    except HomeUnopenable as error:
        parent.send(Unopenable(error.domain, error.why))


class _Worker:
    """A process with its application and its doors."""

    def __init__(self, task: Task, build: Build) -> None:
        outboxes = [Outbox(writing) for writing in task.writing]
        self.crew = Crew(task.place, outboxes, task.settings.dir)
        register = HomeRegister(task.settings.dir, lambda _: b"", task.settings.kdf_iterations)
        self.app = build(task.settings, register.outlines(lambda _: None), self.crew)
        if task.admin_secret:
            self.app[keys.ADMIN_SECRET] = task.admin_secret
        find = self.crew.folder_of
        porter = Porter(Door.HOMES, task.place, outboxes, find)
        guard = Porter(Door.ADMIN, task.place, outboxes, find, home_in)
        office = build_admin_app(self.app, said_once)
        self.homes = ShortRunner(self.app, LAST_MOMENT, porter)
        self.office = FirstLookRunner(office, LAST_MOMENT, guard)
        self.inbox = Inbox(task.reading, self._arrived, self.crew.heard)
        self.crew.join(self.app[keys.INSTANCES], self.inbox)
        self._taking: set[asyncio.Task[None]] = set()

    def _arrived(self, arrived: Arrived) -> None:
        taking = asyncio.get_running_loop().create_task(self._take_over(arrived))
        self._taking.add(taking)
        taking.add_done_callback(self._taking.discard)

    async def _take_over(self, arrived: Arrived) -> None:
        runner = self.homes if arrived.door is Door.HOMES else self.office
        make = runner.take_over(arrived.data)
        arrived.connection.setblocking(False)
        if make is None:
            arrived.connection.close()
            return
        await asyncio.get_running_loop().connect_accepted_socket(make, arrived.connection)

    async def leave(self) -> None:
        """Let who follows have the connections, and each home as soon as nobody uses it here."""
        self.homes.leave()
        self.app[keys.IN_FLIGHT].let_go_of_listeners()
        deadline = asyncio.get_running_loop().time() + LEAVING_GRACE
        homes, audit = self.app[keys.INSTANCES], self.app[AUDIT]
        while homes.open_count and asyncio.get_running_loop().time() < deadline:
            await audit.write_down(homes)
            await homes.close_idle(0, unless=audit.owes)
            await asyncio.sleep(_BETWEEN)


async def _serve(task: Task, build: Build, parent: Connection) -> None:
    gc.set_threshold(YOUNG_OBJECTS)
    worker = _Worker(task, build)
    async with AsyncExitStack() as stack:
        await _set_up(stack, worker)
        if not task.follows:
            await check_the_only_home(worker.app)
        parent.send(Word.READY)
        if await _heard(parent) is not Word.GO:
            return
        sites = sites_of(worker.homes, task.sockets)
        sites += sites_of(worker.office, task.admin_sockets)
        for site in sites:
            await site.start()
        worker.inbox.open()
        word = await _heard(parent)
        _log.info("stopping", extra={"worker": task.place.index})
        worker.inbox.close()
        for site in sites:
            await site.stop()
        if word is Word.LEAVE:
            await worker.leave()
        await worker.app[keys.IN_FLIGHT].drain()


async def _set_up(stack: AsyncExitStack, worker: _Worker) -> None:
    for runner in (worker.homes, worker.office):
        await runner.setup()
        stack.push_async_callback(runner.cleanup)


async def _heard(parent: Connection) -> Word:
    """Wait for the parent's word; that it ended is one too."""
    loop = asyncio.get_running_loop()
    readable = asyncio.Event()
    loop.add_reader(parent.fileno(), readable.set)
    try:
        await readable.wait()
        return Word(parent.recv())
    except (EOFError, OSError):
        return Word.STOP
    finally:
        loop.remove_reader(parent.fileno())
