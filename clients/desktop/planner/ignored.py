"""What the home has and this computer ignores: it is not brought to the disk, and stays there."""

from clients.desktop.home.port import ROOT_ID, RemoteNode
from clients.desktop.model.kind import Kind
from clients.desktop.planner.draft import Draft, Way


def is_left_alone(draft: Draft, remote: RemoteNode) -> bool:
    """Say whether a node that the disk does not have is ignored, or lies in what is.

    A directory into which something was moved that the disk has is made all the same.
    """
    return _is_ignored(draft, remote) and not _has_to_be(draft, remote)


def _is_ignored(draft: Draft, remote: RemoteNode) -> bool:
    if remote.kind is Kind.DIRECTORY:
        return _way_to(draft, remote.id).is_ignored
    above = _way_to(draft, remote.parent_id)
    return above.is_ignored or draft.rules.is_ignored(above.path + remote.name)


def _way_to(draft: Draft, directory_id: str) -> Way:
    """Return the path of a directory of the home; asked once a plan, for all that is in it."""
    found = draft.ways.get(directory_id)
    if found is None:
        found = draft.ways[directory_id] = _looked_up(draft, directory_id)
    return found


def _looked_up(draft: Draft, directory_id: str) -> Way:
    node = None if directory_id == ROOT_ID else draft.trees.remote.seen(directory_id)
    if node is None:
        return Way("", is_ignored=False)
    above = _way_to(draft, node.parent_id)
    path = f"{above.path}{node.name}/"
    return Way(path, is_ignored=above.is_ignored or draft.rules.is_ignored(path))


def _has_to_be(draft: Draft, remote: RemoteNode) -> bool:
    if remote.kind is not Kind.DIRECTORY:
        return False
    children = draft.trees.remote.children(remote.id)
    return any(
        draft.trees.key_of(child.id) is not None or _has_to_be(draft, child) for child in children
    )
