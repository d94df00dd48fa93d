"""The trash: into it, out of it, and gone for good.

What is thrown away lies directly in the trash and remembers the path of the directory it lay in;
what was below it comes along. Each file there says that it is trashed; directories are known to be
by their path.
"""

from doctypes.files.document import Fields, Stamp, fields_of, revision, tombstone, written
from doctypes.files.moves import carried_along, placed, without_trash_marks
from doctypes.files.node import TRASH_ID, Node
from doctypes.files.paths import ROOT_PATH, TRASH_PATH, is_below, joined, names_of, parted
from doctypes.files.plan import Place, Plan, Subtree

TRASH = Place(TRASH_ID, TRASH_PATH)


def throw_away(subtree: Subtree, name: str, stamp: Stamp) -> Plan:
    """Put a node with all below it into the trash, under a name that is free there."""
    fields = placed(subtree.top, TRASH, name, stamp)
    fields["restore_path"] = parted(subtree.path)[0]
    fields["cozyMetadata"] |= _thrown_away(stamp)
    top = revision(subtree.top, fields)
    return Plan((top, *carried_along(subtree, TRASH.path_of(name))))


def _thrown_away(stamp: Stamp) -> Fields:
    by = {"trashedBy": {"slug": stamp.by}} if stamp.by else {}
    return {"trashedAt": written(stamp.now), **by}


def take_back(subtree: Subtree, parent: Place, name: str, stamp: Stamp) -> Plan:
    """Put a node with all below it into a directory outside the trash, under a free name."""
    fields = without_trash_marks(placed(subtree.top, parent, name, stamp))
    top = revision(subtree.top, fields)
    return Plan((top, *carried_along(subtree, parent.path_of(name))))


def destroy(subtree: Subtree) -> Plan:
    """Delete a node and all below it."""
    gone = (subtree.top, *subtree.directories, *subtree.files)
    return Plan(tuple(tombstone(node) for node in gone), -subtree.size)


def restore_path(thrown_away: Node, path: str) -> str:
    """Return the path of the directory that a node in the trash, at `path`, is restored to.

    `thrown_away` is what lies directly in the trash: the node, or the directory it came along
    with. Where that remembers no path outside the trash, it is the root.
    """
    remembered = fields_of(thrown_away).get("restore_path")
    if not isinstance(remembered, str) or not remembered.startswith("/"):
        remembered = ROOT_PATH
    if is_below(remembered, TRASH_PATH):
        remembered = ROOT_PATH
    for name in names_of(path)[1:-1]:
        remembered = joined(remembered, name)
    return remembered
