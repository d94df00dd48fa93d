"""Feature flags: what applications switch on and off by (cozy.md B9).

Of the sources that name a flag the first decides: the document `io.cozy.settings.flags` of the
home's settings, what the host says of this home, what it says of the home's context, and of all
homes. Names and values are the applications' own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from replication.core.errors import DatabaseMissing, DocumentMissing
from server.home_settings.settings_document import DOCTYPE
from server.instances.context import Contexts
from server.instances.context_flags import flags_for
from server.instances.instance import Instance
from server.instances.record import DEFAULT_CONTEXT

FLAGS_ID = "io.cozy.settings.flags"
MOST_CLIENTS = "cozy.oauthclients.max"
"""The flag that says how many devices may be connected."""


@dataclass(frozen=True, slots=True)
class FlagSource:
    """Who set which flags; `id` is the document that Cozy's tools know the source by."""

    id: str
    flags: Mapping[str, Any]


async def flag_sources(home: Instance, contexts: Contexts) -> list[FlagSource]:
    """Return the sources of a home's flags, the one that decides first; those without any too."""
    context, uuid = home.record.context, home.record.uuid
    default = contexts.of(DEFAULT_CONTEXT)
    own = contexts.of(context)
    of_context = {} if own is default else own.flags
    return [
        FlagSource(f"{FLAGS_ID}.instance", await _kept(home)),
        FlagSource(f"{FLAGS_ID}.manager", home.record.flags),
        FlagSource(f"{FLAGS_ID}.context", flags_for(of_context, uuid)),
        FlagSource(f"{FLAGS_ID}.default", flags_for(default.flags, uuid)),
    ]


def together(sources: list[FlagSource]) -> dict[str, Any]:
    """Return the flags that hold."""
    return {name: value for source in reversed(sources) for name, value in source.flags.items()}


async def flags_of(home: Instance, contexts: Contexts) -> dict[str, Any]:
    """Return the flags of a home."""
    return together(await flag_sources(home, contexts))


async def _kept(home: Instance) -> dict[str, Any]:
    try:
        found = await (await home.store.open(DOCTYPE)).get(FLAGS_ID)
    except (DatabaseMissing, DocumentMissing):
        return {}
    flags: dict[str, Any] = msgspec.json.decode(found.body, type=dict[str, Any])
    return flags
