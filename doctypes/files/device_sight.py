"""What one device is shown of the documents of files, kept in step with its profile.

So that a device learns of every change of what it sees, whatever its profile brings into sight or
out of it is written anew, in the transaction that notes by what profile that was (`held_profiles`).
A device that begins at nothing needs no such writes: it is shown what it sees.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import msgspec

from doctypes.files.document import touched
from doctypes.files.held_profiles import hides
from doctypes.files.plan import Plan
from doctypes.files.workspace import Workspace
from doctypes.profiles.profile import EVERYTHING, Profile
from doctypes.profiles.view import View

ReadProfile = Callable[[], Awaitable[Profile]]
"""Reads what a device's own document says now."""


async def everything() -> Profile:
    """Return the profile of a device that has none."""
    return EVERYTHING


class DeviceSight:
    """What a device sees; `read` is asked under the tree's lock, so the last profile holds."""

    def __init__(self, work: Workspace, device: str, read: ReadProfile = everything) -> None:
        self.work = work
        self.device = device
        self._read = read
        self._is_begun = False

    async def begin(self, *, was_told: bool) -> None:
        """See to it that the feed goes by the present profile, once for each reader of it.

        `was_told`: the device has read of documents before.
        """
        if not self._is_begun:
            await self.renew(was_told=was_told)
            self.work.held.followed.add(self.device)
            self._is_begun = True

    async def renew(self, *, was_told: bool = True) -> None:
        """Go by the present profile; what that brings into sight or out of it is written anew."""
        if _seeing(await self._read()) == self.work.held.of(self.device):
            return
        async with self.work.lock.alone():
            former, wanted = self.work.held.of(self.device), _seeing(await self._read())
            if former == wanted:
                return
            edits = []
            if was_told or hides(former):
                views = [await self._view(former), await self._view(wanted)]
                edits = [touched(node) for node in await self.work.borders.between(*views)]
            kept = await self.work.held.edit(self.device, wanted)
            await self.work.write(Plan(tuple(edits), profiles=(kept,) if kept else ()))

    async def view(self) -> View:
        """Return what its feed shows: by the profile that was noted, or else the present one."""
        held = self.work.held.of(self.device)
        return await self._view(held if hides(held) else await self._read())

    async def present_view(self) -> View:
        """Return what it sees by its present profile, whatever its feed goes by."""
        return await self._view(await self._read())

    async def _view(self, profile: Profile) -> View:
        return await self.work.borders.view(profile, self.device)

    @asynccontextmanager
    async def still(self) -> AsyncIterator[View]:
        """Return what it sees, while nothing moves."""
        async with self.work.lock.sharing(self):
            yield await self.view()


def _seeing(profile: Profile) -> Profile:
    """Return what of a profile is about seeing; the same for all that hide nothing."""
    if not hides(profile):
        return EVERYTHING
    return msgspec.structs.replace(profile, read_only=False)
