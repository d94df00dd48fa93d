"""Nodes that are on both sides: content, place, and whether a file may be run, each by itself."""

from clients.desktop.model.content import Content
from clients.desktop.model.kind import Kind
from clients.desktop.model.names import is_conflict_name
from clients.desktop.planner.draft import Draft, Pair
from clients.desktop.planner.moving import move_at_home, move_on_disk
from clients.desktop.planner.operation import (
    Agree,
    Aspect,
    Digest,
    Forget,
    MarkAtHome,
    MarkOnDisk,
    Overwrite,
    Replace,
    SetAside,
)


def settle_pair(draft: Draft, pair: Pair) -> None:
    """Decide on the first difference of a node; the others follow in later plans."""
    if pair.remote.kind is Kind.FILE and pair.local.content is None:
        draft.add(pair.id, Digest(pair.key))
        return
    if _is_conflict(pair):
        _part(draft, pair)
        return
    _settle_place(draft, pair)
    if draft.is_busy(pair.id) or pair.remote.kind is Kind.DIRECTORY:
        return
    if not _settle_content(draft, pair):
        _settle_mark(draft, pair)


def _settle_place(draft: Draft, pair: Pair) -> None:
    if draft.is_at_one_place(pair):
        if _agreed_place(pair) != _places(pair):
            draft.add(pair.id, Agree(pair.id, Aspect.PLACE))
    elif draft.was_moved_at_home(pair):
        move_on_disk(draft, pair)
    elif draft.was_moved_on_disk(pair):
        move_at_home(draft, pair)


def _places(pair: Pair) -> tuple[str, str, int, str]:
    remote, local = pair.remote, pair.local
    return (remote.parent_id, remote.name, local.parent, local.name)


def _agreed_place(pair: Pair) -> tuple[str, str, int, str]:
    synced = pair.synced
    return (synced.parent_id, synced.name, synced.local_parent, synced.local_name)


def _is_conflict(pair: Pair) -> bool:
    """Say whether both sides wrote, and not the same."""
    base, disk, home = _base(pair), pair.local.content, pair.remote.content
    return disk not in (base, home) and home != base


def _base(pair: Pair) -> Content | None:
    """Return what both sides had last: also what the home took without our hearing of it."""
    offered = pair.local.offered
    return offered if offered == pair.remote.content else pair.synced.content


def _part(draft: Draft, pair: Pair) -> None:
    """Keep both contents: the home's has the name, that of the disk is a file of its own."""
    local = pair.local
    if draft.was_moved_on_disk(pair) and is_conflict_name(local.name):
        draft.add(pair.id, Forget(pair.id))  # moved already, and cut off before it was noted
        return
    name = draft.name_aside(local, local.parent)
    draft.add(pair.id, SetAside(pair.id, pair.key, local.parent, name))


def _settle_content(draft: Draft, pair: Pair) -> bool:
    base, disk, home = _base(pair), pair.local.content, pair.remote.content
    if disk == home:
        if pair.synced.content == home:
            return False
        draft.add(pair.id, Agree(pair.id, Aspect.CONTENT))
    elif disk != base:
        draft.add(pair.id, Replace(pair.id, pair.key))
    else:
        draft.add(pair.id, Overwrite(pair.id, pair.key))
    return True


def _settle_mark(draft: Draft, pair: Pair) -> None:
    if not draft.rules.keeps_executable:
        return
    agreed, disk = pair.synced.executable, pair.local.entry.executable
    if disk == pair.remote.executable:
        if agreed != disk:
            draft.add(pair.id, Agree(pair.id, Aspect.MARK))
    elif disk != agreed:
        draft.add(pair.id, MarkAtHome(pair.id, pair.key))
    else:
        draft.add(pair.id, MarkOnDisk(pair.id, pair.key))
