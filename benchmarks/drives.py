"""The same work with files, said to each server in its own words."""

import json
import time
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import quote, urlencode

from benchmarks.http_client import Connection, ask, connect
from benchmarks.servers import Server

_PAGE = 1000


class Drive(Protocol):
    """A server that keeps files, at paths."""

    @property
    def server(self) -> Server:
        """Which one."""

    def upload(self, name: str, body: bytes) -> bytes:
        """Return the request that makes a file at the top, or its head where `body` is empty."""

    def download(self, name: str) -> bytes:
        """Return the request that reads a file at the top."""

    async def list(self, name: str) -> tuple[float, int]:
        """Read a folder at the top; return the seconds, and how many things are in it."""

    async def move(self, here: str, there: str) -> float:
        """Move a folder from one path to another; return the seconds."""


@dataclass(frozen=True, slots=True)
class FoyerDrive:
    """Foyer's `/files`, as Cozy's clients speak it."""

    server: Server

    def upload(self, name: str, body: bytes) -> bytes:
        """POST /files/, as an app does it."""
        path = f"/files/?{urlencode({'Type': 'file', 'Name': name})}"
        return self.server.place.request("POST", path, body)

    def download(self, name: str) -> bytes:
        """GET by path."""
        path = f"/files/download?{urlencode({'Path': f'/{name}'})}"
        return self.server.place.request("GET", path)

    async def list(self, name: str) -> tuple[float, int]:
        """Read page after page."""
        link: str | None = (
            f"/files/{await self._id(name)}/relationships/contents?page[limit]={_PAGE}"
        )
        connection, seconds, found = await connect(self.server.place), 0.0, 0
        while link:
            told, took = await _told(connection, self.server.place.request("GET", link))
            seconds, found = seconds + took, found + len(told["data"])
            link = told.get("links", {}).get("next")
        connection.close()
        return seconds, found

    async def move(self, here: str, there: str) -> float:
        """PATCH its parent."""
        node_id, parent_id = await self._id(here), await self._id(there.rpartition("/")[0])
        body = {"data": {"type": "io.cozy.files", "attributes": {"dir_id": parent_id}}}
        text = json.dumps(body).encode()
        return await _timed(
            self.server, self.server.place.request("PATCH", f"/files/{node_id}", text)
        )

    async def changes(self, count: int) -> float:
        """Read the whole feed with paths; return the seconds. Raises ValueError for too few."""
        connection, seconds, found, since = await connect(self.server.place), 0.0, 0, "0"
        while True:
            query = urlencode({"include_docs": "true", "include_file_path": "true", "since": since})
            request = self.server.place.request("GET", f"/files/_changes?{query}")
            told, took = await _told(connection, request)
            seconds, found, since = seconds + took, found + len(told["results"]), told["last_seq"]
            if not told["pending"]:
                break
        connection.close()
        if found < count:
            raise ValueError(f"{found} changes of {count}")
        return seconds

    async def _id(self, name: str) -> str:
        path = f"/files/metadata?{urlencode({'Path': f'/{name}'})}"
        answer = await ask(self.server.place, "GET", path)
        return str(json.loads(answer.body)["data"]["id"])


@dataclass(frozen=True, slots=True)
class NginxDrive:
    """nginx with its WebDAV module."""

    server: Server

    def upload(self, name: str, body: bytes) -> bytes:
        """PUT."""
        return self.server.place.request("PUT", f"/{quote(name)}", body)

    def download(self, name: str) -> bytes:
        """GET."""
        return self.server.place.request("GET", f"/{quote(name)}")

    async def list(self, name: str) -> tuple[float, int]:
        """Read its index, which is JSON."""
        connection = await connect(self.server.place)
        told, seconds = await _told(connection, self.server.place.request("GET", f"/{name}/"))
        connection.close()
        return seconds, len(told)

    async def move(self, here: str, there: str) -> float:
        """MOVE."""
        head = self.server.place.request("MOVE", f"/{here}/").removesuffix(b"\r\n\r\n")
        target = f"Destination: {self.server.url}/{there}/".encode()
        return await _timed(self.server, b"\r\n".join([head, target, b"", b""]))


async def _timed(server: Server, request: bytes) -> float:
    connection = await connect(server.place)
    seconds = (await _answered(connection, request))[1]
    connection.close()
    return seconds


async def _told(connection: Connection, request: bytes) -> tuple[Any, float]:
    body, seconds = await _answered(connection, request)
    return json.loads(body), seconds


async def _answered(connection: Connection, request: bytes) -> tuple[bytes, float]:
    begun = time.perf_counter()
    answer = await connection.ask(request)
    if answer.status >= 400:
        raise ValueError(f"answered {answer.status}: {answer.body[:300]!r}")
    return answer.body, answer.at - begun
