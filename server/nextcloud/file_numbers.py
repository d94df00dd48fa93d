"""From the number of a file back to the file: an index, brought up to date when somebody asks.

Clients ask so for previews, for versions, and for the file behind a link of theirs.
"""

from collections.abc import Sequence

from doctypes.files.errors import NodeMissing, NotANode
from doctypes.files.file_tree import FileTree
from doctypes.files.node import DOCTYPE, Node, parse_node
from replication.core.document import StoredRevision
from replication.index.definition import DocumentRows, IndexDefinition, signature_of
from replication.index.index import Index
from replication.index.rows import Emitted, KeyRange
from replication.store.protocol import DocumentStore
from server.nextcloud.identity import file_number

_BYTES = 8
_LARGEST = (1 << 63) - 1


class _Numbers:
    """Says of each file and directory what its number is."""

    definition = IndexDefinition(signature_of("file numbers 1"), 1)

    async def map(self, documents: Sequence[StoredRevision]) -> Sequence[DocumentRows]:
        """Return one row each."""
        return [[_rows(document)] for document in documents]


def _rows(document: StoredRevision) -> Sequence[Emitted]:
    try:
        parse_node(document)
    except NotANode:
        return ()
    number = file_number(document.document_id)
    return (Emitted(number.to_bytes(_BYTES, "big"), str(number).encode(), b"null"),)


async def node_of(store: DocumentStore, tree: FileTree, number: str) -> Node:
    """Return the node with a number, or with the `oc:id` that begins with it.

    Raises NodeMissing.
    """
    digits = number[: len(number) - len(number.lstrip("0123456789"))]
    if not digits or int(digits) > _LARGEST:
        raise NodeMissing(number)
    index = Index(await store.open(DOCTYPE), _Numbers())
    await index.update()
    page = await index.read(0, KeyRange.of_key(int(digits).to_bytes(_BYTES, "big")), limit=1)
    if not page.rows:
        raise NodeMissing(number)
    return await tree.get(page.rows[0].document_id)
