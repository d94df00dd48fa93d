"""An event: something happened to a document, or somebody has something to say about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from replication.core.change import Change
from replication.wire.document_json import render_document

CREATED, UPDATED, DELETED, NOTIFIED = "CREATED", "UPDATED", "DELETED", "NOTIFIED"


@dataclass(frozen=True, slots=True)
class Event:
    """What is told of one document; `document` is JSON, with its underscore fields."""

    name: str
    doctype: str
    document_id: str
    document: bytes

    def payload(self) -> dict[str, object]:
        """Return the event's payload as Cozy shapes it."""
        document = msgspec.Raw(self.document)
        return {"type": self.doctype, "id": self.document_id, "doc": document}

    def message(self) -> str:
        """Write the event as a message of the websocket."""
        return msgspec.json.encode({"event": self.name, "payload": self.payload()}).decode()

    def fields(self) -> Mapping[str, Any]:
        """Return the document's fields, for rules to look at."""
        return msgspec.json.decode(self.document, type=dict[str, Any])


def event_of(doctype: str, change: Change) -> Event:
    """Return what a row of the changes feed tells; the first revision of a document makes it."""
    if change.deleted or change.document is None:
        gone = {"_id": change.document_id, "_rev": str(change.leaves[0]), "_deleted": True}
        return Event(DELETED, doctype, change.document_id, msgspec.json.encode(gone))
    name = CREATED if change.leaves[0].generation == 1 else UPDATED
    return Event(name, doctype, change.document_id, render_document(change.document))


def notice(doctype: str, document_id: str, data: bytes) -> Event:
    """Return what somebody tells all who listen to a document; nothing of it is kept."""
    return Event(NOTIFIED, doctype, document_id, data)
