"""The tree that the documents of files make, and finding in it. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from unicodedata import combining, normalize

import msgspec

TRASH = "/.cozy_trash"


class FileDocument(msgspec.Struct):
    """What is read of a document of files; all else in it is somebody else's."""

    type: str = ""
    name: str = ""
    dir_id: str = ""
    path: str = ""
    size: str | int = 0
    updated_at: str = ""
    created_at: str = ""
    md5sum: str = ""
    mime: str = ""
    trashed: bool = False
    executable: bool = False


@dataclass(frozen=True, slots=True)
class Node:
    """A file or a directory of the home. `path` begins with a slash; `size` in bytes."""

    id: str
    path: str
    is_directory: bool
    size: int
    document: FileDocument

    @property
    def name(self) -> str:
        """Return the last part of the path."""
        return self.document.name


def read(body: bytes) -> FileDocument:
    """Read a document's body; what is no document of files is one without a type."""
    try:
        return msgspec.json.decode(body, type=FileDocument)
    except msgspec.DecodeError:
        return FileDocument()


def nodes(documents: Mapping[str, FileDocument]) -> Iterator[Node]:
    """Yield what has a place in the tree, by the documents of one home by id; not the trash."""
    for document_id, document in documents.items():
        path = _path(document, documents)
        if path is None or path == TRASH or path.startswith(TRASH + "/"):
            continue
        is_directory = document.type == "directory"
        yield Node(document_id, path, is_directory, _size(document), document)


def _path(document: FileDocument, documents: Mapping[str, FileDocument]) -> str | None:
    if document.type == "directory":
        return document.path or None
    parent = documents.get(document.dir_id)
    if document.type != "file" or parent is None or document.trashed:
        return None
    return f"{parent.path.rstrip('/')}/{document.name}"


def _size(document: FileDocument) -> int:
    size = str(document.size)
    return int(size) if size.isdecimal() else 0


def found(tree: Iterable[Node], words: Sequence[str]) -> list[Node]:
    """Return the nodes that have all words in their path, at least one of them in the name.

    Case and accents do not count. Those with all words in the name come first, then by path.
    """
    wanted = [_folded(word) for word in words]
    hits: list[tuple[int, str, Node]] = []
    for node in tree:
        path = _folded(node.path)
        if not all(word in path for word in wanted):
            continue
        name = path.rpartition("/")[2]
        in_name = sum(word in name for word in wanted)
        if in_name:
            hits.append((len(wanted) - in_name, path, node))
    return [node for _, _, node in sorted(hits, key=lambda hit: hit[:2])]


def _folded(text: str) -> str:
    if text.isascii():
        return text.lower()
    return "".join(it for it in normalize("NFKD", text.casefold()) if not combining(it))


def in_folder(node: Node) -> PurePosixPath:
    """Return where a node lies below the folder that is kept."""
    return PurePosixPath(node.path.lstrip("/"))
