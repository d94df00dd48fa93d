"""Which contents the files name, for the sweep of blobs.

Read along the changes feed: a document written while this reads moves to the feed's end, and so is
still met. Reading in any other order could miss a copy made behind and its source removed ahead.
"""

from collections.abc import AsyncIterator

from doctypes.files.errors import NotANode
from doctypes.files.node import File, parse_node
from replication.core.change import Change, ChangesQuery
from replication.core.document import StoredRevision
from replication.store.protocol import Database


async def named_blobs(database: Database) -> AsyncIterator[str]:
    """Yield the digest of every content that a file names, losers of conflicts included.

    Ends when it has caught up with the feed; digests may repeat.
    """
    since = 0
    while True:
        page = await database.changes(ChangesQuery(since=since, include_documents=True))
        for row in page.rows:
            for document in await _leaves(database, row):
                if digest := _blob(document):
                    yield digest
        if not page.pending:
            return
        since = page.last.number


async def _leaves(database: Database, row: Change) -> list[StoredRevision]:
    if len(row.leaves) > 1:
        return await database.leaves(row.document_id)
    return [row.document] if row.document is not None else []


def _blob(document: StoredRevision) -> str:
    try:
        node = parse_node(document)
    except NotANode:
        return ""
    return node.blob if isinstance(node, File) else ""
