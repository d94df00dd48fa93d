"""What is said about documents and kept nowhere: a hub for those who listen at the moment."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

from aiohttp import web

from server.realtime.events import Event

MOST_UNHEARD = 256
"""Notices kept for a listener who is slow; the oldest are dropped beyond."""

Queue = asyncio.Queue[Event]


class Notices:
    """Passes notices to who listens, by home and type of documents."""

    def __init__(self) -> None:
        self._listeners: defaultdict[tuple[str, str], set[Queue]] = defaultdict(set)

    def tell(self, domain: str, event: Event) -> None:
        """Pass a notice on; nobody waits for slow listeners."""
        for queue in self._listeners.get((domain, event.doctype), ()):
            if queue.full():
                queue.get_nowait()
            queue.put_nowait(event)

    @contextmanager
    def heard(self, domain: str, doctype: str) -> Iterator[Queue]:
        """Give a queue of what is said about documents of a type, while it lasts."""
        queue: Queue = asyncio.Queue(MOST_UNHEARD)
        key = (domain, doctype)
        self._listeners[key].add(queue)
        try:
            yield queue
        finally:
            self._listeners[key].discard(queue)
            if not self._listeners[key]:
                del self._listeners[key]


NOTICES = web.AppKey("notices", Notices)
