"""Large contents, sent so that a cut costs what was not yet there (tus.io 1.0).

Where an upload stands is the home's to tell; only its address is kept here, by what is sent to
which place, so that it also goes on after this program was ended.
"""

import asyncio
import base64
from collections.abc import AsyncIterator, Mapping, MutableMapping

from clients.desktop.home.client import HomeClient, Request
from clients.desktop.home.port import Missing, NameTaken, Pieces, Unreachable
from clients.desktop.model.content import Content

_VERSION = {"Tus-Resumable": "1.0.0"}
_MEDIA_TYPE = "application/offset+octet-stream"
_TRIES = 5
_PAUSE = 0.5


class Resumable:
    """Uploads to one home; `addresses` is what outlives the program."""

    def __init__(self, client: HomeClient, addresses: MutableMapping[str, str]) -> None:
        self._client = client
        self._addresses = addresses

    async def send(self, metadata: Mapping[str, str], content: Content, pieces: Pieces) -> str:
        """Send a content to where `metadata` says; returns the file's id. Raises HomeError."""
        key = f"{content.sha256} " + " ".join(
            metadata.get(name, "") for name in ("dir_id", "filename", "file_id", "revision")
        )
        address, offset = await self._standing(key)
        if not address:
            address, offset = await self._begun(key, metadata, content), 0
        try:
            file_id = await self._sent(address, offset, content, pieces)
        except Unreachable:
            raise  # it goes on another time
        except BaseException as error:
            if isinstance(error, Exception):
                self._addresses.pop(key, None)
            raise
        self._addresses.pop(key, None)
        return file_id

    async def _begun(self, key: str, metadata: Mapping[str, str], content: Content) -> str:
        told = {**metadata, "sha256": content.sha256}
        spelt = (
            f"{name} {base64.b64encode(value.encode()).decode()}" for name, value in told.items()
        )
        headers = {
            **_VERSION,
            "Upload-Length": str(content.size),
            "Upload-Metadata": ",".join(spelt),
        }
        answer = await self._client.ask(Request("POST", "/files/uploads", headers=headers))
        address = answer.headers.get("Location", "")
        if not address.startswith("/files/uploads/"):
            raise Unreachable("the home told no address for an upload")
        self._addresses[key] = address
        return address

    async def _standing(self, key: str) -> tuple[str, int]:
        """Return an upload that was begun before, and how far it is; "" where there is none."""
        address = self._addresses.get(key, "")
        if not address:
            return "", 0
        try:
            return address, await self._offset(address)
        except Missing:
            self._addresses.pop(key, None)
            return "", 0

    async def _offset(self, address: str) -> int:
        answer = await self._client.ask(Request("HEAD", address, headers=_VERSION))
        told = answer.headers.get("Upload-Offset", "")
        if not told.isdigit():
            raise Unreachable("the home did not tell where an upload stands")
        return int(told)

    async def _sent(self, address: str, offset: int, content: Content, pieces: Pieces) -> str:
        cuts = 0
        while True:
            try:
                return await self._rest(address, offset, content, pieces)
            except Unreachable:
                cuts += 1
                if cuts >= _TRIES:
                    raise
                await asyncio.sleep(_PAUSE * cuts)
                there = await self._offset(address)
                cuts = cuts if there == offset else 0
                offset = there
            except NameTaken:  # TUS says with the same status that the upload stands elsewhere
                there = await self._offset(address)
                if there == offset:
                    raise
                offset = there

    async def _rest(self, address: str, offset: int, content: Content, pieces: Pieces) -> str:
        headers = {
            **_VERSION,
            "Upload-Offset": str(offset),
            "Content-Type": _MEDIA_TYPE,
            "Content-Length": str(content.size - offset),
        }
        request = Request("PATCH", address, headers=headers, body=lambda: pieces(offset))
        if offset == content.size:
            request = Request("PATCH", address, headers=headers, body=_nothing)
        file_id = (await self._client.ask(request)).headers.get("Foyer-File-Id", "")
        if not file_id:
            raise Unreachable("the home did not say which file an upload became")
        return file_id


async def _nothing() -> AsyncIterator[bytes]:
    yield b""


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
