"""What a caller is shown of news of documents: a device's files go by its profile."""

from collections.abc import Awaitable, Callable, Sequence

from doctypes.files.node import DOCTYPE as FILES
from replication.core.document import StoredRevision
from server.auth.principal import Principal
from server.devices.profiles import reading_profile
from server.instances.instance import Instance

See = Callable[[Sequence[StoredRevision]], Awaitable[Sequence[StoredRevision]]]
"""Returns documents as somebody sees them: as they are, or tombstones in their place."""


async def see_all(documents: Sequence[StoredRevision]) -> Sequence[StoredRevision]:
    """Return documents as they are."""
    return documents


def sight_of(home: Instance, principal: Principal, doctype: str) -> See:
    """Return how a caller sees documents of a type (design D8)."""
    if not principal.device or doctype != FILES:
        return see_all
    read = reading_profile(home, principal.device)
    return home.files.changes_for(principal.device, read).shown
