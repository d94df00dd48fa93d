"""What nobody comes back for: uploads that were begun, old states, what lay beside folders."""

import asyncio
from datetime import date, datetime

from doctypes.files.milestones import KEPT
from doctypes.files.view_store import ViewStore
from server.dav.kept_sidecars import KeptSidecars
from server.files.resumable.parts import Parts
from server.instances.instance import Instance
from server.nextcloud.chunks import forget_old as forget_old_chunks


async def forget_leftovers(instance: Instance, now: datetime) -> None:
    """Forget uploads that nobody went on with, old states, and sidecars whose folder is gone."""
    await asyncio.to_thread(forget_old_chunks, instance.folder, now)
    await Parts(instance.folder, instance.transit).forget_old(now)
    await forget_old_states(instance, now.date())
    await KeptSidecars(instance.store).forget_orphans(instance.files)


async def forget_old_states(instance: Instance, today: date) -> None:
    """Forget by what clients are brought from states of long ago to that of now (RFC 6578)."""
    await instance.files.forget_departures(today)
    await ViewStore(instance.store, lambda: today).forget(today - KEPT)
