"""A design document by its short name, once it is known to have what is asked of it."""

import msgspec

from replication.core.document import DESIGN_PREFIX
from replication.core.errors import Refused
from replication.store.protocol import Database
from server.functions.design import Design


async def found_design(database: Database, name: str, path: tuple[str, ...]) -> Design:
    """Return a design document that has something at this path.

    Raises DocumentMissing, and Refused with CouchDB's words when there is nothing.
    """
    stored = await database.get(DESIGN_PREFIX + name)
    members = msgspec.json.decode(stored.body, type=dict[str, msgspec.Raw])
    for place, key in enumerate(path, 1):
        if bytes(members.get(key, b"null")) == b"null":
            raise Refused("not_found", f"missing json key: {key}")
        if place < len(path):
            members = _members(members[key])
    epoch = (await database.sequence()).epoch
    return Design.of(stored, database.name, epoch)


def _members(text: msgspec.Raw) -> dict[str, msgspec.Raw]:
    try:
        return msgspec.json.decode(text, type=dict[str, msgspec.Raw])
    except msgspec.ValidationError:
        raise Refused("not_found", "json_mismatch") from None
