"""Where a file lies: the directories above it, for rules that name one and mean its content."""

from collections.abc import Mapping
from typing import Any

import msgspec

from doctypes.files.node import ROOT_ID
from replication.store.protocol import Database

DEEPEST = 512
"""Directories above one another (cozy.md B7); what claims more hangs in a circle."""

_decode = msgspec.json.Decoder(dict[str, Any]).decode


async def ancestors(database: Database, fields: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the ids of the directories that a node lies in, the nearest first, the root last.

    `fields` are those of its document. What hangs on no directory that is there lies in nothing
    more than what is found: a rule then covers less, never more.
    """
    found: list[str] = []
    above = fields.get("dir_id")
    while isinstance(above, str) and above and above not in found and len(found) <= DEEPEST:
        (row,) = await database.get_many([above])
        if row is None or row.deleted:
            break
        found.append(above)
        if above == ROOT_ID:
            break
        above = _decode(row.body).get("dir_id")
    return tuple(found)
