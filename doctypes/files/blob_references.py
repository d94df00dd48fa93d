"""Which contents the files and their old versions name, for the sweep of blobs.

Read along the changes feeds: a document written while this reads moves to the feed's end, and so is
still met. Reading in any other order could miss a copy made behind and its source removed ahead. A
content wanders between a file and its versions in one transaction, in both directions; so both
feeds are read until neither has moved while the other was read.
"""

from collections.abc import AsyncIterator

from doctypes.files.errors import NotANode
from doctypes.files.node import DOCTYPE, File, parse_node
from doctypes.files.version import VERSIONS, parse_version
from replication.core.change import Change, ChangesQuery
from replication.core.document import StoredRevision
from replication.store.protocol import Database


def content_named(database: str, document: StoredRevision) -> str:
    """Return the digest of the content that a document of a database names; empty for none."""
    named = _NAMED.get(database)
    return named(document) if named else ""


async def named_blobs(files: Database, versions: Database) -> AsyncIterator[str]:
    """Yield the digest of every content that is named, by losers of conflicts too.

    Ends when it has caught up with both feeds at once; digests may repeat.
    """
    read = {files.name: 0, versions.name: 0}
    behind = True
    while behind:
        behind = False
        for database, blob in ((files, _blob_of_file), (versions, _blob_of_version)):
            while True:
                query = ChangesQuery(since=read[database.name], include_documents=True)
                page = await database.changes(query)
                behind = behind or bool(page.rows)
                for row in page.rows:
                    for document in await _leaves(database, row):
                        if digest := blob(document):
                            yield digest
                read[database.name] = page.last.number
                if not page.pending:
                    break


async def _leaves(database: Database, row: Change) -> list[StoredRevision]:
    if len(row.leaves) > 1:
        return await database.leaves(row.document_id)
    return [row.document] if row.document is not None else []


def _blob_of_file(document: StoredRevision) -> str:
    try:
        node = parse_node(document)
    except NotANode:
        return ""
    return node.blob if isinstance(node, File) else ""


def _blob_of_version(document: StoredRevision) -> str:
    try:
        return parse_version(document).blob
    except NotANode:
        return ""


_NAMED = {DOCTYPE: _blob_of_file, VERSIONS: _blob_of_version}
