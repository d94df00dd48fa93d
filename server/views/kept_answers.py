"""Answers that are kept as long as their database stands where it did, the last ones of a home."""

from collections import OrderedDict
from collections.abc import Hashable
from typing import NamedTuple

MOST_BYTES = 4 * 1024 * 1024
LARGEST = 256 * 1024
"""Bytes of one answer; the way of a larger one matters less."""


class _Kept(NamedTuple):
    moment: Hashable
    text: bytes


class KeptAnswers:
    """Texts by what was asked, each with the moment before it was made: one that never comes back.

    Of a question to a database that is where it stood, which whatever changes an answer moves:
    documents, design documents, what is purged.
    """

    largest = LARGEST

    def __init__(self, most: int = MOST_BYTES) -> None:
        self._most = most
        self._bytes = 0
        self._kept: OrderedDict[Hashable, _Kept] = OrderedDict()

    def find(self, asked: Hashable, now: Hashable) -> bytes | None:
        """Return the answer to a question, if it was made of what there is now."""
        found = self._kept.get(asked)
        if found is None or found.moment != now:
            return None
        self._kept.move_to_end(asked)
        return found.text

    def keep(self, asked: Hashable, moment: Hashable, text: bytes) -> None:
        """Keep an answer in place of the one before; `moment` is from before it was made."""
        before = self._kept.pop(asked, None)
        self._bytes -= len(before.text) if before else 0
        if len(text) > min(LARGEST, self._most):
            return
        self._kept[asked] = _Kept(moment, text)
        self._bytes += len(text)
        while self._bytes > self._most:
            _, oldest = self._kept.popitem(last=False)
            self._bytes -= len(oldest.text)
