"""Keeping what the Document Server tells of a save beside its bytes, for the editor's history.

None of it is anybody's document: what cannot be had is left out, and the save stands.
"""

import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass

import msgspec

from doctypes.files.node import File
from replication.blobs.protocol import BlobStore, StagedBlob
from replication.core.errors import ReplicationError
from server.office.callback import Callback
from server.office.download import Download, DownloadFailed
from server.office.history_store import HistoryStore, Told
from server.office.session import EditingSession

LARGEST_HISTORY = 1 << 20
_ZIP = "zip"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Remembering:
    """Notes saves of one home."""

    histories: HistoryStore
    blobs: BlobStore
    download: Download

    async def remember(self, callback: Callback, session: EditingSession, file: File) -> None:
        """Note a save that is now the content of a file."""
        try:
            changes = await self._changes(callback)
            try:
                told = told_of(callback, session)
                await self.histories.put(file.id, file.blob, told, changes)
            finally:
                if changes is not None:
                    await changes.discard()
        except ReplicationError as error:
            _log.warning("office history not kept", extra={"reason": repr(error)})

    async def _changes(self, callback: Callback) -> StagedBlob | None:
        if callback.changes_url is None:
            return None
        try:
            return await self.download.fetch(callback.changes_url, _ZIP, self._stage)
        except DownloadFailed as error:
            _log.info("office changes not fetched", extra={"reason": repr(error)})
            return None

    async def _stage(self, body: AsyncIterator[bytes], length: int | None) -> StagedBlob:
        return await self.blobs.stage(body, length=length)


def told_of(callback: Callback, session: EditingSession) -> Told:
    """Return what is kept of a callback; a history that is too long is left out."""
    changes = callback.history.get("changes")
    version = callback.history.get("serverVersion")
    if not isinstance(changes, list) or len(msgspec.json.encode(changes)) > LARGEST_HISTORY:
        changes = []
    return Told(
        user_id=callback.author,
        user_name=session.people.get(callback.author, ""),
        before=session.opened_blob,
        server_version=version if isinstance(version, str) else "",
        changes=[change for change in changes if isinstance(change, dict)],
    )
