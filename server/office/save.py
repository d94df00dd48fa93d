"""Carrying out a decision, once: bytes first, then the document, then the session, then the answer.

A crash between the file and its session is met by content: the callback comes again, and finds its
bytes where they should go.
"""

import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass
from enum import Enum

from doctypes.files.errors import IllegalName, NodeMissing, Protected, StaleRevision, TooDeep
from doctypes.files.file_tree import FileTree
from doctypes.files.node import ROOT_ID, File
from replication.blobs.protocol import StagedBlob
from server.office.callback import Callback
from server.office.decision import (
    Head,
    Ignore,
    KeepAndAlarm,
    Placement,
    SaveCopy,
    SaveVersion,
    decide,
    place,
)
from server.office.download import Download, DownloadFailed, DownloadRefused
from server.office.look_up import file_in
from server.office.session import (
    Content,
    EditingSession,
    after_alarm,
    after_rescue,
    after_save,
)
from server.office.session_store import SessionStore

AUTHOR = "onlyoffice"
_PLAIN_NAME = "recovered"
_ATTEMPTS = 5
_log = logging.getLogger(__name__)


class Answer(Enum):
    """What the Document Server may do with its copy: forget it, or keep it."""

    STORED = 0
    KEPT = 1


class SaveUnsettled(Exception):
    """The target kept changing while the save was being placed; asking again will help."""


@dataclass(frozen=True, slots=True)
class Saver:
    """Takes saves into one instance's files; the caller sees to it that a key's come in turn."""

    files: FileTree
    sessions: SessionStore
    download: Download

    async def take(self, callback: Callback) -> Answer:
        """Do what a callback asks for; STORED says that everything it brought is on disk.

        Doing it twice is doing it once. Raises SessionMissing; DownloadUnavailable, SaveUnsettled
        and the store's errors when the Document Server had better ask again.
        """
        session = await self.sessions.get(callback.key)
        decision = decide(callback, session, await self._head(session))
        match decision:
            case Ignore(reason):
                _log.info("office callback ignored", extra=_facts(callback, reason))
                return Answer.STORED
            case KeepAndAlarm(reason):
                return await self._alarm(session, callback, reason)
        return await self._fetch_and_place(session, callback, decision.extension)

    async def _fetch_and_place(
        self, session: EditingSession, callback: Callback, extension: str
    ) -> Answer:
        try:
            staged = await self.download.fetch(callback.url or "", extension, self._stage)
        except DownloadFailed as error:
            if isinstance(error, DownloadRefused) or callback.is_doubtful:
                return await self._alarm(session, callback, f"download failed: {error}")
            raise
        try:
            await self._place(session, callback, staged)
        finally:
            await staged.discard()
        return Answer.STORED

    async def _stage(self, body: AsyncIterator[bytes], length: int | None) -> StagedBlob:
        return await self.files.stage(body, length=length)

    async def _place(self, session: EditingSession, callback: Callback, staged: StagedBlob) -> None:
        """Decide again by what the target is now, until a write finds it as it was decided on."""
        for _ in range(_ATTEMPTS):
            head = await self._head(session)
            placement = place(callback, session, head)
            try:
                file = await self._write(placement, head, staged)
            except (StaleRevision, NodeMissing, Protected):  # moved on, or now in the trash
                continue
            if callback.is_doubtful:
                await self.sessions.put(after_rescue(session, callback))
            else:
                content = _content(file, placement.extension)
                await self.sessions.put(after_save(session, callback, content))
            _log.info("office save stored", extra=_facts(callback, _told(placement)))
            return
        raise SaveUnsettled

    async def _write(self, placement: Placement, head: Head | None, staged: StagedBlob) -> File:
        if head is not None and head.blob == staged.digest and not head.trashed:
            return await self._unless_gone(head.file_id)
        match placement:
            case SaveVersion(file_id, expected_blob):
                # The revision too: a file that goes to the trash keeps its content.
                expected = head.revision if head else None
                return await self.files.replace(
                    file_id, staged, expected=expected, expected_blob=expected_blob, by=AUTHOR
                )
            case SaveCopy():
                return await self._copy(placement, staged)

    async def _copy(self, placement: SaveCopy, staged: StagedBlob) -> File:
        """Make the copy, in the root and under a plain name where the wanted one cannot be."""
        copy = self.files.create_copy
        try:
            return await copy(placement.parent_id, placement.name, staged, by=AUTHOR)
        except (IllegalName, TooDeep):
            return await copy(ROOT_ID, f"{_PLAIN_NAME}.{placement.extension}", staged, by=AUTHOR)

    async def _unless_gone(self, file_id: str) -> File:
        file = await file_in(self.files, file_id)
        if file is None:
            raise NodeMissing(file_id)
        return file

    async def _alarm(self, session: EditingSession, callback: Callback, reason: str) -> Answer:
        _log.error("office save left with the document server", extra=_facts(callback, reason))
        await self.sessions.put(after_alarm(session, reason))
        return Answer.KEPT

    async def _head(self, session: EditingSession) -> Head | None:
        file = await file_in(self.files, session.target_file)
        if file is None:
            return None
        return Head(file.id, file.revision, file.name, file.dir_id, file.blob, file.trashed)


def _content(file: File, extension: str) -> Content:
    return Content(file.id, str(file.revision), file.blob, file.size, extension)


def _told(placement: Placement) -> str:
    return placement.reason.value if isinstance(placement, SaveCopy) else "new version"


def _facts(callback: Callback, reason: str) -> dict[str, object]:
    return {"key": callback.key, "status": callback.status.value, "reason": reason}
