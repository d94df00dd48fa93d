"""The owner's mail address, kept where no application reaches it (`io.cozy.instances`).

A link that lets somebody in again is sent there, so who could change it could take the home over:
it is changed with the passphrase alone. The settings document shows a copy.
"""

import msgspec

from server.instances.collection import Collection
from server.instances.instance import Instance

DOCTYPE = "io.cozy.instances"
PROFILE_ID = "profile"


class Profile(msgspec.Struct, kw_only=True, omit_defaults=True):
    """Addresses: `pending_email` becomes `email` by a link with a code that was mailed there.

    `pending_hash` is the SHA-256 of that code in hex, `pending_until` when it ends, RFC 3339.
    """

    email: str = ""
    pending_email: str = ""
    pending_hash: str = ""
    pending_until: str = ""


async def read_profile(home: Instance) -> Profile:
    """Return what is known of the owner of a home."""
    kept = await _profiles(home).get(PROFILE_ID)
    return kept.value if kept else Profile()


async def write_profile(home: Instance, profile: Profile) -> None:
    """Keep it, whatever was there."""
    profiles = _profiles(home)
    if await profiles.update(PROFILE_ID, lambda _: profile) is None:
        await profiles.add(PROFILE_ID, profile)


async def mail_address(home: Instance) -> str:
    """Return where mail for the owner goes; empty when they have not said."""
    return (await read_profile(home)).email


def _profiles(home: Instance) -> Collection[Profile]:
    return Collection(home.store, DOCTYPE, Profile)
