"""Verbs that put a file in the place of another, which keeps its id."""

from doctypes.files.authors import By
from doctypes.files.document import Stamp
from doctypes.files.errors import AlreadyInTrash, MoveIntoItself, ParentInTrash
from doctypes.files.node import File
from doctypes.files.overwriting import is_only_content, overwritten
from doctypes.files.plan import Plan, Subtree
from doctypes.files.trash import destroy
from doctypes.files.workspace import Verbs
from replication.core.revision import Revision


class OverVerbs(Verbs):
    """`expected` is the revision of what goes, `target_expected` that of what is gone over."""

    async def move_over(
        self,
        file_id: str,
        target_id: str,
        *,
        expected: Revision | None = None,
        target_expected: Revision | None = None,
        by: By = "",
    ) -> File:
        """Give a file the content of another, which ends; return the one that got it.

        The other is deleted where it was only its content (`is_only_content`), and else goes into
        the trash, with its own versions. Raises IsADirectory, MoveIntoItself for one file twice,
        AlreadyInTrash and ParentInTrash where either is in the trash, StaleRevision, QuotaExceeded.
        """
        async with self._work.lock.alone():
            file = await self._work.file(file_id, expected)
            if file.trashed:
                raise AlreadyInTrash(file_id)
            target = await self._gone_over(target_id, file, target_expected)
            stamp = self._work.stamp(by)
            olds = len(await self._work.versions.of(file_id))
            is_saving = is_only_content(file, olds, stamp.now)
            history = await self._work.history(target_id)
            plan = overwritten(target, file, history, stamp, always=not is_saving)
            await self._work.write(plan + await self._ended(file, stamp, delete=is_saving))
            return await self._work.file(target_id)

    async def copy_over(
        self,
        file_id: str,
        target_id: str,
        *,
        target_expected: Revision | None = None,
        by: By = "",
    ) -> File:
        """Give a file the content of another, which stays; return the one that got it.

        What it held is kept as a version, whatever its age. Raises as `move_over`.
        """
        async with self._work.lock.alone():
            file = await self._work.file(file_id)
            target = await self._gone_over(target_id, file, target_expected)
            history = await self._work.history(target_id)
            stamp = self._work.stamp(by)
            plan = overwritten(target, file, history, stamp, always=True)
            if plan.edits:
                await self._work.write(plan)
            return await self._work.file(target_id)

    async def _gone_over(self, target_id: str, file: File, expected: Revision | None) -> File:
        if target_id == file.id:
            raise MoveIntoItself(file.id)
        target = await self._work.file(target_id, expected)
        if target.trashed:
            raise ParentInTrash(target.dir_id)
        return target

    async def _ended(self, file: File, stamp: Stamp, *, delete: bool) -> Plan:
        if not delete:
            return await self._work.planner.thrown_away(file, stamp)
        return destroy(Subtree(file, await self._work.nodes.path_of(file)), ())
