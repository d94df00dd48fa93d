"""Changing what stands of the owner in a home's record while the home is open."""

import asyncio
import unicodedata
from collections.abc import Callable
from dataclasses import replace

from aiohttp import web

from server import keys
from server.auth.kdf import PLAIN, Kdf, login_hash, salt_of
from server.auth.passwords import SALT_LENGTH, hash_password
from server.instances.owner import Owner
from server.instances.record import InstanceRecord
from server.sign_in.room import SIGN_IN


async def set_passphrase(
    request: web.Request, secret: str, iterations: int, *, derived: bool
) -> None:
    """Make this the owner's passphrase, durably; who came with the old one is out.

    `secret` is a login hash with so many iterations if `derived`, else the passphrase itself. The
    salt stays what it was: vaults rest on it, also after the home got another name (cozy.md B2).
    """
    room, home = request.app[SIGN_IN], request[keys.INSTANCE]
    salt = home.owner.kdf.salt or salt_of(home.domain)
    kdf = Kdf(iterations, salt) if iterations else PLAIN
    random = room.random(SALT_LENGTH)
    password_hash = await asyncio.to_thread(_hashed, secret, kdf if not derived else PLAIN, random)
    await _change_owner(
        request,
        lambda owner: replace(owner, password_hash=password_hash, kdf=kdf, setup_hash=""),
    )


async def _change_owner(request: web.Request, change: Callable[[Owner], Owner]) -> None:
    def changed(record: InstanceRecord) -> InstanceRecord:
        return replace(record, owner=change(record.owner), onboarded=True)

    await request.app[keys.HOMES].update(request[keys.INSTANCE].domain, changed)


def _hashed(secret: str, kdf: Kdf, salt: bytes) -> str:
    return hash_password(login_hash(unicodedata.normalize("NFC", secret), kdf), salt)
