"""A device that waits to be let in: what it asks for, and what its owner said (RFC 8628).

The device has a code of its own to ask with; the person has one to find it by, typed or in a link.
Both are kept as hashes, for a quarter of an hour. What is let in is taken out of here once, and
nothing of it stays.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from server.devices.device import hashed
from server.instances.collection import Collection, Kept
from server.instances.instance import Instance

DOCTYPE = "io.cozy.oauth.device_codes"
LIFETIME = timedelta(minutes=15)
MOST_WAITING = 50
"""Devices that may wait at one home; of more the oldest are forgotten."""
SECRET_LENGTH = 24
"""Random bytes of a device's own code."""

_BETWEEN = "."


class Answer(StrEnum):
    """What the owner said."""

    NONE = ""
    ALLOWED = "allowed"
    DENIED = "denied"


class Pairing(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A request: `client_id` for an OAuth client that asks for `scope`, else for an app password.

    `kind`, `doctypes` and `read_only` say what password; `name` what the device calls itself,
    `address` where it asked from, `begun_at` when (RFC 3339).
    """

    secret_hash: str
    begun_at: str
    name: str
    address: str
    client_id: str = ""
    scope: str = ""
    kind: str = ""
    doctypes: tuple[str, ...] = ()
    read_only: bool = False
    by_link: bool = False
    answer: Answer = Answer.NONE


@dataclass(frozen=True, slots=True)
class Begun:
    """What a device is told: its own code, and the one for its person."""

    device_code: str = field(repr=False)
    user_code: str


@dataclass(frozen=True, slots=True)
class Pairings:
    """The devices that wait at one home; `now` is aware."""

    home: Instance
    now: datetime

    async def begin(
        self, pairing: Pairing, user_code: str, random: Callable[[int], bytes]
    ) -> Begun:
        """Let a device wait; its `secret_hash` is made here."""
        await self._make_room()
        secret = random(SECRET_LENGTH).hex()
        pairing.secret_hash = hashed(secret)
        await self._kept.add(hashed(user_code), pairing)
        return Begun(f"{user_code}{_BETWEEN}{secret}", user_code)

    async def look(self, user_code: str) -> Kept[Pairing] | None:
        """Return the device that a person means, while it waits for an answer."""
        kept = await self._good(user_code)
        return kept if kept is not None and kept.value.answer is Answer.NONE else None

    async def decide(self, user_code: str, decided: Callable[[Pairing], None]) -> bool:
        """Write down what the owner said; tells whether the device still waited for it."""
        if await self.look(user_code) is None:
            return False
        waited = False

        def change(pairing: Pairing) -> Pairing | None:
            nonlocal waited
            waited = pairing.answer is Answer.NONE
            if waited:
                decided(pairing)
            return pairing if waited else None

        found = await self._kept.update(hashed(user_code), change)
        return waited and found is not None

    async def asked(self, device_code: str) -> Kept[Pairing] | None:
        """Return what the owner said, for the device itself; None for a code that is over."""
        user_code, _, secret = device_code.partition(_BETWEEN)
        kept = await self._good(user_code)
        if kept is None or kept.value.secret_hash != hashed(secret):
            return None
        return kept

    async def take(self, kept: Kept[Pairing]) -> bool:
        """Take an answer out; of several who ask at once, one is told that it was there."""
        return await self._kept.forget(kept)

    async def _good(self, user_code: str) -> Kept[Pairing] | None:
        kept = await self._kept.get(hashed(user_code))
        return None if kept is None or self._is_over(kept.value) else kept

    async def _make_room(self) -> None:
        waiting = [kept async for kept in self._kept.all()]
        over = [kept for kept in waiting if self._is_over(kept.value)]
        still = sorted(
            (kept for kept in waiting if not self._is_over(kept.value)),
            key=lambda kept: kept.value.begun_at,
        )
        for kept in (*over, *still[: max(0, len(still) + 1 - MOST_WAITING)]):
            await self._kept.forget(kept)

    def _is_over(self, pairing: Pairing) -> bool:
        return self.now >= datetime.fromisoformat(pairing.begun_at) + LIFETIME

    @property
    def _kept(self) -> Collection[Pairing]:
        return Collection(self.home.store, DOCTYPE, Pairing)
