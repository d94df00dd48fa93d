"""Large contents, sent so that a cut costs what was not yet there (tus.io 1.0).

Where an upload stands is the home's to tell; only its address is kept here, by what is sent to
which place, so that it also goes on after this program was ended.
"""

import asyncio
import base64
from collections.abc import AsyncIterator, Mapping, MutableMapping
from functools import partial

from clients.desktop.home.bodies import Body
from clients.desktop.home.client import HomeClient, Request
from clients.desktop.home.port import Missing, NameTaken, Unreachable

_VERSION = {"Tus-Resumable": "1.0.0"}
_MEDIA_TYPE = "application/offset+octet-stream"
_TRIES = 5
_PAUSE = 0.5
_SLOWEST = 10 << 20
"""Bytes of a content that a home puts together in a second, when all have come, at the least."""


class Resumable:
    """Uploads to one home; `addresses` is what outlives the program."""

    def __init__(self, client: HomeClient, addresses: MutableMapping[str, str]) -> None:
        self._client = client
        self._addresses = addresses

    async def send(self, metadata: Mapping[str, str], body: Body) -> str:
        """Send a content to where `metadata` says; returns the file's id. Raises HomeError."""
        key = f"{body.name} " + " ".join(
            metadata.get(name, "") for name in ("dir_id", "filename", "file_id", "revision")
        )
        address, offset = await self._standing(key)
        if not address:
            address, offset = await self._begun(key, {**metadata, **body.told}, body.length), 0
        try:
            file_id = await self._sent(address, offset, body)
        except Unreachable:
            raise  # it goes on another time
        except BaseException as error:
            if isinstance(error, Exception):
                self._addresses.pop(key, None)
            raise
        self._addresses.pop(key, None)
        return file_id

    async def _begun(self, key: str, told: Mapping[str, str], length: int) -> str:
        spelt = (
            f"{name} {base64.b64encode(value.encode()).decode()}" for name, value in told.items()
        )
        headers = {
            **_VERSION,
            "Upload-Length": str(length),
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

    async def _sent(self, address: str, offset: int, body: Body) -> str:
        cuts = 0
        while True:
            try:
                return await self._rest(address, offset, body)
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

    async def _rest(self, address: str, offset: int, body: Body) -> str:
        headers = {
            **_VERSION,
            "Upload-Offset": str(offset),
            "Content-Type": _MEDIA_TYPE,
            "Content-Length": str(body.length - offset),
        }
        pieces = _nothing if offset == body.length else partial(body.pieces, offset)
        patience = body.content.size / _SLOWEST
        request = Request("PATCH", address, headers=headers, body=pieces, patience=patience)
        file_id = (await self._client.ask(request)).headers.get("Foyer-File-Id", "")
        if not file_id:
            raise Unreachable("the home did not say which file an upload became")
        return file_id


async def _nothing() -> AsyncIterator[bytes]:
    yield b""
