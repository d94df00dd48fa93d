"""Looking old versions up."""

from collections.abc import AsyncIterator, Iterable

from doctypes.files.errors import NotANode, VersionMissing
from doctypes.files.version import BY_FILE, Version, parse_version
from replication.core.document import StoredRevision
from replication.core.errors import DocumentMissing
from replication.store.protocol import Database


class VersionReader:
    """Reads versions from their database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, version_id: str) -> Version:
        """Read a version by its whole id, `file/version`. Raises VersionMissing."""
        try:
            return parse_version(await self._database.get(version_id))
        except (DocumentMissing, NotANode) as error:
            raise VersionMissing(version_id) from error

    async def of(self, file_id: str) -> list[Version]:
        """Read all versions of a file, the latest first."""
        found: list[Version] = []
        last: StoredRevision | None = None
        while True:
            rows = await self._database.find_by(BY_FILE, [file_id], after=last, limit=_PAGE)
            found += _versions(rows)
            if len(rows) < _PAGE:
                return sorted(found, key=lambda version: version.age, reverse=True)
            last = rows[-1]

    async def of_all(self, file_ids: Iterable[str]) -> list[Version]:
        """Read all versions of these files: of many by reading all versions that there are."""
        wanted = frozenset(file_ids)
        if not (await self._database.sequence()).number:
            return []
        if len(wanted) <= _MANY:
            return [version for file_id in wanted for version in await self.of(file_id)]
        return [version async for version in self._every() if version.file_id in wanted]

    async def _every(self) -> AsyncIterator[Version]:
        last: StoredRevision | None = None
        while True:
            rows = await self._database.find_by(BY_FILE, [], after=last, limit=_PAGE_OF_ALL)
            for version in _versions(rows):
                yield version
            if len(rows) < _PAGE_OF_ALL:
                return
            last = rows[-1]

    async def some(self, limit: int) -> list[Version]:
        """Read so many versions of any files."""
        return list(_versions(await self._database.find_by(BY_FILE, [], limit=limit)))


_PAGE = 50  # read without a hop to a thread
_PAGE_OF_ALL = 1000
_MANY = 200  # files, from which on looking at each would keep the event loop from others


def _versions(rows: Iterable[StoredRevision]) -> Iterable[Version]:
    for row in rows:
        try:
            yield parse_version(row)
        except NotANode:
            continue
