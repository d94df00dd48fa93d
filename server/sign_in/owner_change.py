"""Changing what stands of the owner in a home's record while the home is open."""

import asyncio
import unicodedata
from dataclasses import replace

from aiohttp import web

from server import keys
from server.auth.kdf import PLAIN, Kdf, login_hash, salt_of
from server.auth.passwords import SALT_LENGTH, hash_password
from server.instances.owner import Owner
from server.instances.record import InstanceRecord
from server.sign_in.room import SIGN_IN


class Overtaken(Exception):
    """Another passphrase was chosen since whoever asks showed what let them choose one."""


async def set_passphrase(
    request: web.Request, secret: str, iterations: int, *, derived: bool
) -> None:
    """Make this the owner's passphrase, durably; who came with the old one is out.

    `secret` is a login hash with so many iterations if `derived`, else the passphrase itself. The
    salt stays what it was: vaults rest on it, also after the home got another name (cozy.md B2).
    Of two changes at once the second is refused: it was allowed by what the first one ended. Raises
    Overtaken.
    """
    room, home = request.app[SIGN_IN], request[keys.INSTANCE]
    salt = home.owner.kdf.salt or salt_of(home.domain)
    kdf = Kdf(iterations, salt) if iterations else PLAIN
    random = room.random(SALT_LENGTH)
    password_hash = await asyncio.to_thread(_hashed, secret, kdf if not derived else PLAIN, random)

    def changed(record: InstanceRecord) -> InstanceRecord:
        if _shown_against(record.owner) != _shown_against(home.owner):
            raise Overtaken
        owner = replace(record.owner, password_hash=password_hash, kdf=kdf, setup_hash="")
        return replace(record, owner=owner, onboarded=True)

    await request.app[keys.HOMES].update(home.domain, changed)


def _shown_against(owner: Owner) -> tuple[str, str]:
    return owner.password_hash, owner.setup_hash


def _hashed(secret: str, kdf: Kdf, salt: bytes) -> str:
    return hash_password(login_hash(unicodedata.normalize("NFC", secret), kdf), salt)
