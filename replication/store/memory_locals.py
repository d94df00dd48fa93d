"""The `_local/` documents of a database in memory."""

from replication.core.document import LocalDocument, local_revision_after
from replication.core.errors import DocumentMissing
from replication.core.revision import Revision
from replication.store.ordering import within
from replication.store.protocol import IdRange


class MemoryLocals:
    """Kept apart from documents: they are not replicated, and have no history."""

    def __init__(self) -> None:
        super().__init__()
        self._local: dict[str, LocalDocument] = {}

    async def get_local(self, document_id: str) -> LocalDocument:
        """Read a `_local/` document."""
        if document_id not in self._local:
            raise DocumentMissing(document_id)
        return self._local[document_id]

    async def put_local(
        self, document_id: str, body: bytes, base: Revision | None = None
    ) -> LocalDocument:
        """Write a `_local/` document."""
        document = LocalDocument(document_id, local_revision_after(base), body)
        self._local[document_id] = document
        return document

    async def delete_local(self, document_id: str) -> None:
        """Forget a `_local/` document."""
        if self._local.pop(document_id, None) is None:
            raise DocumentMissing(document_id)

    async def local_documents(self, ids: IdRange) -> list[LocalDocument]:
        """List `_local/` documents in id order."""
        inside = [name for name in sorted(self._local) if within(name, ids)]
        if ids.descending:
            inside.reverse()
        end = None if ids.limit is None else ids.skip + ids.limit
        return [self._local[name] for name in inside[ids.skip : end]]
