"""The keys of the vault, as Bitwarden's clients and Cozy's applications keep them.

They stand in `io.cozy.settings/io.cozy.settings.bitwarden` with cozy-stack's field names. `key` is
encrypted by the master key, which the server never has (cozy.md B2 5): whoever changes the
passphrase encrypts it anew, or what the vault holds cannot be read again.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from replication.core.document import Edit
from replication.core.errors import Conflict, DatabaseMissing, DocumentMissing, ReplicationError
from replication.store.protocol import DocumentStore

DOCTYPE = "io.cozy.settings"
DOCUMENT_ID = "io.cozy.settings.bitwarden"
KEY, PUBLIC_KEY, PRIVATE_KEY = "key", "public_key", "private_key"
HINT, STAMP = "passphrase_hint", "security_stamp"
_KEYS = (KEY, PUBLIC_KEY, PRIVATE_KEY)
_LONGEST = 20_000


async def read_vault(store: DocumentStore) -> dict[str, Any]:
    """Return the fields of the document; none where there is no vault."""
    try:
        found = await (await store.open(DOCTYPE)).get(DOCUMENT_ID)
    except (DatabaseMissing, DocumentMissing):
        return {}
    return msgspec.json.decode(found.body, type=dict[str, Any])


async def change_vault(store: DocumentStore, changes: Mapping[str, Any]) -> None:
    """Set some fields, whatever the others are by then; None takes a field out."""
    while True:
        try:
            database = await store.open(DOCTYPE)
        except DatabaseMissing:
            database = await store.ensure(DOCTYPE)
        try:
            found = await database.get(DOCUMENT_ID)
            stands, base = msgspec.json.decode(found.body, type=dict[str, Any]), found.revision
        except DocumentMissing:
            stands, base = {}, None
        values = {k: v for k, v in {**stands, **changes}.items() if v is not None}
        edit = Edit(DOCUMENT_ID, msgspec.json.encode(values), base=base)
        (outcome,) = await database.write([edit])
        if isinstance(outcome, Conflict):
            continue
        if isinstance(outcome, ReplicationError):
            raise outcome
        return


def sent_keys(sent: Mapping[str, Any]) -> dict[str, str]:
    """Return the keys among what was sent, by the names they are kept under."""
    spelt = {**sent, PUBLIC_KEY: sent.get(PUBLIC_KEY) or sent.get("publicKey")}
    spelt[PRIVATE_KEY] = sent.get(PRIVATE_KEY) or sent.get("privateKey")
    found = {name: spelt.get(name) for name in _KEYS}
    return {
        name: text
        for name, text in found.items()
        if isinstance(text, str) and 0 < len(text) < _LONGEST
    }
