"""Nodes that one side alone has: they are made on the other, or found to be there already."""

from clients.desktop.disk.port import EntryKind
from clients.desktop.home.port import RemoteNode
from clients.desktop.model.kind import Kind
from clients.desktop.model.names import is_told
from clients.desktop.planner.draft import Draft, is_foreign
from clients.desktop.planner.moving import Fate, fate_at_home, make_way_on_disk, set_aside
from clients.desktop.planner.operation import (
    Digest,
    Download,
    Join,
    MakeAtHome,
    MakeOnDisk,
    Obstacle,
    Upload,
)
from clients.desktop.planner.rescuing import rescue_from_left_out
from clients.desktop.trees.local_tree import LocalNode


def arrive_on_disk(draft: Draft, remote: RemoteNode) -> None:
    """Bring what is new in the home to the disk."""
    if _adopt(draft, remote):
        return
    parent = draft.trees.key_of(remote.parent_id)
    if parent is None:
        draft.wait_on_disk(remote.id, remote.parent_id)
        return
    occupant = draft.trees.local.named(parent, remote.name)
    if occupant is not None and _is_met(draft, occupant):
        draft.wait_on_disk(remote.id, occupant.key)
        _meet(draft, occupant, remote)
        return
    if not make_way_on_disk(draft, remote.id, parent, remote.name):
        return
    if remote.kind is Kind.DIRECTORY:
        draft.add(remote.id, MakeOnDisk(remote.id, parent, remote.name))
    else:
        draft.add(remote.id, Download(remote.id, parent, remote.name))


def _adopt(draft: Draft, remote: RemoteNode) -> bool:
    """Know again what the home made for us and could not tell, though it was moved here since."""
    for local in draft.trees.local.offered(remote.parent_id, remote.name):
        is_same = (local.kind is EntryKind.FILE) == (remote.kind is Kind.FILE)
        is_elsewhere = draft.trees.id_of(local.parent) != remote.parent_id
        is_elsewhere |= draft.told(local.name) != remote.name
        is_free = _is_unknown(draft, local) and not draft.is_busy(local.key)
        if is_same and is_elsewhere and is_free and local.offered == remote.content:
            draft.add(remote.id, Join(remote.id, local.key, is_ours=True))
            draft.acted.add(local.key)
            draft.wait(local.key)
            return True
    return False


def arrive_at_home(draft: Draft, local: LocalNode) -> None:
    """Bring what is new on the disk to the home."""
    if is_foreign(local):
        return
    parent_id = draft.trees.id_of(local.parent)
    if parent_id is None:
        parent = draft.trees.local.get(local.parent)
        draft.wait_at_home(local.key, *(() if parent is None else (draft.subject_of(parent),)))
        rescue_from_left_out(draft, local)
        return
    name = draft.told(local.name)
    if not is_told(name):
        draft.block(local.key, Obstacle.NO_TEXT)
        return
    occupant = draft.trees.remote.named(parent_id, name)
    if local.key in draft.rules.hidden:
        set_aside(draft, local)
    elif occupant is None or occupant.id in draft.freed_at_home:
        _make_at_home(draft, local, parent_id, name)
    elif draft.trees.synced.get(occupant.id) is None:
        _meet(draft, local, occupant)
    elif fate_at_home(draft, occupant) in (Fate.MOVES, Fate.GOES):
        draft.wait_at_home(local.key, occupant.id)
    else:
        set_aside(draft, local)


def _make_at_home(draft: Draft, local: LocalNode, parent_id: str, name: str) -> None:
    if local.kind is EntryKind.FILE and local.content is None:
        draft.add(local.key, Digest(local.key))
    elif not draft.claim(parent_id, name):
        draft.wait(local.key)
    elif local.kind is EntryKind.DIRECTORY:
        draft.add(local.key, MakeAtHome(local.key, parent_id, name))
    else:
        draft.add(local.key, Upload(local.key, parent_id, name))


def _meet(draft: Draft, local: LocalNode, remote: RemoteNode) -> None:
    """Two that are new have one name: they are the same, or the local one loses it."""
    if draft.is_busy(local.key) or draft.is_busy(remote.id):
        draft.wait(local.key)
        return
    is_file = local.kind is EntryKind.FILE
    if is_file != (remote.kind is Kind.FILE):
        set_aside(draft, local)
    elif is_file and local.content is None:
        draft.add(local.key, Digest(local.key))
    elif is_file and remote.content not in (local.content, local.offered):
        set_aside(draft, local)
    else:
        draft.acted.add(remote.id)
        draft.add(local.key, Join(remote.id, local.key))


def _is_met(draft: Draft, occupant: LocalNode) -> bool:
    """Say whether a node that is new on the disk has a name that is new in the home."""
    is_new = not is_foreign(occupant) and _is_unknown(draft, occupant)
    return is_new and occupant.key not in draft.freed_on_disk


def _is_unknown(draft: Draft, local: LocalNode) -> bool:
    return draft.trees.synced.of(local.key) is None
