"""What a device is given once its owner let it in: an app password, or an OAuth client's tokens.

A code is good once. Between taking it out and the answer a crash may come: then the device asks for
another, and its owner sees a password that was never used.
"""

from dataclasses import dataclass, field

from server.devices.app_passwords import AppPassword
from server.devices.kinds import Wanted, read_kind
from server.devices.pairing import Answer, Pairing, Pairings
from server.devices.room import DeviceRoom
from server.instances.collection import Kept
from server.instances.instance import Instance
from server.oauth.errors import GrantRefused
from server.oauth.granting import Granting

GRANT_TYPE = "urn:ietf:params:oauth:grant-type:device_code"


@dataclass(frozen=True, slots=True)
class PairedDevice:
    """One device that asks, at one home."""

    room: DeviceRoom
    home: Instance
    device_code: str = field(repr=False)

    async def granted(self, client_id: str) -> dict[str, str]:
        """Return what the token endpoint answers with (RFC 8628 3.5).

        Raises GrantRefused, in the RFC's words, where there is nothing to give (yet).
        """
        pairings = self.room.pairings(self.home)
        kept = await self._waiting(pairings)
        if kept.value.client_id != client_id:
            raise GrantRefused("invalid_grant")
        if not await pairings.take(kept):
            raise GrantRefused("expired_token")
        if kept.value.answer is Answer.DENIED:
            raise GrantRefused("access_denied")
        if client_id:
            granting = Granting(self.home, pairings.now)
            return (await granting.of_scope(client_id, kept.value.scope)).told()
        made = await make_password(self.room, self.home, kept.value)
        return {
            "app_password": made.password,
            "login": self.home.owner.name,
            "device_id": made.id,
            "scope": made.device.scope,
        }

    async def _waiting(self, pairings: Pairings) -> Kept[Pairing]:
        kept = await pairings.asked(self.device_code)
        if kept is None:
            raise GrantRefused("expired_token")
        if kept.value.answer is Answer.NONE:
            too_soon = self.room.pace.too_soon(kept.id)
            raise GrantRefused("slow_down" if too_soon else "authorization_pending")
        return kept


async def make_password(room: DeviceRoom, home: Instance, pairing: Pairing) -> AppPassword:
    """Make the app password that an owner allowed. Raises DeviceIllegal."""
    return await room.passwords.make(home, pairing.name, wanted_of(pairing))


def wanted_of(pairing: Pairing) -> Wanted:
    """Return what app password a device asks for. Raises DeviceIllegal."""
    return Wanted(read_kind(pairing.kind), tuple(pairing.doctypes), pairing.read_only)
