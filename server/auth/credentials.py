"""From the owner's name and passphrase to the principal they speak for, at one instance.

Checking a password is slow on purpose, and clients send it with each request. So what was found
right is remembered, in memory alone, under an HMAC whose key dies with the process. The hash of the
password is part of what is remembered: after a change the old password is unknown again.
"""

import asyncio
import hmac
import logging
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

from server.auth.basic import BasicLogin
from server.auth.errors import TooManyAttempts, Unauthenticated
from server.auth.kdf import PLAIN, Kdf
from server.auth.passwords import PasswordChecker
from server.auth.principal import Principal
from server.auth.throttle import Throttle
from server.instances.instance import Instance

Value = TypeVar("Value")

_log = logging.getLogger(__name__)

LONGEST_WAIT = 5.0
"""Seconds an attempt is held back; one that would have to wait longer is refused at once."""

MOST_UNDER_WAY = 16
"""Attempts at one home that may be held back or looked at; those beyond are refused at once."""

LONGEST_REST = 1.0
"""Seconds that the next stranger may have to wait after a look at an attempt."""

_REMEMBERED = 4096


@dataclass(frozen=True, slots=True)
class Attempt:
    """A passphrase that somebody shows, `derived` already or as it was typed.

    `known` is the id of a device that its owner trusts: attempts from there are counted by
    themselves, so that nobody else can use them up.
    """

    secret: str = field(repr=False)
    address: str
    derived: bool = False
    known: str = ""


class Credentials:
    """Checks credentials for all homes of this process; `key` is random bytes of its own.

    `throttle` counts attempts by address, or by the device that is known.
    """

    def __init__(self, key: bytes, clock: Callable[[], float], throttle: Throttle) -> None:
        self._key = key
        self._clock = clock
        self._throttle = throttle
        self._strangers = asyncio.Lock()
        self._passwords = PasswordChecker()
        self._known: OrderedDict[bytes, Principal] = OrderedDict()
        self._wrong: OrderedDict[bytes, None] = OrderedDict()
        self._attempts: Counter[tuple[str, bool]] = Counter()
        self._looked_at: dict[bytes, asyncio.Task[Principal | None]] = {}

    async def principal(self, login: BasicLogin, instance: Instance, address: str) -> Principal:
        """Return whom the login speaks for. Raises Unauthenticated, TooManyAttempts."""
        fingerprint = self._fingerprint(login, instance)
        found = self._known.get(fingerprint)
        if found is not None:
            self._known.move_to_end(fingerprint)
        elif fingerprint not in self._wrong:
            found = await self._look_at_once(login, fingerprint, instance, address)
        if found is None:
            raise Unauthenticated
        return found

    def recalled(self, login: BasicLogin, instance: Instance) -> Principal | None:
        """Return whom the login spoke for when it was looked at last, if it was right."""
        return self._known.get(self._fingerprint(login, instance))

    def _fingerprint(self, login: BasicLogin, instance: Instance) -> bytes:
        owner, shown = instance.owner, f"{login.name}\0{login.password}"
        about = f"{instance.domain}\0{owner.name}\0{owner.password_hash}\0{shown}"
        return hmac.digest(self._key, about.encode("utf-8", "surrogateescape"), "sha256")

    async def _look_at_once(
        self, login: BasicLogin, fingerprint: bytes, instance: Instance, address: str
    ) -> Principal | None:
        """Look at a credential; requests that come with the same one meanwhile share the look."""
        looking = self._looked_at.get(fingerprint)
        if looking is None:
            self.check_room(instance.domain, address)
            look = self._look(login, fingerprint, instance, address)
            looking = asyncio.create_task(look)
            self._looked_at[fingerprint] = looking
            looking.add_done_callback(lambda done: self._looked(fingerprint, done))
        return await asyncio.shield(looking)

    def _looked(self, fingerprint: bytes, done: asyncio.Task[Principal | None]) -> None:
        del self._looked_at[fingerprint]
        if not done.cancelled():
            done.exception()  # taken note of: all who waited for it may have gone

    async def _look(
        self, login: BasicLogin, fingerprint: bytes, instance: Instance, address: str
    ) -> Principal | None:
        # A wrong name costs the same look, so that the time taken tells nothing about names.
        right = await self.is_owners(Attempt(login.password, address), instance)
        name = login.name.rpartition("\\")[2]  # Windows puts its domain before it
        named = hmac.compare_digest(name.encode(), instance.owner.name.encode())
        found = Principal(instance.owner.name, instance.domain) if right and named else None
        self._remember(fingerprint, found)
        return found

    async def is_owners(self, attempt: Attempt, instance: Instance) -> bool:
        """Tell whether an attempt has the owner's passphrase. Raises TooManyAttempts.

        A home whose passphrase was never chosen has none.
        """
        wait = self.check_room(instance.domain, attempt.address, attempt.known)
        counted_by = _counted_by(attempt.address, attempt.known)
        with self._under_way(instance.domain, attempt):
            self._throttle.attempted(counted_by)
            await asyncio.sleep(wait)
            owner = instance.owner
            kdf = PLAIN if attempt.derived else owner.kdf
            look = self._look_known if attempt.known else self._look_in_turn
            right = await look(attempt.secret, owner.password_hash, kdf)
        if right:
            self._throttle.succeeded(counted_by)
        else:
            _log.warning("wrong passphrase", extra={"caller": attempt.address})
        return right

    def check_room(self, domain: str, address: str, known: str = "") -> float:
        """Return the seconds that an attempt would be held back; costs next to nothing.

        Whoever asks before anything else is done for an attempt spares a storm's many that are
        refused in any case. Raises TooManyAttempts.
        """
        if self._attempts.get((domain, bool(known)), 0) >= MOST_UNDER_WAY:
            raise TooManyAttempts(LONGEST_WAIT)
        wait = self._throttle.wait(_counted_by(address, known), alone=bool(known))
        if wait > LONGEST_WAIT:
            raise TooManyAttempts(wait)
        return wait

    async def _look_known(self, secret: str, password_hash: str, kdf: Kdf) -> bool:
        return await self._passwords.is_password(secret, password_hash, kdf)

    async def _look_in_turn(self, secret: str, password_hash: str, kdf: Kdf) -> bool:
        """Look at one stranger's attempt at a time, and rest after each for as long as it took.

        So wrong passwords from everywhere cost half a processor at most.
        """
        await self._strangers.acquire()
        begun = self._clock()
        try:
            return await self._passwords.is_password(secret, password_hash, kdf)
        finally:
            rest = min(self._clock() - begun, LONGEST_REST)
            asyncio.get_running_loop().call_later(rest, self._strangers.release)

    @contextmanager
    def _under_way(self, domain: str, attempt: Attempt) -> Iterator[None]:
        """Count the attempts at a home, and among them those of trusted devices by themselves."""
        key = (domain, bool(attempt.known))
        self._attempts[key] += 1
        try:
            yield
        finally:
            self._attempts[key] -= 1
            if not self._attempts[key]:
                del self._attempts[key]

    def _remember(self, fingerprint: bytes, found: Principal | None) -> None:
        # Wrong ones too: a forgotten device that repeats an old password costs nobody anything.
        # Apart, so that a storm of those drives out none that was right.
        if found is None:
            _kept(self._wrong, fingerprint, None)
        else:
            _kept(self._known, fingerprint, found)


def _kept(memory: OrderedDict[bytes, Value], fingerprint: bytes, value: Value) -> None:
    memory[fingerprint] = value
    if len(memory) > _REMEMBERED:
        memory.popitem(last=False)


def _counted_by(address: str, known: str) -> str:
    return f"device {known}" if known else address
