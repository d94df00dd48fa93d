"""All documents of a replica, as the tree wants them."""

from clients.desktop.replica.tree import FileDocument, read
from replication.store.protocol import Database, IdRange

_PAGE = 2000


async def documents_of(database: Database) -> dict[str, FileDocument]:
    """Return the documents of files by id."""
    found: dict[str, FileDocument] = {}
    after: str | None = None
    while True:
        wanted = IdRange(start=after, skip=0 if after is None else 1, limit=_PAGE)
        rows, _ = await database.all_docs(wanted)
        found.update((row.document_id, read(row.body)) for row in rows)
        if len(rows) < _PAGE:
            return found
        after = rows[-1].document_id
