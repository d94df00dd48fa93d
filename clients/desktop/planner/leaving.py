"""Nodes that one side has no more: they are taken from the other, where it lost nothing new."""

from clients.desktop.disk.port import EntryKind
from clients.desktop.home.port import ROOT_ID, Gone, RemoteNode
from clients.desktop.model.kind import Kind
from clients.desktop.planner.draft import Doom, Draft, is_foreign
from clients.desktop.planner.ignored import is_left_alone
from clients.desktop.planner.operation import Digest, Forget, RemoveFromDisk, Trash
from clients.desktop.planner.rescuing import rescue
from clients.desktop.trees.local_tree import LocalNode
from clients.desktop.trees.synced_tree import SyncedNode


def leave_home(draft: Draft, synced: SyncedNode, remote: RemoteNode) -> None:
    """See to a node that was taken off the disk."""
    doom = doom_of(draft, synced, remote)
    if doom is Doom.SURVIVES:
        draft.add(synced.id, Forget(synced.id))
    elif doom is Doom.DOOMED and not _goes_with_parent(draft, remote):
        draft.add(synced.id, Trash(synced.id))
    else:
        within = draft.trees.remote.children(synced.id)
        draft.wait_at_home(synced.id, *(child.id for child in within))


def doom_of(draft: Draft, synced: SyncedNode, remote: RemoteNode) -> Doom:
    """Return what becomes of a node of the home that the disk has no more."""
    found = draft.dooms.get(synced.id)
    if found is None:
        found = draft.dooms[synced.id] = _doom(draft, synced, remote)
    return found


def _doom(draft: Draft, synced: SyncedNode, remote: RemoteNode) -> Doom:
    if remote.kind is Kind.FILE:
        return Doom.DOOMED if remote.content == synced.content else Doom.SURVIVES
    dooms = {_doom_within(draft, child) for child in draft.trees.remote.children(synced.id)}
    for doom in (Doom.SURVIVES, Doom.HELD, Doom.SOON):
        if doom in dooms:
            return doom
    return Doom.DOOMED


def _doom_within(draft: Draft, child: RemoteNode) -> Doom:
    synced = draft.trees.synced.get(child.id)
    if synced is None:
        return Doom.DOOMED if is_left_alone(draft, child) else Doom.SURVIVES
    if child.id in draft.rules.skip:
        return Doom.HELD
    pair = draft.pair(synced)
    if pair is None:
        return doom_of(draft, synced, child)
    return Doom.SURVIVES if draft.was_moved_at_home(pair) else Doom.SOON


def _goes_with_parent(draft: Draft, remote: RemoteNode) -> bool:
    """Say whether the directory that a node is in is thrown away, and the node with it."""
    if remote.parent_id == ROOT_ID or remote.parent_id in draft.rules.skip:
        return False
    parent = draft.trees.remote.seen(remote.parent_id)
    synced = draft.trees.synced.get(remote.parent_id)
    if parent is None or synced is None or draft.trees.local.get(synced.key) is not None:
        return False
    return doom_of(draft, synced, parent) in (Doom.DOOMED, Doom.SOON)


def leave_disk(draft: Draft, synced: SyncedNode, gone: Gone, local: LocalNode) -> None:
    """See to a node that is gone from the home."""
    if local.kind is EntryKind.DIRECTORY:
        _leave_directory(draft, synced, gone, local)
    elif local.content is None:
        draft.add(synced.id, Digest(local.key))
    elif local.content == synced.content:
        draft.add(synced.id, RemoveFromDisk(synced.id, local.key, gone.trashed))
    else:
        draft.add(synced.id, Forget(synced.id))


def _leave_directory(draft: Draft, synced: SyncedNode, gone: Gone, local: LocalNode) -> None:
    children = draft.trees.local.children(local.key)
    if not children:
        draft.add(synced.id, RemoveFromDisk(synced.id, local.key, gone.trashed))
        return
    draft.wait_on_disk(synced.id, *(draft.subject_of(child) for child in children))
    if gone.trashed:
        if any(_stays(draft, child) for child in children):
            draft.add(synced.id, Forget(synced.id))
        return
    for child in children:
        if draft.trees.synced.of(child.key) is None:
            rescue(draft, child)


def _stays(draft: Draft, local: LocalNode) -> bool:
    """Say whether something on the disk is to outlive the directory that it is in."""
    synced = draft.trees.synced.of(local.key)
    if is_foreign(local) or synced is None:
        return True
    pair = draft.pair(synced)
    if pair is not None:
        return not draft.was_moved_at_home(pair)
    if local.kind is EntryKind.DIRECTORY:
        return any(_stays(draft, child) for child in draft.trees.local.children(local.key))
    return local.content is not None and local.content != synced.content
