"""What a person put into a directory that this device is not to have any more is kept beside it."""

from clients.desktop.home.port import ROOT_ID, Gone
from clients.desktop.planner.draft import Draft
from clients.desktop.planner.operation import MoveOnDisk
from clients.desktop.trees.local_tree import LocalNode


def rescue_from_left_out(draft: Draft, local: LocalNode) -> None:
    """Bring a node out of its directory, where that was left out of this device."""
    parent = draft.trees.synced.of(local.parent)
    gone = None if parent is None else draft.trees.remote.get(parent.id)
    if isinstance(gone, Gone) and not gone.trashed:
        rescue(draft, local)


def rescue(draft: Draft, local: LocalNode) -> None:
    """Bring a node of the disk up to the nearest directory that stays."""
    trees = draft.trees
    subject = draft.subject_of(local)
    if draft.is_busy(subject):
        draft.wait(subject)
        return
    up = next(key for key in trees.local.above(local.key) if trees.id_of(key) is not None)
    name = local.name
    home = trees.id_of(up) or ROOT_ID
    is_taken = trees.local.named(up, name) or trees.remote.named(home, draft.told(name))
    if is_taken or not draft.claim(up, name):
        name = draft.name_aside(local, up)
    draft.add(subject, MoveOnDisk(local.key, up, name))
