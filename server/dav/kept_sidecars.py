"""macOS's files beside files, in a database of the home's own: nobody synchronises or sees them.

Each is a local document: it moves no sequence and leaves no trace once it is deleted. Those of a
folder in the trash remain, for it may come back; once it is destroyed they are forgotten.
"""

import contextlib
from datetime import datetime
from hashlib import sha256

import msgspec

from doctypes.files.file_tree import FileTree
from replication.core.errors import DatabaseMissing, DocumentMissing
from replication.store.protocol import DocumentStore, IdRange
from server.dav.refusals import in_words_of_dav
from webdav.model.sidecar import Sidecar, SidecarStore

DATABASE = "_webdav_sidecars"
_AT_ONCE = 500


class _Kept(msgspec.Struct, frozen=True):
    parent: str
    name: str
    content: bytes  # base64 in the document
    modified: datetime


class KeptSidecars:
    """Sidecars as local documents."""

    def __init__(self, store: DocumentStore) -> None:
        self._store = store

    async def get(self, parent: str, name: str) -> Sidecar | None:
        """Return one; None if there is none."""
        try:
            document = await (await self._store.open(DATABASE)).get_local(_id(parent, name))
        except (DatabaseMissing, DocumentMissing):
            return None
        kept = msgspec.json.decode(document.body, type=_Kept)
        return Sidecar(kept.parent, kept.name, kept.content, kept.modified)

    async def put(self, sidecar: Sidecar) -> None:
        """Keep one, in place of one of that parent and name."""
        kept = _Kept(sidecar.parent, sidecar.name, sidecar.content, sidecar.modified)
        with in_words_of_dav():
            database = await self._store.ensure(DATABASE)
            await database.put_local(_id(kept.parent, kept.name), msgspec.json.encode(kept))

    async def delete(self, parent: str, name: str) -> None:
        """Forget one; harmless if there is none."""
        with in_words_of_dav(), contextlib.suppress(DatabaseMissing, DocumentMissing):
            await (await self._store.open(DATABASE)).delete_local(_id(parent, name))

    async def forget_orphans(self, files: FileTree) -> int:
        """Forget those whose folder was destroyed; return how many that were."""
        try:
            database = await self._store.open(DATABASE)
        except DatabaseMissing:
            return 0
        gone, after = 0, ""
        while found := await database.local_documents(IdRange(start=after, limit=_AT_ONCE)):
            after = found[-1].document_id + "\0"  # the next there could be
            parents = {row.document_id: _parent(row.body) for row in found}
            there = {node.id for node in await files.get_many([*set(parents.values())])}
            for document_id in [one for one, parent in parents.items() if parent not in there]:
                with contextlib.suppress(DocumentMissing):
                    await database.delete_local(document_id)
                    gone += 1
        return gone


def _parent(body: bytes) -> str:
    return msgspec.json.decode(body, type=_Kept).parent


def _id(parent: str, name: str) -> str:
    digest = sha256(f"{parent}/{name}".encode("utf-8", "surrogateescape")).hexdigest()
    return f"_local/{digest[:40]}"


_: type[SidecarStore] = KeptSidecars
