"""Verbs on the old contents of files."""

from collections.abc import Mapping, Sequence
from typing import Any

from doctypes.files.amending import Amendment, amended
from doctypes.files.authors import By
from doctypes.files.document import fields_of, next_metadata, revision
from doctypes.files.errors import VersionMissing
from doctypes.files.node import File
from doctypes.files.plan import Plan
from doctypes.files.version import Version
from doctypes.files.versioning import dropped, put_aside, reverted, tagged
from doctypes.files.workspace import Verbs, require_revision
from replication.core.revision import Revision

_AT_ONCE = 1000


class VersionVerbs(Verbs):
    """Versions are named by their whole id, `file/version`."""

    async def versions_of(self, file_id: str) -> list[Version]:
        """List the old versions of a file, the latest first."""
        return await self._work.versions.of(file_id)

    async def version(self, version_id: str) -> Version:
        """Return a version. Raises VersionMissing."""
        return await self._work.versions.get(version_id)

    async def revert(
        self, file_id: str, version_id: str, *, expected: Revision | None = None, by: By = ""
    ) -> File:
        """Give a file back the content, date, tags and metadata of a version of it.

        That version is one no longer; what the file held has become one. Raises VersionMissing,
        IsADirectory, StaleRevision, QuotaExceeded.
        """
        async with self._work.lock.sharing(file_id):
            file = await self._work.file(file_id, expected)
            version = await self._own(file, version_id)
            history = await self._work.history(file_id)
            await self._work.write(reverted(file, version, history, self._work.stamp(by)))
            return await self._work.file(file_id)

    async def new_version(
        self,
        file_id: str,
        metadata: Mapping[str, Any],
        *,
        tags: Sequence[str] | None = None,
        expected: Revision | None = None,
        by: By = "",
    ) -> File:
        """Give a file other metadata, and keep what it was as a version, whatever its age."""
        async with self._work.lock.sharing(file_id):
            file = await self._work.file(file_id, expected)
            stamp = self._work.stamp(by)
            history = await self._work.history(file_id)
            fields = amended(file, fields_of(file), Amendment(metadata=metadata, tags=tags))
            fields["cozyMetadata"] = next_metadata(fields, stamp)
            change = Plan((revision(file, fields),))
            await self._work.write(change + put_aside(file, history, stamp, always=True))
            return await self._work.file(file_id)

    async def tag_version(
        self, version_id: str, tags: Sequence[str], *, expected: Revision | None = None
    ) -> Version:
        """Give a version other tags: one with any is pinned.

        Raises VersionMissing, StaleRevision.
        """
        async with self._work.lock.sharing(_file_of(version_id)):
            version = await self._work.versions.get(version_id)
            require_revision(version, expected)
            await self._work.write(tagged(version, tags))
            return await self._work.versions.get(version_id)

    async def delete_version(self, version_id: str) -> None:
        """Delete a version. Raises VersionMissing."""
        async with self._work.lock.sharing(_file_of(version_id)):
            await self._work.write(dropped([await self._work.versions.get(version_id)]))

    async def delete_versions(self) -> int:
        """Delete all versions of all files, those that are pinned too; return how many."""
        gone = 0
        async with self._work.lock.alone():
            while some := await self._work.versions.some(_AT_ONCE):
                await self._work.write(dropped(some))
                gone += len(some)
        return gone

    async def _own(self, file: File, version_id: str) -> Version:
        version = await self._work.versions.get(version_id)
        if version.file_id != file.id:
            raise VersionMissing(version_id)
        return version


def _file_of(version_id: str) -> str:
    return version_id.rpartition("/")[0]
