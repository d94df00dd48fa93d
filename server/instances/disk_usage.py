"""How much room a home takes on the disk."""

import asyncio
import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class DiskUsage:
    """Bytes of documents and their indexes, and of blobs: contents of files and attachments."""

    documents: int
    blobs: int

    @property
    def total(self) -> int:
        """All of it."""
        return self.documents + self.blobs


async def disk_usage(folder: Path) -> DiskUsage:
    """Count a home's bytes on the disk, in a thread. Raises OSError."""
    return await asyncio.to_thread(count_usage, folder)


def count_usage(folder: Path) -> DiskUsage:
    """Count a home's bytes on the disk. Raises OSError."""
    documents = sum(path.stat().st_size for path in folder.glob("documents.db*"))
    return DiskUsage(documents, _size_below(folder / "blobs"))


def _size_below(folder: Path) -> int:
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.stat(os.path.join(place, name)).st_size  # noqa: PTH116, PTH118  # many
            except FileNotFoundError:  # swept meanwhile
                continue
    return total
