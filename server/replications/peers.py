"""The two sides of a replication, opened: databases of the home, or over HTTP."""

from aiohttp import ClientSession

from clients.python.address import Address
from clients.python.http_peer import HttpPeer
from replication.core.checkpoint import Filter
from replication.core.errors import DatabaseMissing
from replication.replicator.local_peer import LocalPeer
from replication.replicator.peer import Peer, PeerRefused
from server.data.access import WRITTEN_ELSEWHERE
from server.instances.instance import Instance
from server.replications.selected import selected_changes
from server.replications.wanted import Wanted


async def open_peers(
    wanted: Wanted, instance: Instance, session: ClientSession
) -> tuple[Peer, Peer]:
    """Return source and target, the target made if that is wanted and there is none.

    Raises DatabaseMissing, Invalid for a selector that is none, PeerRefused for a target that is
    written elsewhere, PeerUnreachable.
    """
    return await _source(wanted, instance, session), await _target(wanted, instance, session)


async def _source(wanted: Wanted, instance: Instance, session: ClientSession) -> Peer:
    if isinstance(wanted.source, Address):
        return await _there(HttpPeer(session, wanted.source), wanted.source)
    return await _local(wanted.source, instance, wanted.kept)


async def _target(wanted: Wanted, instance: Instance, session: ClientSession) -> Peer:
    if isinstance(wanted.target, Address):
        peer = HttpPeer(session, wanted.target)
        if wanted.create_target:
            await peer.create()
        return await _there(peer, wanted.target)
    if wanted.target in WRITTEN_ELSEWHERE:
        raise PeerRefused(wanted.target, 403, "forbidden", f"{wanted.target} is read-only here.")
    if wanted.create_target and wanted.target not in await instance.store.names():
        await instance.store.ensure(wanted.target)
    return await _local(wanted.target, instance, Filter())


async def _there(peer: HttpPeer, address: Address) -> HttpPeer:
    if not await peer.exists():
        raise DatabaseMissing(address.url)
    return peer


async def _local(name: str, instance: Instance, kept: Filter) -> LocalPeer:
    database = await instance.store.open(name)
    if kept.selector is None:
        return LocalPeer(database, instance.blobs)
    return LocalPeer(database, instance.blobs, selected_changes(database, kept.selector))
