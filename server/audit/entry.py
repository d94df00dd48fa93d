"""An entry of the audit: something that happened, who did it, when and from where.

Entries are documents that only the house writes; their ids begin with the time, so that they list
in its order.
"""

from datetime import datetime

import msgspec

from replication.store.protocol import DocumentStore
from server.auth.principal import Principal
from server.instances.collection import Collection

DOCTYPE = "io.cozy.audit"

CHANGED = "documents.changed"
"""Of an hour, by one credential: how many documents of a type were made, changed or deleted."""


class Actor(msgspec.Struct, kw_only=True, omit_defaults=True):
    """Who did it: `kind` as `Principal` has it, `credential` the id of a device or session."""

    kind: str = "nobody"
    name: str = ""
    credential: str = ""


class AuditEntry(msgspec.Struct, kw_only=True, omit_defaults=True):
    """What happened: `at` is RFC 3339, `event` a word like `session.opened`; never a secret.

    `subject` is what it happened to (a device's name, a doctype), `count` how often until `until`.
    """

    at: str
    event: str
    actor: Actor
    subject: str = ""
    address: str = ""
    count: int = 1
    until: str = ""
    details: dict[str, str] = {}


def entries_of(store: DocumentStore) -> Collection[AuditEntry]:
    """Return the audit of a home."""
    return Collection(store, DOCTYPE, AuditEntry)


def actor_of(principal: Principal | None) -> Actor:
    """Return who a caller is to the audit."""
    if principal is None:
        return Actor()
    return Actor(kind=str(principal.kind), name=principal.name, credential=principal.credential)


def id_at(moment: datetime, rest: str) -> str:
    """Return the id of an entry: the moment first, so that ids list by time."""
    return f"{moment:%Y%m%dT%H%M%S%f}-{rest}"
