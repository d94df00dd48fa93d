"""The owner's own picture: an attachment of a settings document, so that it moves and is backed up.

Only pictures that are what they say are taken, and no SVG, which can carry scripts.
"""

from collections.abc import AsyncIterator

from replication.core.attachment import Attachment
from replication.core.document import Edit, StoredRevision
from replication.core.errors import Conflict, DatabaseMissing, DocumentMissing, ReplicationError
from server.home_settings.settings_document import DOCTYPE
from server.instances.instance import Instance

AVATAR_ID = "io.cozy.settings.avatar"
LARGEST = 5_000_000
"""Bytes of a picture."""

_NAME = "avatar"
_BEGINNINGS = {
    "image/png": (b"\x89PNG\r\n\x1a\n",),
    "image/jpeg": (b"\xff\xd8\xff",),
    "image/gif": (b"GIF87a", b"GIF89a"),
}
_WEBP = (b"RIFF", b"WEBP")


def picture_type(content: bytes) -> str | None:
    """Return the type of a picture by how it begins; None for what is none of those taken."""
    for kind, beginnings in _BEGINNINGS.items():
        if content.startswith(beginnings):
            return kind
    return "image/webp" if (content[:4], content[8:12]) == _WEBP else None


async def read_avatar(home: Instance) -> Attachment | None:
    """Return the owner's picture; None when they have none."""
    document = await _document(home)
    return document.attachments.get(_NAME) if document else None


async def write_avatar(home: Instance, content: bytes, kind: str) -> None:
    """Keep a picture in place of the one before."""
    staged = await home.blobs.stage(_one_piece(content), length=len(content))
    await staged.commit()
    attachment = Attachment(kind, staged.md5, staged.digest, staged.size, 0)
    await _write(home, deleted=False, attachments={_NAME: attachment})


async def delete_avatar(home: Instance) -> None:
    """Take the picture away, if there is one."""
    await _write(home, deleted=True, attachments={})


async def _write(home: Instance, *, deleted: bool, attachments: dict[str, Attachment]) -> None:
    database = await home.store.ensure(DOCTYPE)
    while True:
        stands = await _document(home)
        if stands is None and deleted:
            return
        base = stands.revision if stands else None
        edit = Edit(AVATAR_ID, deleted=deleted, base=base, attachments=attachments)
        (outcome,) = await database.write([edit])
        if not isinstance(outcome, ReplicationError):
            return
        if not isinstance(outcome, Conflict):
            raise outcome


async def _document(home: Instance) -> StoredRevision | None:
    try:
        return await (await home.store.open(DOCTYPE)).get(AVATAR_ID)
    except (DatabaseMissing, DocumentMissing):
        return None


async def _one_piece(content: bytes) -> AsyncIterator[bytes]:
    yield content
