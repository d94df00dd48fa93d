"""Tells those who wait that a database moved on.

Whoever waits takes a ticket before reading. A write between the read and the wait redeems the
ticket already taken, so it cannot be missed; taken after the read, it could.
"""

import asyncio


class UpdateNotifier:
    """Gives tickets that the next advance redeems. Belongs to one event loop.

    `reached` is a sequence that the database stands at, if not beyond: a hundred who wait need not
    ask the disk one after the other. `moves` counts the advances.
    """

    def __init__(self) -> None:
        self._moved = asyncio.Event()
        self.reached = 0
        self.moves = 0

    def ticket(self) -> asyncio.Event:
        """Return an event that the next advance will set."""
        return self._moved

    def advance(self, reached: int = 0) -> None:
        """Redeem all tickets given so far; `reached` is a sequence that is on the disk now."""
        self.reached = max(self.reached, reached)
        self.moves += 1
        self._moved.set()
        self._moved = asyncio.Event()
