"""Views that clients were told of, by their fingerprints: so that a token can say which it was."""

from collections.abc import Mapping

import msgspec

from doctypes.profiles.view import WHOLE, View
from replication.core.document import Edit
from replication.core.errors import DatabaseMissing, DocumentMissing
from replication.store.protocol import DocumentStore

DATABASE = "_io.cozy.files.views"

NOTHING = View((), shows_rest=False)
"""What somebody sees who was told of nothing yet."""

_KNOWN: Mapping[str, View] = {view.fingerprint(): view for view in (WHOLE, NOTHING)}

_decode = msgspec.json.Decoder(View).decode


class ViewStore:
    """Keeps views in a database of the home's own; they never change."""

    def __init__(self, store: DocumentStore) -> None:
        self._store = store

    async def keep(self, view: View) -> str:
        """Keep a view; return its fingerprint."""
        name = view.fingerprint()
        if name not in _KNOWN and await self.find(name) is None:
            database = await self._store.ensure(DATABASE)
            await database.write([Edit(name, msgspec.json.encode(view))])  # another was as quick
        return name

    async def find(self, fingerprint: str) -> View | None:
        """Return a view that was kept; None for one that never was."""
        known = _KNOWN.get(fingerprint)
        if known is not None:
            return known
        try:
            database = await self._store.open(DATABASE)
            return _decode((await database.get(fingerprint)).body)
        except (DatabaseMissing, DocumentMissing):
            return None
