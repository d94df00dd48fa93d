"""Feature flags: what applications switch on and off by (cozy.md B9).

Flags of the home stand in the document `io.cozy.settings.flags` of its settings; whoever hosts it
writes them there. Names and values are the applications' own.
"""

from typing import Any

import msgspec

from replication.core.errors import DatabaseMissing, DocumentMissing
from server.home_settings.settings_document import DOCTYPE
from server.instances.instance import Instance

FLAGS_ID = "io.cozy.settings.flags"
MOST_CLIENTS = "cozy.oauthclients.max"
"""The flag that says how many devices may be connected."""


async def flags_of(home: Instance) -> dict[str, Any]:
    """Return the flags of a home."""
    try:
        found = await (await home.store.open(DOCTYPE)).get(FLAGS_ID)
    except (DatabaseMissing, DocumentMissing):
        return {}
    flags: dict[str, Any] = msgspec.json.decode(found.body, type=dict[str, Any])
    return flags
