"""Views that clients were told of, by their fingerprints: so that a token can say which it was.

Each says on which day it was told last, and is forgotten when that is long ago (`forget`).
"""

from collections.abc import Callable, Mapping
from datetime import date

import msgspec

from doctypes.profiles.view import WHOLE, View
from replication.core.document import Edit, StoredRevision
from replication.core.errors import DatabaseMissing, DocumentMissing
from replication.store.protocol import DocumentStore, IdRange

DATABASE = "_io.cozy.files.views"

NOTHING = View((), shows_rest=False)
"""What somebody sees who was told of nothing yet."""

_KNOWN: Mapping[str, View] = {view.fingerprint(): view for view in (WHOLE, NOTHING)}

_view = msgspec.json.Decoder(View).decode


class _Told(msgspec.Struct):
    """The day on which a view was told, beside the fields of the view."""

    told: str = ""


_told = msgspec.json.Decoder(_Told).decode


class ViewStore:
    """Keeps views in a database of the home's own."""

    def __init__(self, store: DocumentStore, today: Callable[[], date]) -> None:
        self._store = store
        self._today = today

    async def keep(self, view: View) -> str:
        """Keep a view that is told now; return its fingerprint."""
        name = view.fingerprint()
        if name in _KNOWN:
            return name
        today, kept = self._today().isoformat(), await self._kept(name)
        if kept is None or _told(kept.body).told != today:
            database = await self._store.ensure(DATABASE)
            base = None if kept is None else kept.revision
            body = msgspec.json.encode({**msgspec.to_builtins(view), "told": today})
            await database.write([Edit(name, body, base=base)])  # another was as quick
        return name

    async def find(self, fingerprint: str) -> View | None:
        """Return a view that was kept; None for one that never was, or is forgotten."""
        known = _KNOWN.get(fingerprint)
        if known is not None:
            return known
        kept = await self._kept(fingerprint)
        return None if kept is None else _view(kept.body)

    async def forget(self, before: date) -> int:
        """Forget the views that were told last before a day; return how many those were."""
        try:
            database = await self._store.open(DATABASE)
        except DatabaseMissing:
            return 0
        rows, _ = await database.all_docs(IdRange())
        over = {
            row.document_id: [row.revision]
            for row in rows
            if _told(row.body).told < before.isoformat()
        }
        return len(await database.purge(over)) if over else 0

    async def _kept(self, name: str) -> StoredRevision | None:
        try:
            return await (await self._store.open(DATABASE)).get(name)
        except (DatabaseMissing, DocumentMissing):
            return None
