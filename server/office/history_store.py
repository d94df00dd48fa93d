"""What the Document Server told of a save beside its bytes: who changed what, and the changes.

By file and content, in a private database: so the history of a file shows it for each version that
is still there, and what is told of versions that are gone harms nobody.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from replication.blobs.protocol import BlobStore, StagedBlob
from replication.core.attachment import Attachment
from replication.core.document import Edit
from replication.core.errors import DatabaseMissing, DocumentMissing
from replication.store.protocol import DocumentStore

DATABASE = "_office_history"
CHANGES = "changes.zip"


class Told(msgspec.Struct, kw_only=True, omit_defaults=True):
    """What is known of one content of a file.

    `before` is the content that its editors had opened, which the changes begin from. `changes`
    and `server_version` are the editor's own (office.md 1.7).
    """

    user_id: str = ""
    user_name: str = ""
    before: str = ""
    server_version: str = ""
    changes: list[dict[str, Any]] = []


@dataclass(frozen=True, slots=True)
class History:
    """What was told of a content, and the blob of the zip with its changes (None: none came)."""

    told: Told
    changes_blob: str | None = None
    changes_size: int = 0


@dataclass(frozen=True, slots=True)
class HistoryStore:
    """The histories of one home."""

    store: DocumentStore
    blobs: BlobStore

    async def put(
        self, file_id: str, blob: str, told: Told, changes: StagedBlob | None = None
    ) -> None:
        """Note what was told of a content, over what was told before; durable when it returns."""
        database = await self.store.ensure(DATABASE)
        attachments = {}
        if changes is not None:
            await changes.commit()
            attachments[CHANGES] = Attachment(
                "application/zip", changes.md5, changes.digest, changes.size, 0
            )
        key = _key(file_id, blob)
        (known,) = await database.get_many([key])
        base = known.revision if known is not None and not known.deleted else None
        edit = Edit(key, msgspec.json.encode(told), base=base, attachments=attachments)
        (outcome,) = await database.write([edit], together=True)
        if isinstance(outcome, Exception):
            raise outcome

    async def of(self, file_id: str, blobs: Sequence[str]) -> Mapping[str, History]:
        """Return what is known of contents of a file, by blob."""
        try:
            database = await self.store.open(DATABASE)
        except DatabaseMissing:
            return {}
        rows = await database.get_many([_key(file_id, blob) for blob in blobs])
        found = {}
        for blob, row in zip(blobs, rows, strict=True):
            if row is None or row.deleted:
                continue
            attached = row.attachments.get(CHANGES)
            told = msgspec.json.decode(row.body, type=Told)
            found[blob] = History(
                told, attached.blob if attached else None, attached.length if attached else 0
            )
        return found

    async def changes(self, file_id: str, blob: str) -> tuple[str, int] | None:
        """Return blob and size of the zip with the changes that led to a content."""
        try:
            found = (await self.of(file_id, [blob])).get(blob)
        except DocumentMissing:
            return None
        if found is None or found.changes_blob is None:
            return None
        return found.changes_blob, found.changes_size


def _key(file_id: str, blob: str) -> str:
    return f"{file_id}.{blob}"
