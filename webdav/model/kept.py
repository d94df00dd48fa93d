"""Bodies that are kept for who asks the same of the same state: clients that poll mostly do."""

from collections.abc import AsyncIterator, Hashable
from typing import NamedTuple, Protocol


class MadeOf(NamedTuple):
    """What a body was made of, where the same always makes the same: the question, and the state.

    A state that comes back is the same.
    """

    asked: Hashable
    state: Hashable


class KeptBodies(Protocol):
    """Whoever keeps them, in the memory that there is for it."""

    @property
    def largest(self) -> int:
        """Bytes of the largest body that is kept."""

    def find(self, asked: Hashable, now: Hashable, /) -> bytes | None:
        """Return the body that was made for a question of the state that is now, if it is kept."""

    def keep(self, asked: Hashable, moment: Hashable, text: bytes, /) -> None:
        """Keep a body in place of the one before."""


async def keeping(
    body: AsyncIterator[bytes], made_of: MadeOf, kept: KeptBodies
) -> AsyncIterator[bytes]:
    """Pass a body on, and keep it once it is whole."""
    gathered: list[bytes] | None = []
    size = 0
    async for piece in body:
        yield piece
        size += len(piece)
        if size > kept.largest:
            gathered = None
        if gathered is not None:
            gathered.append(piece)
    if gathered is not None:
        kept.keep(*made_of, b"".join(gathered))
