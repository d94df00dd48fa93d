"""How many bytes the files hold, counted once and then kept in step.

The tree tells what each of its writes adds. The count holds for as long as the database has seen no
other writes than those; where it has, all is counted anew.
"""

from collections.abc import Sequence

from doctypes.files.errors import NotANode
from doctypes.files.node import File, parse_node
from replication.core.change import Change, ChangesQuery
from replication.core.document import Written
from replication.store.protocol import Database, Outcome


class UsageCounter:
    """The running total of one files' database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._total = 0
        self._counted_to: int | None = None

    def add(self, outcomes: Sequence[Outcome], growth: int) -> None:
        """Take a write of the tree into account."""
        if self._counted_to is not None:
            self._counted_to += sum(
                isinstance(row, Written) and row.sequence is not None for row in outcomes
            )
            self._total += growth

    async def current(self) -> int | None:
        """Return the total in bytes, or None where it has to be counted anew."""
        here = (await self._database.sequence()).number
        return self._total if self._counted_to == here else None

    async def count(self) -> int:
        """Count all files. No write may be under way."""
        sizes: dict[str, int] = {}
        query = ChangesQuery(include_documents=True)
        while True:
            page = await self._database.changes(query)
            sizes.update((row.document_id, _size(row)) for row in page.rows)
            if not page.pending:
                break
            query = ChangesQuery(since=page.last.number, include_documents=True)
        self._total, self._counted_to = sum(sizes.values()), page.last.number
        return self._total


def _size(row: Change) -> int:
    if row.deleted or row.document is None:
        return 0
    try:
        node = parse_node(row.document)
    except NotANode:
        return 0
    return node.size if isinstance(node, File) else 0
