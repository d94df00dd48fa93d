"""The two sides of a replication, opened: databases of the home, or over HTTP."""

from collections.abc import Callable
from dataclasses import dataclass

from aiohttp import ClientSession

from doctypes.permissions.reserved import READ_ONLY, UNREADABLE
from replication.core.errors import DatabaseMissing
from replication.couch.address import Address
from replication.couch.http_peer import HttpPeer
from replication.replicator.local_peer import LocalPeer
from replication.replicator.peer import Peer, PeerRefused
from replication.wire.document_json import encode
from server.instances.instance import Instance
from server.replications.selected import selected_changes
from server.replications.wanted import Wanted


@dataclass(frozen=True, slots=True)
class Home:
    """A home, and the user for whom it replicates, as the rules of a database are told."""

    instance: Instance
    user: Callable[[str], bytes]


def home_of_owner(instance: Instance) -> Home:
    """Return a home that replicates for its owner, who may everything."""
    name = instance.owner.name
    return Home(instance, lambda db: encode({"db": db, "name": name, "roles": ["_admin"]}))


async def open_peers(wanted: Wanted, home: Home, session: ClientSession) -> tuple[Peer, Peer]:
    """Return source and target, the target made if that is wanted and there is none.

    Raises DatabaseMissing, Invalid for a selector that is none, PeerRefused for a target that is
    written elsewhere or a source that nobody is shown, PeerUnreachable.
    """
    return await _source(wanted, home.instance, session), await _target(wanted, home, session)


async def _source(wanted: Wanted, instance: Instance, session: ClientSession) -> Peer:
    if isinstance(wanted.source, Address):
        return await _there(HttpPeer(session, wanted.source), wanted.source)
    if wanted.source in UNREADABLE:
        raise PeerRefused(wanted.source, 403, "forbidden", f"{wanted.source} is not shown here.")
    database = await instance.store.open(wanted.source)
    selector = wanted.kept.selector
    if selector is None:
        return LocalPeer(database, instance.blobs)
    selected = selected_changes(database, selector, instance.designs.functions)
    return LocalPeer(database, instance.blobs, selected)


async def _target(wanted: Wanted, home: Home, session: ClientSession) -> Peer:
    if isinstance(wanted.target, Address):
        peer = HttpPeer(session, wanted.target)
        if wanted.create_target:
            await peer.create()
        return await _there(peer, wanted.target)
    if wanted.target in READ_ONLY | UNREADABLE:
        raise PeerRefused(wanted.target, 403, "forbidden", f"{wanted.target} is read-only here.")
    store = home.instance.store
    if wanted.create_target and wanted.target not in await store.names():
        await store.ensure(wanted.target)
    database = await store.open(wanted.target)
    ruled = await home.instance.designs.validated(database, home.user(wanted.target))
    return LocalPeer(ruled, home.instance.blobs)


async def _there(peer: HttpPeer, address: Address) -> HttpPeer:
    if not await peer.exists():
        raise DatabaseMissing(address.url)
    return peer
