"""The second step: begun by the right passphrase, ended by a code or a passkey.

What stands between the two is in a sealed token, so that any process can go on. It is good for ten
minutes, until one sign-in came of it, or the passphrase changed.
"""

import hmac
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

import msgspec
from aiohttp import web

from server import keys
from server.auth.errors import TooManyAttempts
from server.auth.sealing import unseal
from server.instances.instance import Instance
from server.sign_in import recovery, totp
from server.sign_in.errors import StepOver, WrongCode
from server.sign_in.factors import Factors, change_factors
from server.sign_in.room import SIGN_IN

LIFETIME = timedelta(minutes=10)
_PURPOSE = "second step"
_TOTP_PURPOSE = "totp"


class Step(msgspec.Struct, kw_only=True):
    """What a token holds: `id` is random, `stamp` tells one passphrase from the next."""

    id: str
    until: float
    stamp: str


def begin_step(request: web.Request) -> str:
    """Return a token for the second step, for the owner whose passphrase was right."""
    room, home = request.app[SIGN_IN], request[keys.INSTANCE]
    until = (room.now() + LIFETIME).timestamp()
    step = Step(id=room.random(16).hex(), until=until, stamp=_stamp(home))
    return room.sealed(home, _PURPOSE, msgspec.json.encode(step))


def read_step(request: web.Request, token: str) -> Step:
    """Return the step that a token is of. Raises StepOver."""
    room, home = request.app[SIGN_IN], request[keys.INSTANCE]
    plain = unseal(home.secret, _PURPOSE, token)
    if plain is None:
        raise StepOver
    step = msgspec.json.decode(plain, type=Step)
    over = room.now().timestamp() >= step.until or room.used.is_used(step.id)
    if over or step.stamp != _stamp(home):
        raise StepOver
    return step


def end_step(request: web.Request, step: Step) -> None:
    """Use the step up. Raises StepOver when somebody did."""
    if not request.app[SIGN_IN].used.use(step.id, step.until):
        raise StepOver


@dataclass(frozen=True, slots=True)
class CodeCheck:
    """Checks codes at a home: `step` is the one that was begun, `known` a browser that is known."""

    request: web.Request
    step: Step
    known: str

    async def check(self, code: str, factors: Factors) -> str:
        """Tell which factor a code is of, and use it up. Raises WrongCode, TooManyAttempts."""
        room, home = self.request.app[SIGN_IN], self.request[keys.INSTANCE]
        counted_by = f"{home.domain} {self.known}"
        wait = room.second_steps.wait(counted_by, alone=True)
        if wait > 0:
            raise TooManyAttempts(wait)
        room.second_steps.attempted(counted_by)
        typed = "".join(code.split())
        way = await self._way(typed, factors)
        room.second_steps.succeeded(counted_by)
        return way

    async def _way(self, typed: str, factors: Factors) -> str:
        home = self.request[keys.INSTANCE]
        if typed.isascii() and typed.isdigit() and len(typed) == totp.DIGITS:
            if factors.totp and await self._is_totp(typed, factors):
                return "code"
            if factors.mail and hmac.compare_digest(mailed_code(home, self.step), typed):
                return "mail"
        elif await change_factors(home.store, lambda now: now.with_recovery_used(typed)):
            return "recovery"
        raise WrongCode

    async def _is_totp(self, typed: str, factors: Factors) -> bool:
        room, home = self.request.app[SIGN_IN], self.request[keys.INSTANCE]
        secret = totp_secret(home, factors)
        if secret is None:
            return False
        step = totp.matching_step(secret, typed, room.now().timestamp(), factors.totp_used)
        if step is None:
            return False
        # Whoever comes second with the same code finds it used.
        return await change_factors(home.store, lambda now: now.with_step_used(step)) is not None


def mailed_code(home: Instance, step: Step) -> str:
    """Return the code that is mailed for a step: six digits that only this home can tell."""
    digest = hmac.digest(home.secret, f"mailed code {step.id}".encode(), "sha256")
    return f"{int.from_bytes(digest[:8], 'big') % 10**totp.DIGITS:0{totp.DIGITS}}"


def totp_secret(home: Instance, factors: Factors) -> bytes | None:
    """Return the seed of the authenticator application; None where it cannot be read."""
    return unseal(home.secret, _TOTP_PURPOSE, factors.totp)


def sealed_totp(request: web.Request, secret: bytes) -> str:
    """Return a seed as it is kept."""
    return request.app[SIGN_IN].sealed(request[keys.INSTANCE], _TOTP_PURPOSE, secret)


def recovery_codes(request: web.Request) -> tuple[list[str], list[str]]:
    """Return fresh recovery codes, and what is kept of them."""
    codes = recovery.new_codes(request.app[SIGN_IN].random)
    return codes, [recovery.kept(code) for code in codes]


def _stamp(home: Instance) -> str:
    return sha256(home.owner.password_hash.encode()).hexdigest()[:16]
