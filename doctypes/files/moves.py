"""Moves and renames: a node's own document changes, and the paths of directories below it.

Files know their directory and not their path, so however many there are below, none is touched;
except when the move leads into the trash or out of it, which each file's document tells.
"""

from doctypes.files.amending import NOTHING_AMENDED, Amendment, amended
from doctypes.files.document import Fields, Stamp, fields_of, next_metadata, revision
from doctypes.files.mime import UNKNOWN, class_of, guessed_mime
from doctypes.files.names import split_extension
from doctypes.files.node import Directory, File, Node
from doctypes.files.paths import checked_depth, is_in_trash, rebased
from doctypes.files.plan import Place, Plan, Subtree
from doctypes.files.usage import Usage
from replication.core.document import Edit


def move(
    subtree: Subtree,
    parent: Place,
    name: str,
    stamp: Stamp,
    change: Amendment = NOTHING_AMENDED,
    *,
    touch: bool = False,
) -> Plan:
    """Put a node, with all below it, under a name in another directory, or in the same.

    With `touch` every file below is written anew. Raises TooDeep, OlderThanStored.
    """
    path = parent.path_of(name)
    for directory in subtree.directories:
        checked_depth(rebased(directory.path, subtree.path, path))
    top = placed(subtree.top, parent, name, stamp)
    if is_in_trash(subtree.path):
        top = without_trash_marks(top)
    top = amended(subtree.top, top, change)
    edits = (revision(subtree.top, top), *carried_along(subtree, path, touch=touch))
    return Plan(edits, trash_growth(subtree, path))


def trash_growth(subtree: Subtree, path: str) -> Usage:
    """Return what the trash gains or loses when a node goes to `path`."""
    trashed = is_in_trash(path)
    size = sum(file.size for file in subtree.every_file if file.trashed != trashed)
    return Usage(trash=size if trashed else -size)


def placed(node: Node, parent: Place, name: str, stamp: Stamp) -> Fields:
    """Return the fields of a node that is put somewhere else."""
    fields = fields_of(node)
    fields |= {"name": name, "dir_id": parent.id, "cozyMetadata": next_metadata(fields, stamp)}
    path = parent.path_of(name)
    if isinstance(node, Directory):
        return fields | {"path": path}
    return fields | mime_after_rename(node, name) | _trashed(node, is_in_trash(path))


def carried_along(subtree: Subtree, path: str, *, touch: bool = False) -> tuple[Edit, ...]:
    """Edit what is below a node that goes to `path`."""
    trashed = is_in_trash(path)
    directories = (
        revision(node, fields_of(node) | {"path": rebased(node.path, subtree.path, path)})
        for node in subtree.directories
    )
    files = (
        revision(file, fields_of(file) | {"trashed": trashed})
        for file in subtree.files
        if touch or file.trashed != trashed
    )
    return (*directories, *files)


def without_trash_marks(fields: Fields) -> Fields:
    """Return the fields less what the trash added to them."""
    metadata = fields["cozyMetadata"]
    kept = {key: metadata[key] for key in metadata if key not in ("trashedAt", "trashedBy")}
    left = {key: fields[key] for key in fields if key not in ("restore_path", "restore_name")}
    return left | {"cozyMetadata": kept}


def _trashed(file: File, trashed: bool) -> Fields:  # noqa: FBT001  # it is the value to set
    return {"trashed": trashed} if file.trashed != trashed else {}


def mime_after_rename(file: File, name: str) -> Fields:
    """Follow a new extension that means something: `x.tmp` becomes `x.docx` when Word saves."""
    if split_extension(file.name)[1] == split_extension(name)[1]:
        return {}
    mime = guessed_mime(name)
    return {} if mime == UNKNOWN else {"mime": mime, "class": class_of(mime)}
