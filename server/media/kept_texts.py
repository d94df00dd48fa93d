"""Texts that were taken out of contents, each in a file of its own beside the home's documents.

They are named by the content, so that files which share one share its text. All of them can be made
again: a backup leaves them out.
"""

import asyncio
import shutil
import zlib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from doctypes.contents.known import VERSION, KnownTexts

FOLDER = "texts"


def packed(text: str) -> bytes:
    """Return a text as it is kept: UTF-8 in zlib's format."""
    return zlib.compress(text.encode(errors="replace"))


def forget_texts(folder: Path, blobs: Iterable[str]) -> None:
    """Take away the texts of contents that are gone from the home in this folder; blocks.

    `blobs` are what contents are called there.
    """
    kept = KeptTexts(folder)
    for blob in blobs:
        kept.place_of(blob).unlink(missing_ok=True)


class KeptTexts:
    """Those of the home in a folder, as the rules of now took them out.

    `named` tells what contents are called there (`Transit.named`).
    """

    def __init__(self, folder: Path, named: Callable[[str], str] = str) -> None:
        self._named = named
        self._all = folder / FOLDER
        self._folder = self._all / VERSION

    def place_of(self, blob: str) -> Path:
        """Return where the text of a content is, or would be."""
        name = self._named(blob)
        return self._folder / name[:2] / name

    async def lacking(self, blobs: Iterable[str]) -> set[str]:
        """Return those of contents that were not looked into, not even in vain."""
        wanted = set(blobs)
        return await asyncio.to_thread(self._lacking, wanted) if wanted else wanted

    def _lacking(self, blobs: set[str]) -> set[str]:
        return {blob for blob in blobs if not self.place_of(blob).exists()}

    async def of(self, blobs: Iterable[str]) -> Mapping[str, str]:
        """Return the texts of contents that have any."""
        wanted = list(blobs)
        return await asyncio.to_thread(self._read, wanted) if wanted else {}

    def _read(self, blobs: list[str]) -> dict[str, str]:
        found = {}
        for blob in blobs:
            try:
                found[blob] = zlib.decompress(self.place_of(blob).read_bytes()).decode()
            except (FileNotFoundError, zlib.error):  # not looked into yet, or cut by a full disk
                continue
        return found

    async def put(self, blob: str, text: str) -> None:
        """Keep a text."""
        await asyncio.to_thread(self._put, blob, text)

    def _put(self, blob: str, text: str) -> None:
        target = self.place_of(blob)
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary = target.with_name(target.name + ".new")
        temporary.write_bytes(packed(text))
        temporary.replace(target)

    async def drop_older(self) -> None:
        """Take away what other rules took out."""
        await asyncio.to_thread(self._drop_older)

    def _drop_older(self) -> None:
        if self._all.exists():
            for other in self._all.iterdir():
                if other.name != VERSION:
                    shutil.rmtree(other, ignore_errors=True)


_: type[KnownTexts] = KeptTexts
