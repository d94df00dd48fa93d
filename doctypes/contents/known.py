"""What is known of the texts in contents, for those who search: whatever was taken out so far."""

from collections.abc import Iterable, Mapping
from typing import Protocol

VERSION = "1"
"""Of the rules by which texts are taken out (`text.py`): others take all of them out again."""


class KnownTexts(Protocol):
    """The texts of contents, by the names of these (SHA-256 in hex)."""

    async def of(self, blobs: Iterable[str]) -> Mapping[str, str]:
        """Return what is known of these; a content that is not in it may be looked into yet."""


class NothingKnown:
    """Where no contents are looked into."""

    async def of(self, blobs: Iterable[str]) -> Mapping[str, str]:
        """Return nothing."""
        del blobs
        return {}


_: type[KnownTexts] = NothingKnown
