"""A look at a file, where not finding one is an answer and not an error."""

from doctypes.files.errors import NodeMissing, NotANode
from doctypes.files.file_tree import FileTree
from doctypes.files.node import Directory, File


async def file_in(files: FileTree, file_id: str) -> File | None:
    """Read a file, in the trash or not; None when what has this id is no file, or nothing has."""
    try:
        node = await files.get(file_id)
    except (NodeMissing, NotANode):
        return None
    return None if isinstance(node, Directory) else node
