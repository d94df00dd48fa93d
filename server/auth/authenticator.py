"""From what a request shows to the principal it speaks for, at one home.

What was found is remembered until something it rests on changes: each finding names the types of
documents behind it, and holds while those databases stand at the same sequences. So a credential
that is revoked opens nothing from the next request on, and one that is good costs a look in memory.
"""

import hmac
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from replication.core.errors import DatabaseMissing
from replication.core.sequence import UpdateSequence
from server.auth.credentials import Credentials
from server.auth.errors import SecondFactorNeeded, TokenRefused, Unauthenticated
from server.auth.principal import Principal
from server.auth.shown import Shown
from server.auth.tokens import WRONG_AUDIENCE, Audience, Claims, keys_of
from server.instances.instance import Instance

_REMEMBERED = 16_384


@dataclass(frozen=True, slots=True)
class Found:
    """A principal, and until when it stands (seconds since 1970).

    `rests_on` is the type whose documents say so, `rights_in` another one with what it may do.
    """

    principal: Principal
    rests_on: str
    until: float = float("inf")
    rights_in: str = ""

    @property
    def types(self) -> tuple[str, ...]:
        """The types of all documents that it rests on."""
        return (self.rests_on, self.rights_in) if self.rights_in else (self.rests_on,)


ReadToken = Callable[[Claims, Instance, float], Awaitable[Found]]
"""Finds whom a checked token speaks for, now. Raises TokenRefused."""

ReadSecret = Callable[[str, Instance], Awaitable[Found | None]]
"""Finds whom a secret speaks for (an app password, a share code, a cookie); None for nobody."""


@dataclass(frozen=True, slots=True)
class Ways:
    """The ways in, besides the owner's passphrase: each room brings its own.

    `secrets` are tried in turn for the password of a Basic login, before the passphrase, and
    `codes` for what came as a token and is none; all must be cheap. `second_needed` tells whether
    a home asks for more than the passphrase, which Basic cannot give.
    """

    tokens: Mapping[Audience, ReadToken]
    secrets: Sequence[ReadSecret]
    codes: Sequence[ReadSecret]
    cookie: ReadSecret
    second_needed: Callable[[Instance], Awaitable[bool]]


@dataclass(frozen=True, slots=True)
class _Remembered:
    found: Found
    stood: "_Stood"


class Authenticator:
    """Knows who asks; `key` is random bytes of the process, `now` tells seconds since 1970."""

    def __init__(
        self, key: bytes, passphrases: Credentials, ways: Ways, now: Callable[[], float]
    ) -> None:
        self._key = key
        self._passphrases = passphrases
        self._ways = ways
        self._now = now
        self._known: OrderedDict[bytes, _Remembered] = OrderedDict()

    async def principal(self, shown: Shown, instance: Instance, address: str) -> Principal:
        """Return whom a request speaks for.

        Raises Unauthenticated, TooManyAttempts, TokenRefused, SecondFactorNeeded.
        """
        if shown.token:
            return await self._recalled("token", shown.token, instance, self._by_token)
        if shown.login is not None:
            owner = self._passphrases.recalled(shown.login, instance)
            if owner is None:
                known = await self._recalled_or_none(
                    "secret", shown.login.password, instance, self._by_secret
                )
                if known is not None:
                    return known
            # Asked before the passphrase is looked at: who tries passphrases learns of none.
            if await self._ways.second_needed(instance):
                raise SecondFactorNeeded
            return owner or await self._passphrases.principal(shown.login, instance, address)
        if shown.cookie:
            known = await self._recalled_or_none(
                "cookie", shown.cookie, instance, self._ways.cookie
            )
            if known is not None:
                return known
        raise Unauthenticated

    async def _recalled(
        self, what: str, secret: str, instance: Instance, look: ReadSecret
    ) -> Principal:
        known = await self._recalled_or_none(what, secret, instance, look)
        if known is None:
            raise TokenRefused(WRONG_AUDIENCE)
        return known

    async def _recalled_or_none(
        self, what: str, secret: str, instance: Instance, look: ReadSecret
    ) -> Principal | None:
        fingerprint = self._fingerprint(what, secret, instance)
        remembered = self._known.get(fingerprint)
        if remembered is not None and await self._holds(remembered, instance):
            self._known.move_to_end(fingerprint)
            return remembered.found.principal
        first = await look(secret, instance)
        if first is None:  # a storm brings those by the thousand: one look is all they cost
            self._known.pop(fingerprint, None)
            return None
        # Once more, from a place that is known: what changes from there on is looked at again.
        stood = await _standing(instance, first.types)
        found = await look(secret, instance)
        if found is None or self._now() >= found.until:
            self._known.pop(fingerprint, None)
            return None
        if found.types == first.types:
            self._remember(fingerprint, _Remembered(found, stood))
        return found.principal

    async def _holds(self, remembered: _Remembered, instance: Instance) -> bool:
        found = remembered.found
        if self._now() >= found.until:
            return False
        return await _standing(instance, found.types) == remembered.stood

    async def _by_token(self, token: str, instance: Instance) -> Found | None:
        if token.count(".") != 2:  # noqa: PLR2004  # no JWT: a share code, or nothing
            return await self._first(self._ways.codes, token, instance)
        now = self._now()
        claims = keys_of(instance).read(token, now)
        read = self._ways.tokens.get(claims.audience)
        if read is None:
            raise TokenRefused(WRONG_AUDIENCE)
        return await read(claims, instance, now)

    async def _by_secret(self, password: str, instance: Instance) -> Found | None:
        return await self._first(self._ways.secrets, password, instance)

    async def _first(
        self, ways: Sequence[ReadSecret], secret: str, instance: Instance
    ) -> Found | None:
        for way in ways:
            found = await way(secret, instance)
            if found is not None:
                return found
        return None

    def _remember(self, fingerprint: bytes, remembered: _Remembered) -> None:
        self._known[fingerprint] = remembered
        self._known.move_to_end(fingerprint)
        if len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)

    def _fingerprint(self, what: str, secret: str, instance: Instance) -> bytes:
        about = f"{what}\0{instance.domain}\0{secret}"
        return hmac.digest(self._key, about.encode("utf-8", "surrogatepass"), "sha256")


_Stood = list[UpdateSequence | None]


async def _standing(instance: Instance, types: Sequence[str]) -> _Stood:
    return [await _sequence(instance, doctype) for doctype in types]


async def _sequence(instance: Instance, doctype: str) -> UpdateSequence | None:
    try:
        return await (await instance.store.open(doctype)).sequence()
    except DatabaseMissing:
        return None
