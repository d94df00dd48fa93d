"""When a session was last used: written down once in a while, not at each request."""

import logging
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime

import msgspec

from replication.core.errors import ReplicationError
from server.auth.principal import Kind, Principal
from server.instances.instance import Instance
from server.sign_in.session import sessions_of

EVERY_SECONDS = 600.0
"""Seconds in which one session is written down once."""

_log = logging.getLogger(__name__)
_REMEMBERED = 16_384


class SessionSeen:
    """Writes down which sessions are used; `now` tells the time, aware."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._noted: OrderedDict[tuple[str, str], float] = OrderedDict()

    async def note(self, principal: Principal, home: Instance, address: str) -> None:
        """Write down that a session is used, unless that was done a while ago.

        A disk that is full hinders nobody from reading: it is logged.
        """
        if principal.kind is not Kind.SESSION:
            return
        key, now = (principal.domain, principal.credential), self._now()
        if now.timestamp() - self._noted.get(key, float("-inf")) < EVERY_SECONDS:
            return
        # Before the write, so that many requests at once write once.
        self._noted[key] = now.timestamp()
        self._noted.move_to_end(key)
        if len(self._noted) > _REMEMBERED:
            self._noted.popitem(last=False)
        try:
            await sessions_of(home.store).update(
                principal.credential,
                lambda session: msgspec.structs.replace(
                    session, last_seen=now.isoformat(), ip=address
                ),
            )
        except ReplicationError as error:
            _log.warning("session not noted", extra={"error": type(error).__name__})
