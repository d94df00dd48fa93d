"""What people search in files and directories: their names, and those of the way that leads there.

A file's document does not tell where the file is: its directory's does, and so the files of a
directory are looked at again when that has moved.
"""

from collections.abc import Sequence

import msgspec

from doctypes.files.errors import NotANode
from doctypes.files.node import TRASH_ID, Directory, File, Node, parse_node
from doctypes.files.node_reader import NodeReader
from doctypes.files.paths import is_in_trash, parted
from replication.core.document import StoredRevision
from replication.store.protocol import Database
from replication.text.definition import DocumentTexts, TextDefinition, TextField, TextSource

_DEFINITION = TextDefinition(
    (
        TextField("name", 8.0),
        TextField("title", 3.0),
        TextField("tags", 3.0),
        TextField("path", 1.0),
    ),
    "files 1",
)
_NOTHING = DocumentTexts([[] for _ in _DEFINITION.fields])


class _Metadata(msgspec.Struct):
    title: str = ""


class _Described(msgspec.Struct):
    metadata: _Metadata | None = None


_decode = msgspec.json.Decoder(_Described).decode


class SearchedFiles:
    """Draws the texts out of the documents of the files' database; what is trashed is aside."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._nodes = NodeReader(database)

    @property
    def definition(self) -> TextDefinition:
        """What it draws."""
        return _DEFINITION

    async def texts(self, documents: Sequence[StoredRevision]) -> Sequence[DocumentTexts]:
        """Return the texts of documents, in order; what is neither file nor directory has none."""
        nodes = [_node(document) for document in documents]
        wanted = {node.dir_id for node in nodes if isinstance(node, File)}
        found = await self._database.get_many(sorted(wanted))
        parents = [_node(document) for document in found if document and not document.deleted]
        paths = {node.id: node.path for node in parents if isinstance(node, Directory)}
        return [_texts_of(node, paths.get(node.dir_id, "")) if node else _NOTHING for node in nodes]

    async def dependents(self, documents: Sequence[StoredRevision]) -> Sequence[StoredRevision]:
        """Return the files that lie directly in directories among these documents."""
        return [
            child.document
            for document in documents
            if isinstance(_node(document), Directory)
            async for page in self._nodes.children(document.document_id)
            for child in page
            if isinstance(child, File)
        ]


def _node(document: StoredRevision) -> Node | None:
    try:
        return parse_node(document)
    except NotANode:
        return None


def _texts_of(node: Node, parent_path: str) -> DocumentTexts:
    if node.id == TRASH_ID:
        return _NOTHING
    if isinstance(node, Directory):
        path, aside = parted(node.path)[0], is_in_trash(node.path)
    else:
        path, aside = parent_path, node.trashed
    return DocumentTexts([[node.name], [_title(node)], node.tags, [path]], aside)


def _title(node: Node) -> str:
    try:
        described = _decode(node.document.body)
    except msgspec.DecodeError:
        return ""
    return described.metadata.title if described.metadata else ""


_: type[TextSource] = SearchedFiles
