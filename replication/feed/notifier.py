"""Tells those who wait that a database moved on.

Whoever waits takes a ticket before reading. A write between the read and the wait redeems the
ticket already taken, so it cannot be missed; taken after the read, it could.
"""

import asyncio


class UpdateNotifier:
    """Gives tickets that the next advance redeems. Belongs to one event loop."""

    def __init__(self) -> None:
        self._moved = asyncio.Event()

    def ticket(self) -> asyncio.Event:
        """Return an event that the next advance will set."""
        return self._moved

    def advance(self) -> None:
        """Redeem all tickets given so far."""
        self._moved.set()
        self._moved = asyncio.Event()
