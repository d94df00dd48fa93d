"""`foyer mirror`: a database of any CouchDB and one in a folder of ours, kept the same."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import click

from replication.core.errors import DatabaseMissing, Invalid, ReplicationError
from replication.couch.address import Address, parse_address
from replication.replicator.peer import Peer, PeerRefused, PeerUnreachable
from server.cli.data_folder import held
from server.cli.messages import say
from server.cli.refusals import Refusal, folder_refusals
from server.cli.where import Where
from server.instances.instance import Instance
from server.instances.record import InstanceRecord
from server.settings import Settings

if TYPE_CHECKING:
    from replication.replicator.replicator import Replicator

OWNER = "admin"
"""The first admin of a folder that is made here, as `foyer couch` has it."""

_STEP = 1.0
"""Seconds between two lines of progress."""


class Way(StrEnum):
    """Which way documents go."""

    BOTH = "both"
    PULL = "pull"
    PUSH = "push"


@dataclass(frozen=True, slots=True)
class Mirror:
    """What is mirrored: the address, the name here (empty: the same), which way, for how long."""

    url: str
    name: str
    way: Way
    follow: bool
    login: tuple[str, str] | None = None


def run(where: Where, mirror: Mirror) -> None:
    """Mirror a database into the folder, and say how far it is. Raises Refusal."""
    settings = where.settings()
    try:
        address = parse_address(mirror.url, basic=mirror.login)
    except Invalid as error:
        raise Refusal(error.reason) from error
    with held(settings.dir, 0) as register:
        with folder_refusals(settings.dir):
            founded = register.found_first(OWNER, settings.owner_password)
        if founded is not None and founded.generated:
            click.echo(say("mirror_owner", owner=OWNER, password=founded.password))
        record = register.record(None)
        try:
            asyncio.run(_opened(lambda home: _mirrored(home, address, mirror), record, settings))
        except KeyboardInterrupt:
            sys.exit(130)


async def _opened(
    work: Callable[[Instance], Awaitable[None]], record: InstanceRecord, settings: Settings
) -> None:
    from server.engines import Engines, open_documents
    from server.fresh import new_id

    async with Engines(new_id, settings) as engines:
        instance = await open_documents(record, engines)
        try:
            await work(instance)
        finally:
            await instance.close()


async def _mirrored(home: Instance, address: Address, mirror: Mirror) -> None:
    from aiohttp import ClientSession

    from replication.couch.http_peer import HttpPeer
    from replication.replicator.local_peer import LocalPeer

    name = mirror.name or address.database
    async with ClientSession() as session:
        there: Peer = HttpPeer(session, address)
        here: Peer = LocalPeer(await home.store.ensure(name), home.blobs)
        ways = [
            (way, *ends)
            for way, ends in ((Way.PULL, (there, here)), (Way.PUSH, (here, there)))
            if mirror.way in (way, Way.BOTH)
        ]
        try:
            if mirror.follow:
                await asyncio.gather(*(_copied(home, *way, follow=True) for way in ways))
            else:
                for way in ways:
                    await _copied(home, *way, follow=False)
        except (DatabaseMissing, PeerRefused, PeerUnreachable, Invalid) as error:
            raise Refusal(say("mirror_failed", url=address.url, why=_why(error))) from error


async def _copied(home: Instance, way: Way, source: Peer, target: Peer, *, follow: bool) -> None:
    from replication.core.checkpoint import Filter, replication_id
    from replication.replicator.perseverance import FOR_EVER, ONE_PASS, persevere
    from replication.replicator.replicator import Plan, Replicator
    from server.fresh import new_id, now
    from server.replications.service import house_of

    kept = Filter()
    name = replication_id(house_of(home), [source.name], [target.name], kept)
    sessions: list[Replicator] = []

    async def begin() -> Replicator:
        plan = Plan(name, kept, continuous=follow)
        sessions.append(Replicator(source, target, plan, now=now, session_id=new_id()))
        return sessions[-1]

    telling = asyncio.create_task(_telling(way, sessions))
    try:
        await persevere(begin, FOR_EVER if follow else ONE_PASS)
    finally:
        telling.cancel()
    click.echo(_line("mirror_done", way, sessions))


async def _telling(way: Way, sessions: "list[Replicator]") -> None:
    told = ""
    while True:
        await asyncio.sleep(_STEP)
        line = _line("mirror_progress", way, sessions)
        if line != told:
            click.echo(line, err=True)
        told = line


def _line(key: str, way: Way, sessions: "list[Replicator]") -> str:
    counts = [session.counts for session in sessions]
    return say(
        key,
        way=say(f"mirror_{way}"),
        read=sum(each.docs_read for each in counts),
        written=sum(each.docs_written for each in counts),
        failed=sum(each.doc_write_failures for each in counts),
    )


def _why(error: ReplicationError) -> str:
    if isinstance(error, DatabaseMissing):
        return say("mirror_missing")
    from server.replications.answers import failure_of

    return failure_of(error).reason
