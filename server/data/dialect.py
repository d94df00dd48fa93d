"""Where CouchDB's API and Cozy's dialect of it part: the few differences that routes ask about."""

from dataclasses import dataclass

from replication.core.document import Written


@dataclass(frozen=True, slots=True)
class DataDialect:
    """One of the two faces of the same documents."""

    prefix: str
    is_cozy: bool = False

    @property
    def creates_databases(self) -> bool:
        """Tell whether the first write to a doctype makes its database (cozy.md B6)."""
        return self.is_cozy

    def written(self, database: str, written: Written, body: bytes | None) -> dict[str, object]:
        """Return the answer to a document that was written; Cozy's repeats the document."""
        answer: dict[str, object] = {
            "ok": True,
            "id": written.document_id,
            "rev": str(written.revision),
        }
        if self.is_cozy:
            answer["type"] = database
            if body is None:
                answer["deleted"] = True
        return answer


COUCH = DataDialect("/couchdb")
COZY = DataDialect("/data", is_cozy=True)
