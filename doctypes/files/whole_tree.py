"""All files and directories at once, for what looks at a whole home: verifying it, its past."""

from doctypes.files.errors import NotANode
from doctypes.files.node import Node, parse_node
from doctypes.files.version import Version, parse_version
from replication.core.change import ChangesQuery
from replication.core.document import StoredRevision
from replication.store.protocol import Database


async def every_node(database: Database) -> dict[str, Node]:
    """Read all nodes by id; what is written meanwhile may be seen in its new state or the old."""
    found: dict[str, Node] = {}
    for document_id, document in (await _every(database)).items():
        try:
            found[document_id] = parse_node(document)
        except NotANode:
            continue
    return found


async def every_version(database: Database) -> list[Version]:
    """Read all old versions."""
    found: list[Version] = []
    for document in (await _every(database)).values():
        try:
            found.append(parse_version(document))
        except NotANode:
            continue
    return found


async def _every(database: Database) -> dict[str, StoredRevision]:
    found: dict[str, StoredRevision] = {}
    since, pending = 0, 1
    while pending:
        page = await database.changes(ChangesQuery(since=since, include_documents=True))
        for row in page.rows:
            found.pop(row.document_id, None)
            if row.document is not None and not row.deleted:
                found[row.document_id] = row.document
        since, pending = page.last.number, page.pending
    return found
