"""A home and a Document Server together, and the promise that binds them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from zipfile import BadZipFile

from server.office.settings import OfficeSettings
from tests.support.document_server.docx import paragraphs_of
from tests.support.document_server.driver import Driver, driver
from tests.support.document_server.host import Host, office_host

SECRET = "a secret between two that trust each other"


@dataclass(frozen=True)
class Desk:
    """What a test of office editing works at."""

    host: Host
    double: Driver

    async def texts(self) -> dict[str, list[str]]:
        """Return the paragraphs of every document at home, by name."""
        return {name: _paragraphs(raw) for name, raw in (await self.host.everything()).items()}

    async def check_nothing_is_lost(self, key: str, *typed: str) -> None:
        """Hold the promise: what was typed is at home, or still with the editor and not silently.

        The double forgets, as the real one does, what it was told is stored; so whatever is in
        neither place was lost by a wrong answer.
        """
        stored = {text for texts in (await self.texts()).values() for text in texts}
        missing = set(typed) - stored
        if missing:
            assert missing <= await self._kept(key)
            answers = [text for _, _, text in await self.double.callbacks(key)]
            assert any(text != '{"error":0}' for text in answers)

    async def _kept(self, key: str) -> set[str]:
        kept = set((await self.double.log())["unsaved"].get(key, []))
        if key in await self.double.forgotten():
            kept |= set(paragraphs_of(await self.double.forgotten_bytes(key)))
        return kept


def _paragraphs(content: bytes) -> list[str]:
    try:
        return paragraphs_of(content)
    except (BadZipFile, KeyError):
        return []


@asynccontextmanager
async def desk_at(address: str, **settings: object) -> AsyncIterator[Desk]:
    """Put a fresh home before the double at this address; `settings` differ from the usual."""
    chosen = OfficeSettings(**{"server": address, "secret": SECRET, **settings})  # type: ignore[arg-type]
    async with office_host(chosen) as host, driver(address, SECRET) as double:
        yield Desk(host, double)
