"""Copies: new documents that name the same contents."""

from collections.abc import Callable, Iterator

from doctypes.files.document import Fields, Stamp, creation, fields_of, first_metadata, uploaded
from doctypes.files.moves import mime_after_rename
from doctypes.files.node import Directory, File
from doctypes.files.paths import checked_depth, rebased
from doctypes.files.plan import Place, Plan, Subtree
from doctypes.files.usage import Usage
from replication.core.document import Edit

# What ties a document to its place, its devices and the documents that refer to it.
_OWN = frozenset(
    {"restore_path", "restore_name", "referenced_by", "not_synchronized_on", "relationships"}
)


def copy(
    subtree: Subtree, parent: Place, name: str, new_id: Callable[[], str], stamp: Stamp
) -> tuple[str, Plan]:
    """Copy a node, with what the subtree holds, under a free name; return the copy's id as well.

    Dates of files stay, as a backup wants them. Raises TooDeep.
    """
    ids = {subtree.top.id: new_id()}
    ids |= {directory.id: new_id() for directory in subtree.directories}
    top = _copied(subtree.top, stamp) | {"name": name, "dir_id": parent.id}
    if isinstance(subtree.top, Directory):
        top["path"] = parent.path_of(name)
    else:
        top |= mime_after_rename(subtree.top, name)
    edits = [creation(ids[subtree.top.id], top), *_below(subtree, parent.path_of(name), ids, stamp)]
    edits += [
        creation(new_id(), _copied(file, stamp) | {"dir_id": ids[file.dir_id]})
        for file in subtree.files
    ]
    return ids[subtree.top.id], Plan(tuple(edits), Usage(subtree.usage.files))


def _below(subtree: Subtree, path: str, ids: dict[str, str], stamp: Stamp) -> Iterator[Edit]:
    for directory in subtree.directories:
        moved = checked_depth(rebased(directory.path, subtree.path, path))
        fields = _copied(directory, stamp) | {"dir_id": ids[directory.dir_id], "path": moved}
        yield creation(ids[directory.id], fields)


def _copied(node: File | Directory, stamp: Stamp) -> Fields:
    kept = {key: value for key, value in fields_of(node).items() if key not in _OWN}
    if isinstance(node, Directory):
        return kept | {"cozyMetadata": first_metadata(stamp)}
    return kept | {"trashed": False, "cozyMetadata": uploaded(first_metadata(stamp), stamp)}
