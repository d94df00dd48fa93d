"""Requests under way by credential: when it is revoked they end at once, feeds and sockets too."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from server.auth.principal import Kind, Principal

PASSPHRASE = "passphrase"  # noqa: S105  # a word, and no secret
"""Stands for the owner's passphrase among the ids of credentials: it ends by being changed."""

_Tasks = set[asyncio.Task[Any]]


class LiveRequests:
    """Knows which tasks serve which credential."""

    def __init__(self) -> None:
        self._tasks: defaultdict[tuple[str, str], _Tasks] = defaultdict(set)
        self.cuts = 0
        """How often something was cut off: who sees it grow while looking at a credential looks
        again, for it may have been that one, and its request was not here yet to be ended."""

    @contextmanager
    def entered(self, principal: Principal) -> Iterator[None]:
        """Keep the running task among those of a credential while it lasts."""
        task = asyncio.current_task()
        credential = PASSPHRASE if principal.kind is Kind.OWNER else principal.credential
        if not credential or task is None:
            yield
            return
        key = (principal.domain, credential)
        self._tasks[key].add(task)
        try:
            yield
        finally:
            self._tasks[key].discard(task)
            if not self._tasks[key]:
                del self._tasks[key]

    def cut_off(self, domain: str, credential: str) -> int:
        """End what a credential has under way, but for the caller; return how many that were."""
        self.cuts += 1
        ended = [
            task
            for task in self._tasks.get((domain, credential), ())
            if task is not asyncio.current_task()
        ]
        for task in ended:
            task.cancel()
        return len(ended)
