"""What people search in files and directories: their names, the way that leads there, and contents.

A file's document does not tell where the file is: its directory's does, and so the files of a
directory are looked at again when that has moved. What a content says is taken out of it beside
all this; whoever does so has the files looked at again.
"""

from collections.abc import Mapping, Sequence

import msgspec

from doctypes.contents.known import VERSION, KnownTexts
from doctypes.contents.text import LARGEST, has_text
from doctypes.files.errors import NotANode
from doctypes.files.node import TRASH_ID, Directory, File, Node, parse_node
from doctypes.files.node_reader import NodeReader
from doctypes.files.paths import is_in_trash, parted
from replication.core.document import StoredRevision
from replication.store.protocol import Database
from replication.text.definition import DocumentTexts, TextDefinition, TextField, TextSource

_DEFINITION = TextDefinition(
    (
        TextField("name", 24.0),
        TextField("title", 9.0),
        TextField("tags", 9.0),
        TextField("path", 2.0),
        TextField("content", 0.05, 40_000),
    ),
    f"files 2, contents {VERSION}",
)
"""A long content weighs on what else its file is found by (BM25 looks at lengths): names lead."""

_NOTHING = DocumentTexts([[] for _ in _DEFINITION.fields])


class _Metadata(msgspec.Struct):
    title: str = ""


class _Described(msgspec.Struct):
    metadata: _Metadata | None = None


_decode = msgspec.json.Decoder(_Described).decode


class SearchedFiles:
    """Draws the texts out of the documents of the files' database; what is trashed is aside.

    Contents say what is `known` of them.
    """

    def __init__(self, database: Database, known: KnownTexts) -> None:
        self._database = database
        self._known = known
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
        contents = await self._known.of({blob for node in nodes if (blob := text_blob(node))})
        return [
            _texts_of(node, paths.get(node.dir_id, ""), contents) if node else _NOTHING
            for node in nodes
        ]

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


def text_blob(node: Node | None) -> str:
    """Return the content of a file whose text is searched; nothing for others."""
    if not isinstance(node, File) or not has_text(node.mime) or node.size > LARGEST:
        return ""
    return "" if _ENCRYPTED in node.document.body else node.blob


_ENCRYPTED = b'"encrypted":true'


def _node(document: StoredRevision) -> Node | None:
    try:
        return parse_node(document)
    except NotANode:
        return None


def _texts_of(node: Node, parent_path: str, contents: Mapping[str, str]) -> DocumentTexts:
    if node.id == TRASH_ID:
        return _NOTHING
    if isinstance(node, Directory):
        path, aside = parted(node.path)[0], is_in_trash(node.path)
    else:
        path, aside = parent_path, node.trashed
    content = contents.get(text_blob(node), "")
    return DocumentTexts([[node.name], [_title(node)], node.tags, [path], [content]], aside)


def _title(node: Node) -> str:
    try:
        described = _decode(node.document.body)
    except msgspec.DecodeError:
        return ""
    return described.metadata.title if described.metadata else ""


_: type[TextSource] = SearchedFiles
