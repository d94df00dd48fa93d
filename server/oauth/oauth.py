"""What the routes of this folder take from the application: clock, chance, and how fast one may."""

import asyncio
import hmac
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from server.auth.errors import TooManyAttempts
from server.auth.throttle import Throttle
from server.oauth.one_time_code import CODE_LENGTH

SECRET_LENGTH = 24
"""Bytes of a client's secret (cozy.md B4)."""

_ID_LENGTH = 16
_STAMP_LENGTH = 9
LONGEST_WAIT = 5.0
"""Seconds that a registration is held back; one that would have to wait longer is refused."""


@dataclass(frozen=True, slots=True)
class OAuth:
    """`clock` tells the time, aware; `random` returns so many random bytes."""

    clock: Callable[[], datetime]
    random: Callable[[int], bytes]
    registrations: Throttle

    def new_client_id(self) -> str:
        """Return an id that no client has."""
        return self.random(_ID_LENGTH).hex()

    def new_seed(self) -> str:
        """Return what a client's secret is made of."""
        return self.random(SECRET_LENGTH).hex()

    def new_code(self) -> str:
        """Return a code that is used once."""
        return urlsafe_b64encode(self.random(CODE_LENGTH)).decode()

    def new_stamp(self) -> str:
        """Return what ties tokens to a client until they are revoked."""
        return urlsafe_b64encode(self.random(_STAMP_LENGTH)).decode()

    async def hold_back(self, address: str) -> None:
        """Let registrations from one address come no faster than they may.

        Raises TooManyAttempts.
        """
        wait = self.registrations.wait(address)
        if wait > LONGEST_WAIT:
            raise TooManyAttempts(wait)
        self.registrations.attempted(address)
        await asyncio.sleep(wait)


def client_secret(secret: bytes, client_id: str, seed: str) -> str:
    """Return the secret of a client of the home whose own is `secret`."""
    about = f"client secret\0{client_id}\0{seed}"
    return b64encode(hmac.digest(secret, about.encode(), "sha256")[:SECRET_LENGTH]).decode()


OAUTH = web.AppKey("oauth", OAuth)
