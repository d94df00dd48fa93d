"""The documents of one database in the order of their last change, as parts of an archive."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from doctypes.files.blob_references import content_named
from replication.core.change import Change, ChangesQuery
from replication.core.document import StoredRevision
from replication.core.errors import DocumentMissing
from replication.core.revision import Revision
from replication.store.protocol import Database
from server.export.chosen import takes
from server.export.lines import Told, history_in, line_of
from server.export.manifest import Wanted

_ROWS = 200
_ENOUGH = 1 << 22  # bytes in one part, about


@dataclass(slots=True)
class Part:
    """Lines of documents, the contents that these name, and the sequence that they reach to."""

    last: int = 0
    lines: bytearray = field(default_factory=bytearray)
    contents: dict[str, None] = field(default_factory=dict)


async def parts(database: Database, since: int, wanted: Wanted) -> AsyncIterator[Part]:
    """Yield what changed after a sequence, up to the end of the feed as it is met."""
    part = Part()
    while True:
        query = ChangesQuery(since=since, limit=_ROWS, include_documents=True)
        page = await database.changes(query)
        for row in page.rows:
            await _take_in(part, database, row, wanted)
            if len(part.lines) >= _ENOUGH:
                yield part
                part = Part()
        since = page.last.number
        if not page.pending:
            break
    if part.last:
        yield part


async def _take_in(part: Part, database: Database, row: Change, wanted: Wanted) -> None:
    try:
        leaves = await _leaves(database, row)
        former = await _former(database, leaves) if wanted.histories else []
    except DocumentMissing:  # purged meanwhile
        leaves, former = [], []
    for stored in [*former, *leaves]:
        if takes(database.name, stored.body, wanted):
            history = history_in(stored, stored.revision)
            part.lines += line_of(Told(stored, history))
            part.contents |= dict.fromkeys(one.blob for one in stored.attachments.values())
    for stored in leaves:
        if digest := content_named(database.name, stored):
            part.contents[digest] = None
    part.last = row.sequence


async def _leaves(database: Database, row: Change) -> list[StoredRevision]:
    if len(row.leaves) > 1 or row.document is None:
        return await database.leaves(row.document_id)
    return [row.document]


async def _former(database: Database, leaves: list[StoredRevision]) -> list[StoredRevision]:
    """Return the superseded revisions whose bodies are kept, the eldest first."""
    known = {stored.revision for stored in leaves}
    if all(stored.revision.generation == 1 for stored in leaves):
        return []
    document_id = leaves[0].document_id
    kept = [one for one in await database.bodies_of(document_id) if one not in known]
    return [await database.get(document_id, one) for one in sorted(kept, key=_age)]


def _age(revision: Revision) -> tuple[int, str]:
    return revision.generation, revision.digest
