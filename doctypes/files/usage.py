"""How many bytes a home's files hold, counted once and then kept in step.

The tree tells what each of its writes adds. The count holds for as long as the databases have seen
no other writes than those; where they have, all is counted anew.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from doctypes.files.errors import NotANode, QuotaExceeded
from doctypes.files.node import File, parse_node
from doctypes.files.version import parse_version
from replication.core.change import Change, ChangesQuery
from replication.core.document import StoredRevision, Written
from replication.store.protocol import Database, Outcome


@dataclass(frozen=True, slots=True)
class Usage:
    """Bytes: of all `files`, of those among them that are in the `trash`, of old `versions`.

    Contents that several files share count for each of them, as Cozy counts.
    """

    files: int = 0
    trash: int = 0
    versions: int = 0

    @property
    def total(self) -> int:
        """What counts against the quota."""
        return self.files + self.versions

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(
            self.files + other.files, self.trash + other.trash, self.versions + other.versions
        )

    def __neg__(self) -> "Usage":
        return Usage(-self.files, -self.trash, -self.versions)


NO_GROWTH = Usage()


def usage_of(files: Iterable[File]) -> Usage:
    """Add up files."""
    sizes = [(file.size, file.trashed) for file in files]
    return Usage(sum(size for size, _ in sizes), sum(size for size, trashed in sizes if trashed))


class UsageCounter:
    """The running total of the files' database and that of their versions."""

    def __init__(self, files: Database, versions: Database) -> None:
        self._databases = (files, versions)
        self._usage = Usage()
        self._counted_to: list[int] | None = None
        self._promised = 0

    def add(self, outcomes: Sequence[Sequence[Outcome]], growth: Usage) -> None:
        """Take a write of the tree into account: its outcomes for each of the two databases."""
        if self._counted_to is not None:
            for place, rows in enumerate(outcomes):
                self._counted_to[place] += sum(
                    isinstance(row, Written) and row.sequence is not None for row in rows
                )
            self._usage += growth

    async def current(self) -> Usage | None:
        """Return the figures, or None where all has to be counted anew."""
        return self._usage if self._counted_to == await self._stand() else None

    async def _stand(self) -> list[int]:
        return [(await database.sequence()).number for database in self._databases]

    @contextmanager
    def promised(self, growth: Usage, quota: int) -> Iterator[None]:
        """Keep room for a write while it is under way. Raises QuotaExceeded."""
        wanted = growth.total
        self.require_room(wanted, quota)
        self._promised += wanted
        try:
            yield
        finally:
            self._promised -= wanted

    def room(self, quota: int) -> int:
        """Return how many bytes are left, as far as the figures were last known."""
        return max(quota - self._usage.total - self._promised, 0)

    def require_room(self, wanted: int, quota: int) -> None:
        """Raise QuotaExceeded for more bytes than are left."""
        if wanted > self.room(quota):
            raise QuotaExceeded(quota, self._usage.total + self._promised, wanted)

    async def count(self) -> Usage:
        """Count all files and versions. No write may be under way."""
        files, versions = self._databases
        of_files, files_end = await _counted(files, _file)
        of_versions, versions_end = await _counted(versions, _version)
        self._usage, self._counted_to = of_files + of_versions, [files_end, versions_end]
        return self._usage


async def _counted(
    database: Database, measure: Callable[[StoredRevision], Usage]
) -> tuple[Usage, int]:
    """Add up what the live documents of a database come to; return the sequence as well."""
    found: dict[str, Usage] = {}
    query = ChangesQuery(include_documents=True)
    while True:
        page = await database.changes(query)
        found |= {row.document_id: _measured(row, measure) for row in page.rows}
        if not page.pending:
            return sum(found.values(), NO_GROWTH), page.last.number
        query = ChangesQuery(since=page.last.number, include_documents=True)


def _measured(row: Change, measure: Callable[[StoredRevision], Usage]) -> Usage:
    return NO_GROWTH if row.deleted or row.document is None else measure(row.document)


def _file(document: StoredRevision) -> Usage:
    try:
        node = parse_node(document)
    except NotANode:
        return NO_GROWTH
    return usage_of([node]) if isinstance(node, File) else NO_GROWTH


def _version(document: StoredRevision) -> Usage:
    try:
        return Usage(versions=parse_version(document).size)
    except NotANode:
        return NO_GROWTH
