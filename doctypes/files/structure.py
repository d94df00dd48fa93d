"""What is wrong with the shape of a tree, and the edit that puts each thing right: no I/O.

Nothing of this happens by the tree's own verbs. Other hands may have written, and disks forget.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

from doctypes.files.document import fields_of, revision
from doctypes.files.errors import IllegalName
from doctypes.files.names import ConflictNames, composed, legal_name
from doctypes.files.node import ROOT_ID, TRASH_ID, Directory, File, Node
from doctypes.files.paths import ROOT_PATH, is_in_trash, joined
from replication.core.document import Edit


class Fault(Enum):
    """What can be wrong; each is put right by an edit, a copy, or not at all."""

    PARENT_MISSING = "lies in no directory that leads to the root"
    NAME_ILLEGAL = "has a name that nothing may have"
    NAME_TWICE = "has the name of another node beside it"
    PATH_WRONG = "tells a path that is not its own"
    TRASH_MARK_WRONG = "does not tell whether it is in the trash"
    VERSION_ORPHANED = "is a version of a file that is not there"
    CONTENT_MISSING = "names a content that is not there"
    CONTENT_DAMAGED = "names a content whose bytes are others"
    SIZE_WRONG = "tells a size that is not its content's"
    DIGEST_WRONG = "tells an MD5 that is not its content's"


@dataclass(frozen=True, slots=True)
class ShapeFault:
    """A fault of a node, and the edit of its document that mends it."""

    node: Node
    fault: Fault
    mended: Edit


def shape_faults(nodes: Mapping[str, Node]) -> Iterator[ShapeFault]:
    """Yield what is wrong with the shape; at most one fault of each node at a time.

    Mending one may show another: look again until there is none.
    """
    reached = _paths(nodes)
    taken: dict[tuple[str, str], str] = {}
    for node_id, node in sorted(nodes.items(), key=lambda item: (item[0] != TRASH_ID, item[0])):
        if node_id in reached and node_id != ROOT_ID:
            taken.setdefault((node.dir_id, composed(node.name)), node_id)
    for node_id, node in nodes.items():
        if node_id == ROOT_ID:
            continue
        if node_id not in reached:
            if _is_top_of_lost(node, nodes):
                yield _adopted(node, taken)
        elif not _is_legal(node.name):
            yield _renamed(node, Fault.NAME_ILLEGAL, taken)
        elif taken[node.dir_id, composed(node.name)] != node_id:
            yield _renamed(node, Fault.NAME_TWICE, taken)
        else:
            yield from _marks_wrong(node, reached[node_id])


def _paths(nodes: Mapping[str, Node]) -> dict[str, str]:
    """Return the paths of all that leads to the root, as the names say."""
    children: dict[str, list[Node]] = {}
    for node in nodes.values():
        if node.id != ROOT_ID:
            children.setdefault(node.dir_id, []).append(node)
    paths = {ROOT_ID: ROOT_PATH}
    waiting = [ROOT_ID]
    while waiting:
        here = waiting.pop()
        for child in children.get(here, ()):
            paths[child.id] = joined(paths[here], child.name)
            if isinstance(child, Directory):
                waiting.append(child.id)
    return paths


def _is_top_of_lost(node: Node, nodes: Mapping[str, Node]) -> bool:
    """Tell whether what leads nowhere begins here: the others come back with it.

    Of a loop, the directory with the least id.
    """
    line: list[str] = []
    parent = nodes.get(node.dir_id)
    if not isinstance(parent, Directory):
        return True
    while isinstance(parent, Directory) and parent.id not in line:
        line.append(parent.id)
        parent = nodes.get(parent.dir_id)
    return isinstance(parent, Directory) and node.id in line and node.id == min(line)


def _adopted(node: Node, taken: dict[tuple[str, str], str]) -> ShapeFault:
    name = _free(node, ROOT_ID, taken)
    fields = fields_of(node) | {"dir_id": ROOT_ID, "name": name}
    if isinstance(node, Directory):
        fields["path"] = joined(ROOT_PATH, name)
    return ShapeFault(node, Fault.PARENT_MISSING, revision(node, fields))


def _is_legal(name: str) -> bool:
    try:
        return legal_name(name) == name
    except IllegalName:
        return False


def _renamed(node: Node, fault: Fault, taken: dict[tuple[str, str], str]) -> ShapeFault:
    name = _free(node, node.dir_id, taken)
    return ShapeFault(node, fault, revision(node, fields_of(node) | {"name": name}))


def _free(node: Node, parent_id: str, taken: dict[tuple[str, str], str]) -> str:
    names = {name for directory, name in taken if directory == parent_id}
    name = node.name if _is_legal(node.name) else node.id
    if composed(name) in names:
        name = ConflictNames(name, is_file=isinstance(node, File)).first_free(names)
    taken[parent_id, composed(name)] = node.id
    return name


def _marks_wrong(node: Node, path: str) -> Iterator[ShapeFault]:
    if isinstance(node, File):
        trashed = is_in_trash(path)
        if node.trashed != trashed:
            edit = revision(node, fields_of(node) | {"trashed": trashed})
            yield ShapeFault(node, Fault.TRASH_MARK_WRONG, edit)
    elif composed(node.path) != composed(path):
        edit = revision(node, fields_of(node) | {"path": path})
        yield ShapeFault(node, Fault.PATH_WRONG, edit)
