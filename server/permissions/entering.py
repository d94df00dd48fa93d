"""The ways in for whoever has a link: its token, and a short code."""

from server.auth.authenticator import Found
from server.auth.errors import TokenRefused, TooManyAttempts
from server.auth.principal import Kind, Principal
from server.auth.throttle import Rate, Throttle
from server.auth.tokens import EXPIRED, INVALID, Claims
from server.instances.collection import Kept
from server.instances.instance import Instance
from server.permissions.codes import is_short, is_tiny, kept_of, password_proof, short_code
from server.permissions.permission import (
    DOCTYPE,
    SHARE,
    Permission,
    named,
    permissions_of,
    short_codes_of,
)

TINY = Rate(burst=20, interval=20.0)
"""Wrong codes of six digits that one home looks at, whoever sends them: some 200 while one lasts.

So all together find a code in one of five thousand hours. Longer codes need no such care.
"""


async def by_share_token(claims: Claims, instance: Instance, now: float) -> Found:
    """Find what a link's token opens. Raises TokenRefused, also for a link that has ended."""
    kept = await permissions_of(instance.store).get(claims.subject)
    if kept is None or not named(kept.value.codes, claims.scope):
        raise TokenRefused(INVALID)
    if now >= kept.value.ends_at:
        raise TokenRefused(EXPIRED, expired=True)
    return found_link(kept, instance)


def found_link(kept: Kept[Permission], instance: Instance) -> Found:
    """Return what a link opens, and until when."""
    link = kept.value
    lock = ""
    if link.password_hash:
        lock = password_proof(instance.secret, kept.id, link.password_hash)
    maker = link.source_id.rpartition("/")[2]
    principal = Principal(maker, instance.domain, Kind.SHARE, link.rules, kept.id, lock)
    return Found(principal, DOCTYPE, link.ends_at)


class ShortCodes:
    """Looks short codes up; `throttle`, at the rate TINY, counts those that could be guessed."""

    def __init__(self, throttle: Throttle) -> None:
        self._throttle = throttle

    async def by_code(self, code: str, instance: Instance) -> Found | None:
        """Find what a code in place of a token opens. Raises TooManyAttempts."""
        if not is_short(code):
            return None
        wait = self._wait(code, instance)
        if wait > 0:
            raise TooManyAttempts(wait)
        return await self._counted(code, instance)

    async def by_password(self, password: str, instance: Instance) -> Found | None:
        """Find what a code in place of a password opens.

        When too many were wrong it is none: the owner's own password could look like one.
        """
        if not is_short(password) or self._wait(password, instance) > 0:
            return None
        return await self._counted(password, instance)

    def _wait(self, code: str, instance: Instance) -> float:
        return self._throttle.wait(instance.domain, alone=True) if is_tiny(code) else 0.0

    async def _counted(self, code: str, instance: Instance) -> Found | None:
        if not is_tiny(code):
            return await _look(code, instance)
        # Before the look, so that many at once do not slip through.
        self._throttle.attempted(instance.domain)
        found = await _look(code, instance)
        if found is not None:
            self._throttle.succeeded(instance.domain)
        return found


async def _look(code: str, instance: Instance) -> Found | None:
    leads = await short_codes_of(instance.store).get(kept_of(instance.secret, code))
    if leads is None:
        return None
    kept = await permissions_of(instance.store).get(leads.value.permission)
    if kept is None or kept.value.type != SHARE:
        return None
    seed = kept.value.shortcodes.get(leads.value.name)
    if seed is None or short_code(instance.secret, seed) != code:
        return None
    return found_link(kept, instance)
