"""Bringing staged bytes to where they go: into the file, or beside it, once and never in between.

A crash behind the write is met by content: whoever comes again finds its bytes where they should
go, the copies too.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

from doctypes.files.authors import By
from doctypes.files.errors import (
    IllegalName,
    NodeMissing,
    NotADirectory,
    Protected,
    StaleRevision,
    TooDeep,
)
from doctypes.files.file_tree import FileTree
from doctypes.files.names import ConflictNames
from doctypes.files.node import ROOT_ID, File
from replication.blobs.protocol import StagedBlob
from server.office.decision import Head, Placement, SaveCopy, SaveVersion
from server.office.look_up import file_in

_PLAIN_NAME = "recovered"
_ATTEMPTS = 5
_MOST_COPIES = 50


class SaveUnsettled(Exception):
    """The target kept changing while the save was being placed; asking again will help."""


@dataclass(frozen=True, slots=True)
class Placing:
    """Writes into one home's files."""

    files: FileTree

    async def place(
        self,
        staged: StagedBlob,
        decide: Callable[[], Awaitable[tuple[Placement, Head | None]]],
        by: By,
    ) -> tuple[Placement, File]:
        """Write where it is decided, and decide again when the target has moved on meanwhile.

        Raises SaveUnsettled, and what the tree raises for want of room.
        """
        for _ in range(_ATTEMPTS):
            placement, head = await decide()
            try:
                return placement, await self._write(placement, head, staged, by)
            except (StaleRevision, NodeMissing, Protected):  # moved on, or now in the trash
                continue
        raise SaveUnsettled

    async def _write(
        self, placement: Placement, head: Head | None, staged: StagedBlob, by: By
    ) -> File:
        if head is not None and head.blob == staged.digest and not head.trashed:
            return await self._unless_gone(head.file_id)
        match placement:
            case SaveVersion(file_id, expected_blob):
                # The revision too: a file that goes to the trash keeps its content.
                expected = head.revision if head else None
                return await self.files.replace(
                    file_id, staged, expected=expected, expected_blob=expected_blob, by=by
                )
            case SaveCopy():
                return await self._copy(placement, staged, by)

    async def _copy(self, placement: SaveCopy, staged: StagedBlob, by: By) -> File:
        """Make the copy, in the root and under a plain name where the wanted one cannot be."""
        try:
            return await self._copy_to(placement.parent_id, placement.name, staged, by)
        except (IllegalName, TooDeep, NotADirectory):
            plain = f"{_PLAIN_NAME}.{placement.extension}"
            return await self._copy_to(ROOT_ID, plain, staged, by)

    async def _copy_to(self, parent_id: str, name: str, staged: StagedBlob, by: By) -> File:
        async for file in self._copies(parent_id, name):
            if file.blob == staged.digest:
                return file
        return await self.files.create_copy(parent_id, name, staged, by=by)

    async def _copies(self, parent_id: str, name: str) -> AsyncIterator[File]:
        """Yield what has the name, and the copies that were numbered on from it."""
        taken: set[str] = set()
        for _ in range(_MOST_COPIES):
            node = await self.files.child(parent_id, name)
            if node is None:
                return
            if isinstance(node, File):
                yield node
            taken.add(name)
            name = ConflictNames(name, is_file=True).first_free(taken)

    async def _unless_gone(self, file_id: str) -> File:
        file = await file_in(self.files, file_id)
        if file is None:
            raise NodeMissing(file_id)
        return file
