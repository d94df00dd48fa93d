"""Carrying out a decision, once: bytes first, then the document, the session, the answer."""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from enum import Enum
from functools import partial

from doctypes.files.file_tree import FileTree
from doctypes.files.node import File
from replication.blobs.protocol import StagedBlob
from server.office.callback import Callback
from server.office.decision import Head, Ignore, KeepAndAlarm, Placement, SaveCopy, decide, place
from server.office.download import Download, DownloadFailed, DownloadRefused
from server.office.look_up import file_in
from server.office.participants import author_of
from server.office.placing import Placing
from server.office.session import (
    Content,
    EditingSession,
    Save,
    after_alarm,
    after_rescue,
    after_save,
    with_editors,
)
from server.office.session_store import SessionStore

MayWrite = Callable[[str, File], Awaitable[bool]]
"""Tells whether a participant may still change a file."""
Remember = Callable[[Callback, EditingSession, File], Awaitable[None]]
"""Notes what was told of a save beside its bytes; what it cannot note is no failure."""
_log = logging.getLogger(__name__)


class Answer(Enum):
    """What the Document Server may do with its copy: forget it, or keep it."""

    STORED = 0
    KEPT = 1


@dataclass(frozen=True, slots=True)
class Saver:
    """Takes saves into one instance's files; the caller sees to it that a key's come in turn."""

    files: FileTree
    sessions: SessionStore
    download: Download
    may_write: MayWrite
    remember: Remember | None = None

    async def take(self, callback: Callback) -> Answer:
        """Do what a callback asks for; STORED says that everything it brought is on disk.

        Doing it twice is doing it once. Raises SessionMissing; DownloadUnavailable, SaveUnsettled
        and the store's errors when the Document Server had better ask again.
        """
        session = await self.sessions.get(callback.key)
        decision = decide(callback, session, await self._head(session, callback.author))
        match decision:
            case Ignore(reason):
                _log.info("office callback ignored", extra=_facts(callback, reason))
                await self._note_presence(callback)
                return Answer.STORED
            case KeepAndAlarm(reason):
                return await self._alarm(callback, reason)
        return await self._fetch_and_place(session, callback, decision.extension)

    async def take_forgotten(self, key: str, url: str, extension: str) -> None:
        """Take in what the Document Server kept when no callback about it succeeded.

        Raises as `take`, and DownloadFailed. Its address says nothing of what it is: another save
        is kept under the same.
        """
        session = await self.sessions.get(key)
        staged = await self.download.fetch(url, extension, self._stage)
        try:
            save = Save(f"forgotten {staged.digest}", final=True)
            if save.fingerprint not in session.committed:
                decided = partial(
                    self._decided,
                    session,
                    extension,
                    session.unsaved_by,
                    doubtful=session.doubtful,
                )
                await self._place(session, save, staged, decided)
            else:
                await self.sessions.update(key, partial(after_alarm, reason=""))
        finally:
            await staged.discard()
        _log.warning("forgotten office save taken in", extra={"key": key})

    async def note_failure(self, callback: Callback, error: Exception) -> None:
        """Tell the owner that a save is not here yet; the next attempt may take the word back."""
        reason = f"a save could not be taken in: {type(error).__name__} {error}".strip()
        await self._note(callback, reason)

    async def note_forgotten(self, key: str, error: Exception) -> None:
        """Tell the owner that a save still rests with the Document Server, and why."""
        reason = f"a save rests with the document server: {type(error).__name__} {error}".strip()
        session = await self.sessions.get(key)
        told = partial(after_alarm, reason=reason, by=session.unsaved_by, doubtful=session.doubtful)
        await self.sessions.update(key, told)

    async def _note_presence(self, callback: Callback) -> None:
        if not callback.brings_bytes:
            await self.sessions.update(callback.key, partial(with_editors, editors=callback.users))

    async def _fetch_and_place(
        self, session: EditingSession, callback: Callback, extension: str
    ) -> Answer:
        try:
            staged = await self.download.fetch(callback.url or "", extension, self._stage)
        except DownloadFailed as error:
            if isinstance(error, DownloadRefused):
                return await self._alarm(callback, f"download failed: {error}")
            raise
        decided = partial(
            self._decided, session, extension, callback.author, doubtful=callback.is_doubtful
        )
        try:
            placement, file = await self._place(
                session, callback.save, staged, decided, callback.author
            )
        finally:
            await staged.discard()
        if self.remember is not None:
            await self.remember(callback, session, file)
        _log.info("office save stored", extra=_facts(callback, _told(placement)))
        return Answer.STORED

    async def _stage(self, body: AsyncIterator[bytes], length: int | None) -> StagedBlob:
        return await self.files.stage(body, length=length)

    async def _place(
        self,
        session: EditingSession,
        save: Save,
        staged: StagedBlob,
        decided: Callable[[], Awaitable[tuple[Placement, Head | None]]],
        author: str = "",
    ) -> tuple[Placement, File]:
        by = author_of(author, session.people.get(author, author))
        placement, file = await Placing(self.files).place(staged, decided, by)
        if isinstance(placement, SaveCopy) and placement.is_rescue:
            await self.sessions.update(session.key, partial(after_rescue, save=save))
        else:
            content = Content(
                file.id, str(file.revision), file.blob, file.size, placement.extension
            )
            await self.sessions.update(session.key, partial(after_save, save=save, content=content))
        return placement, file

    async def _decided(
        self, session: EditingSession, extension: str, author: str, *, doubtful: bool = False
    ) -> tuple[Placement, Head | None]:
        head = await self._head(session, author)
        return place(extension, session, head, doubtful=doubtful), head

    async def _alarm(self, callback: Callback, reason: str) -> Answer:
        _log.error("office save left with the document server", extra=_facts(callback, reason))
        await self._note(callback, reason)
        return Answer.KEPT

    async def _note(self, callback: Callback, reason: str) -> None:
        told = partial(
            after_alarm, reason=reason, by=callback.author, doubtful=callback.is_doubtful
        )
        await self.sessions.update(callback.key, told)

    async def _head(self, session: EditingSession, author: str) -> Head | None:
        file = await file_in(self.files, session.target_file)
        if file is None:
            return None
        authors = [author] if author else list(session.people)
        writable = True
        for one in authors:
            writable = writable and await self.may_write(one, file)
        return Head(
            file.id, file.revision, file.name, file.dir_id, file.blob, file.trashed, writable
        )


def _told(placement: Placement) -> str:
    return placement.reason.value if isinstance(placement, SaveCopy) else "new version"


def _facts(callback: Callback, reason: str) -> dict[str, object]:
    return {"key": callback.key, "status": callback.status.value, "reason": reason}
