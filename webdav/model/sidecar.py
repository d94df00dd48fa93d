"""The port to where macOS's files beside files are kept: apart from the files themselves."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

LARGEST = 1 << 20
"""Bytes of one; a larger one is kept among the files, so that nothing of it is lost."""


@dataclass(frozen=True, slots=True)
class Sidecar:
    """One such file, by the id of the collection it is in, and its name."""

    parent: str
    name: str
    content: bytes
    modified: datetime


class SidecarStore(Protocol):
    """Small files by parent and name; what `put` and `delete` did is durable once they return."""

    async def get(self, parent: str, name: str) -> Sidecar | None:
        """Return one; None if there is none."""

    async def put(self, sidecar: Sidecar) -> None:
        """Keep one, in place of one of that parent and name. Raises OutOfSpace."""

    async def delete(self, parent: str, name: str) -> None:
        """Forget one; harmless if there is none."""
