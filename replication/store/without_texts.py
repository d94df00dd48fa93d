"""For a database that gives no JSON of its own: an engine without, or one that shows less."""

from collections.abc import Sequence

from replication.core.change import ChangesQuery, ChangesText, Style
from replication.core.document import DocumentText


class WithoutTexts:
    """Answers None where the port lets an engine write JSON by itself."""

    async def changes_text(
        self, query: ChangesQuery, style: Style, separator: bytes
    ) -> ChangesText | None:
        """Give none: `changes` is to be asked."""
        del query, style, separator
        return None

    async def document_text(self, document_id: str) -> DocumentText | None:
        """Give none: `get` is to be asked."""
        del document_id
        return None

    async def documents_text(
        self, document_ids: Sequence[str], *, history: bool
    ) -> dict[str, DocumentText]:
        """Give none: `get_many` is to be asked."""
        del document_ids, history
        return {}
