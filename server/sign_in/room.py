"""What the routes for signing in share: the clock, the dice, letters, and what was used up."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from server.auth.sealing import NONCE_LENGTH, seal
from server.auth.throttle import Rate, Throttle
from server.auth.used_up import UsedUp
from server.instances.instance import Instance
from server.mail.mailer import Mailer

SECOND_STEPS = Rate(burst=10, interval=60.0)
"""Codes of six digits that may be tried at one home by whoever has its passphrase."""


@dataclass(frozen=True, slots=True)
class SignIn:
    """One for all homes of the process; `now` is aware, `random` returns so many bytes.

    `second_steps` counts codes tried, `letters` what is mailed, `used` remembers
    what may be used once. New passphrases are derived with
    `kdf_iterations`.
    """

    now: Callable[[], datetime]
    random: Callable[[int], bytes]
    new_id: Callable[[], str]
    mailer: Mailer
    second_steps: Throttle
    letters: Throttle
    kdf_iterations: int
    used: UsedUp

    def sealed(self, home: Instance, purpose: str, plain: bytes) -> str:
        """Return a text that only this home opens, and for this purpose only."""
        return seal(home.secret, purpose, plain, self.random(NONCE_LENGTH))


SIGN_IN = web.AppKey("sign_in", SignIn)
