"""What a home's gate rests on when it lets somebody in, noted for requests that repeat one."""

from aiohttp import web

from server import keys
from server.auth.authenticator import Authenticator
from server.auth.principal import Principal
from server.auth.shown import Shown
from server.auth.standing import Standing
from server.http.at_once import at_once
from server.http.short_way import is_repeatable

_DOOR = "/dav/"


class NotedFacts:
    """Facts as they are before the gate decides: the home as it is open, and what was cut off."""

    def __init__(self, request: web.Request, shown: Shown) -> None:
        homes, live = request.app[keys.INSTANCES], request.app[keys.LIVE]
        self._home, self._shown = request[keys.INSTANCE], shown
        self._address = request[keys.CALLER].address
        self._authenticator: Authenticator = request.app[keys.AUTHENTICATOR]
        self._standing = Standing()
        self._standing.rests_on(lambda: homes.is_open(self._home))
        self._standing.rests_on(lambda: live.cuts)

    def standing_of(self, principal: Principal) -> Standing | None:
        """Return what it rests on that this caller was let in; None where that takes waiting.

        What was shown is looked at again for each request: it must still speak for the same caller.
        """
        try:
            if self._speaks_for() != principal:
                return None
            self._standing.rests_on(self._speaks_for)
        except Exception:  # noqa: BLE001  # whatever it is, the whole way finds it too
            return None
        return self._standing

    def _speaks_for(self) -> Principal:
        return at_once(self._authenticator.principal(self._shown, self._home, self._address))


def noted_facts(request: web.Request, shown: Shown, route: str) -> NotedFacts | None:
    """Note what a decision will rest on; None where nobody would repeat it."""
    if not route.startswith(_DOOR) or not is_repeatable(request):
        return None
    return NotedFacts(request, shown)
