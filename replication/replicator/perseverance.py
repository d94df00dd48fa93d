"""How often, and how long after, a replication that was interrupted is tried again."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from replication.core.errors import Invalid, ReplicationError
from replication.replicator.peer import PeerUnreachable
from replication.replicator.replicator import Replicator, Result

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class BackOff:
    """Waits double from `first` to `longest` seconds; after `tries` without progress, it is over.

    `tries` of None means for ever.
    """

    first: float = 0.25
    longest: float = 300.0
    tries: int | None = 6

    def wait(self, failures: int) -> float | None:
        """Return the seconds to wait after so many failures in a row; None to give up."""
        if self.tries is not None and failures >= self.tries:
            return None
        return min(self.longest, self.first * 2.0 ** min(failures - 1, 30))


ONE_PASS = BackOff()
FOR_EVER = BackOff(tries=None)


async def persevere(
    begin: Callable[[], Awaitable[Replicator]],
    back_off: BackOff,
    *,
    passing: type[ReplicationError] = PeerUnreachable,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    failed: Callable[[ReplicationError], Awaitable[None]] | None = None,
) -> Result:
    """Run a replication, a new session after each interruption, until one comes to its end.

    `passing` are the errors that may be over next time, raised when the back-off gives up; others
    are raised at once, and Invalid always. `failed` is told before each wait.
    """
    failures = 0
    while True:
        session = None
        try:
            session = await begin()
            return await session.run()
        except Invalid:
            raise
        except passing as error:
            # what was checked is checked again each time; what was written is written once
            progress = session is not None and session.counts.docs_written > 0
            failures = 1 if progress else failures + 1
            wait = back_off.wait(failures)
            if wait is None:
                raise
            _log.info(
                "replication interrupted", extra={"wait": wait, "error": type(error).__name__}
            )
            if failed is not None:
                await failed(error)
        await sleep(wait)
