"""Nodes held against a view, and what a device sees of a tree taken apart from what it does not."""

from collections.abc import Iterator
from dataclasses import dataclass

from doctypes.files.node import Directory, Node
from doctypes.files.paths import joined
from doctypes.files.plan import Subtree
from doctypes.profiles.view import Item, View


def item_of(node: Node, path: str) -> Item:
    """Return a node as views look at it."""
    if isinstance(node, Directory):
        return Item(path, is_directory=True)
    return Item(path, size=node.size, mime=node.mime, file_class=node.file_class)


@dataclass(frozen=True, slots=True)
class Parted:
    """A tree as somebody sees it: `whole` are nodes that are seen with all below them.

    `broken` are directories with something below them that is not seen, each before what it holds;
    the paths are as they are now.
    """

    whole: tuple[tuple[Node, str], ...]
    broken: tuple[tuple[Directory, str], ...]


def parted_by(view: View, subtree: Subtree) -> Parted:
    """Take a tree apart whose top is seen; it is read with its files."""
    if view.below(subtree.path) is True or not isinstance(subtree.top, Directory):
        return Parted(((subtree.top, subtree.path),), ())
    held: dict[str, list[Node]] = {}
    below: tuple[Node, ...] = (*subtree.directories, *subtree.files)
    for node in below:
        held.setdefault(node.dir_id, []).append(node)
    hidden = _with_something_hidden(view, subtree, held)
    whole: list[tuple[Node, str]] = []
    broken: list[tuple[Directory, str]] = []
    waiting: list[tuple[Node, str]] = [(subtree.top, subtree.path)]
    while waiting:
        node, path = waiting.pop()
        if not isinstance(node, Directory) or node.id not in hidden:
            whole.append((node, path))
            continue
        broken.append((node, path))
        inside = [(child, joined(path, child.name)) for child in held.get(node.id, ())]
        waiting += [(child, at) for child, at in inside if view.shows(item_of(child, at))]
    return Parted(tuple(whole), tuple(broken))


def _with_something_hidden(view: View, subtree: Subtree, held: dict[str, list[Node]]) -> set[str]:
    """Return the ids of directories that hold, however deep, something that is not seen."""
    above = {node.id: node.dir_id for node in subtree.directories}
    found: set[str] = set()
    for node, path in _located(subtree.top, subtree.path, held):
        if node.id == subtree.top.id or view.shows(item_of(node, path)):
            continue
        parent = node.dir_id
        while parent not in found:
            found.add(parent)
            if parent == subtree.top.id:
                break
            parent = above[parent]
    return found


def _located(top: Node, path: str, held: dict[str, list[Node]]) -> Iterator[tuple[Node, str]]:
    waiting = [(top, path)]
    while waiting:
        node, at = waiting.pop()
        yield node, at
        waiting += [(child, joined(at, child.name)) for child in held.get(node.id, ())]
