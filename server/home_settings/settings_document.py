"""The document with the owner's own settings: `io.cozy.settings/io.cozy.settings.instance`.

Applications read it and keep fields of theirs in it, so it is a document like others, whatever it
holds. What only the home itself may say (`GUARDED`) is taken out of what is sent, and put in when
it is read.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from replication.core.document import Edit
from replication.core.errors import Conflict, DatabaseMissing, DocumentMissing, ReplicationError
from replication.core.revision import Revision
from replication.store.protocol import Database, DocumentStore

DOCTYPE = "io.cozy.settings"
INSTANCE_ID = "io.cozy.settings.instance"

GUARDED = frozenset(
    {
        *("email", "pending_email", "auth_mode", "tos", "tos_latest", "uuid", "context"),
        *("oidc_id", "org_id", "org_domain", "sponsorships", "password_defined", "auto_update"),
        *("onboarding_finished", "legal_notice_url", "deletion_at", "follows_browser"),
    }
)
"""What a PUT does not change (as cozy-stack has it): each has a way of its own, or none."""

_decode = msgspec.json.Decoder(dict[str, Any]).decode


@dataclass(frozen=True, slots=True)
class SettingsDocument:
    """What stands in the document; without a revision there is none yet."""

    values: Mapping[str, Any]
    revision: Revision | None = None

    @property
    def public_name(self) -> str:
        """What the owner is called in front of others; empty when they have not said."""
        name = self.values.get("public_name")
        return name if isinstance(name, str) else ""


async def read_settings(store: DocumentStore) -> SettingsDocument:
    """Read the document; an empty one where there is none."""
    try:
        found = await (await store.open(DOCTYPE)).get(INSTANCE_ID)
    except (DatabaseMissing, DocumentMissing):
        return SettingsDocument({})
    return SettingsDocument(_decode(found.body), found.revision)


async def write_settings(
    store: DocumentStore, values: Mapping[str, Any], base: Revision | None
) -> SettingsDocument:
    """Write the document over the revision it was read at. Raises Conflict."""
    database = await _database(store)
    edit = Edit(INSTANCE_ID, msgspec.json.encode(values), base=base)
    (outcome,) = await database.write([edit])
    if isinstance(outcome, ReplicationError):
        raise outcome
    return SettingsDocument(dict(values), outcome.revision)


async def change_settings(store: DocumentStore, changes: Mapping[str, Any]) -> SettingsDocument:
    """Set some fields, whatever the others are by then; None takes a field out."""
    while True:
        stands = await read_settings(store)
        values = {
            name: value for name, value in {**stands.values, **changes}.items() if value is not None
        }
        if values == stands.values and stands.revision is not None:
            return stands
        try:
            return await write_settings(store, values, stands.revision)
        except Conflict:
            continue


def without_guarded(sent: Mapping[str, Any]) -> dict[str, Any]:
    """Return what of the fields that were sent is the sender's to say."""
    return {
        name: value
        for name, value in sent.items()
        if name not in GUARDED and not name.startswith("_")
    }


async def _database(store: DocumentStore) -> Database:
    try:
        return await store.open(DOCTYPE)
    except DatabaseMissing:
        return await store.ensure(DOCTYPE)
