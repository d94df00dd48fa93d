"""How commands speak to the process that keeps a folder: a line of JSON each way.

It listens on the loopback at a port that the system chose, which every system can do alike, and
answers who shows the secret that lies in the folder's place, for its owner alone to read.
"""

import asyncio
import hmac
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec

from clients.desktop.local.written import read, write

_FILE = "control.json"
_HOST = "127.0.0.1"
_LONGEST = 1 << 20
_PATIENCE = 30.0

Told = dict[str, Any]
Answering = Callable[[str, Mapping[str, Any]], Awaitable[Told]]


class NotRunning(Exception):
    """No process keeps the folder."""


class _Address(msgspec.Struct):
    port: int
    secret: str


class _Asked(msgspec.Struct):
    secret: str
    command: str
    facts: Told = {}


@asynccontextmanager
async def listening(place: Path, answering: Answering) -> AsyncIterator[None]:
    """Answer commands until left."""
    secret = secrets.token_urlsafe(32)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(_PATIENCE):
                asked = msgspec.json.decode(await reader.readline(), type=_Asked)
                if hmac.compare_digest(asked.secret, secret):
                    told = await answering(asked.command, asked.facts)
                    writer.write(msgspec.json.encode(told) + b"\n")
                    await writer.drain()
        except (msgspec.DecodeError, ValueError, ConnectionError, TimeoutError):
            pass  # whoever that was is told nothing
        finally:
            writer.close()

    server = await asyncio.start_server(serve, _HOST, 0, limit=_LONGEST)
    path = place / _FILE
    write(path, _Address(server.sockets[0].getsockname()[1], secret))
    try:
        async with server:
            yield
    finally:
        path.unlink(missing_ok=True)


async def ask(place: Path, command: str, **facts: object) -> Told:
    """Ask the process that keeps a folder. Raises NotRunning."""
    address = read(place / _FILE, _Address)
    if address is None:
        raise NotRunning
    line = msgspec.json.encode(_Asked(address.secret, command, facts)) + b"\n"
    try:
        async with asyncio.timeout(_PATIENCE):
            reader, writer = await asyncio.open_connection(_HOST, address.port, limit=1 << 26)
            writer.write(line)
            told = await reader.readline()
            writer.close()
        return msgspec.json.decode(told, type=Told)
    except (OSError, TimeoutError, msgspec.DecodeError) as error:
        raise NotRunning from error
