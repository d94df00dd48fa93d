"""All documents of a replica, as the tree wants them; who looks again reads what changed alone."""

import msgspec

from clients.desktop.replica.tree import FileDocument, read
from replication.core.change import Change, ChangesQuery, ChangesText, Style
from replication.core.sequence import UpdateSequence
from replication.store.protocol import Database

_PAGE = 5000


class _Row(msgspec.Struct):
    id: str
    deleted: bool = False
    doc: FileDocument | None = None


class _AnyRow(msgspec.Struct):
    id: str
    deleted: bool = False
    doc: msgspec.Raw = msgspec.Raw(b"null")


class Known:
    """The documents of files by id, as they were at the last look."""

    def __init__(self) -> None:
        self.documents: dict[str, FileDocument] = {}
        self._at: UpdateSequence | None = None

    async def look(self, database: Database) -> bool:
        """Read what changed since the last look; False where nothing did."""
        now = await database.sequence()
        if now == self._at:
            return False
        if self._at is None or self._at.epoch != now.epoch:
            self.documents.clear()
        since = 0 if self._at is None else self._at.within(now)
        while since < now.number:
            since = await self._page(database, since, now.number)
        self._at = now
        return True

    async def _page(self, database: Database, since: int, until: int) -> int:
        """Take a page of changes in; return where the next begins."""
        asked = ChangesQuery(since=since, limit=_PAGE, include_documents=True)
        told = await database.changes_text(asked, Style.MAIN_ONLY, b",")
        page = told or await database.changes(asked)
        rows = _rows_of(page) if isinstance(page, ChangesText) else map(_row_of, page.rows)
        for row in rows:
            if row.deleted or row.doc is None:
                self.documents.pop(row.id, None)
            else:
                self.documents[row.id] = row.doc
        return page.last.number if page.pending else max(page.last.number, until)


def _rows_of(page: ChangesText) -> list[_Row]:
    text = b"[" + page.rows.text + b"]"
    try:
        return msgspec.json.decode(text, type=list[_Row])
    except msgspec.ValidationError:  # one of them is no document of files
        rows = msgspec.json.decode(text, type=list[_AnyRow])
        return [_Row(it.id, it.deleted, read(bytes(it.doc))) for it in rows]


def _row_of(change: Change) -> _Row:
    document = None if change.document is None else read(change.document.body)
    return _Row(change.document_id, change.deleted, document)


async def documents_of(database: Database) -> dict[str, FileDocument]:
    """Return the documents of files by id."""
    known = Known()
    await known.look(database)
    return known.documents
