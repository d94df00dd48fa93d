"""The replications of all homes of this process: begun, shared, cancelled, ended with it."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b

from aiohttp import ClientSession, web

from replication.core.errors import ReplicationError
from replication.replicator.peer import PeerUnreachable
from replication.replicator.perseverance import FOR_EVER, ONE_PASS, persevere
from replication.replicator.replicator import Plan, Replicator, Result
from server.instances.directory import InstanceDirectory
from server.instances.instance import Instance
from server.replications.answers import failure_of
from server.replications.peers import Home, open_peers
from server.replications.running import Running
from server.replications.wanted import Wanted

_log = logging.getLogger(__name__)


async def _nothing() -> None:
    return None


@dataclass(frozen=True, slots=True)
class Listener:
    """Who wants to know how a replication goes: that it started, that it waits after an error."""

    started: Callable[[], Awaitable[None]] = _nothing
    failed: Callable[[ReplicationError], Awaitable[None]] | None = None
    passing: type[ReplicationError] = PeerUnreachable
    """Errors after which it is tried again."""
    document_id: str | None = None
    """The job that is replicated for, if it has a document."""


@dataclass(slots=True)
class Replications:
    """What runs: tasks by home and job id, and all replications for those who want to look."""

    homes: InstanceDirectory
    now: Callable[[], datetime]
    new_id: Callable[[], str]
    session: Callable[[], ClientSession]
    _running: dict[tuple[str, str], asyncio.Task[Result]] = field(default_factory=dict)
    _looked_at: list[Running] = field(default_factory=list)

    def running(self, domain: str) -> list[Running]:
        """Return the replications of a home that run, those that wait after an error too."""
        return [running for running in self._looked_at if running.domain == domain]

    def begin(self, home: Home, wanted: Wanted) -> asyncio.Task[Result]:
        """Start a replication, or return the one that runs under the same id."""
        key = home.instance.domain, wanted.job_id(house_of(home.instance))
        task = self._running.get(key)
        if task is None:
            task = asyncio.create_task(self.run(home, wanted, Listener()))
            self._running[key] = task
            task.add_done_callback(lambda done: self._ended(key, done))
        return task

    def cancel(self, domain: str, job_id: str) -> bool:
        """End the replication of this id; False when there is none."""
        task = self._running.get((domain, job_id))
        return task is not None and task.cancel()

    async def run(self, home: Home, wanted: Wanted, listener: Listener) -> Result:
        """Replicate, and keep the home open meanwhile; a continuous one ends by cancelling only."""
        running = self._added(home.instance, wanted, listener)

        async def session() -> Replicator:
            source, target = await open_peers(wanted, home, self.session())
            begun = Replicator(
                source,
                target,
                self._plan(home.instance, wanted),
                now=self.now,
                session_id=self.new_id(),
                started=listener.started,
            )
            running.begins(begun, self.now())
            return begun

        async def failed(error: ReplicationError) -> None:
            running.crashed(failure_of(error).reason, self.now())
            if listener.failed is not None:
                await listener.failed(error)

        lasting = wanted.continuous or listener.passing is not PeerUnreachable
        back_off = FOR_EVER if lasting else ONE_PASS
        try:
            async with self.homes.borrow(home.instance.domain):
                return await persevere(session, back_off, passing=listener.passing, failed=failed)
        finally:
            self._looked_at.remove(running)

    def _added(self, instance: Instance, wanted: Wanted, listener: Listener) -> Running:
        job_id = wanted.job_id(house_of(instance))
        running = Running(instance.domain, job_id, wanted, self.now(), listener.document_id)
        self._looked_at.append(running)
        return running

    async def close(self) -> None:
        """Cancel what runs, and wait until it has let go."""
        tasks = list(self._running.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _plan(self, instance: Instance, wanted: Wanted) -> Plan:
        return Plan(
            wanted.checkpoint_id(house_of(instance)),
            wanted.kept,
            continuous=wanted.continuous,
            since=wanted.since,
        )

    def _ended(self, key: tuple[str, str], done: asyncio.Task[Result]) -> None:
        del self._running[key]
        if not done.cancelled() and done.exception() is not None:
            _log.warning("replication failed", extra={"error": type(done.exception()).__name__})


def house_of(instance: Instance) -> str:
    """Return a name for this home that tells it from others, in ids of replications."""
    return blake2b(instance.secret, digest_size=16, person=b"replications").hexdigest()


REPLICATIONS = web.AppKey("replications", Replications)
