"""One connection to a server, bytes as they are: requests cut anywhere, answers to the letter."""

import asyncio
import json
from dataclasses import dataclass


@dataclass(frozen=True)
class RawAnswer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def lasting(self):
        """All of it that is the same whenever it is asked."""
        kept = {name: value for name, value in self.headers.items() if name != "date"}
        return self.status, kept, self.body


class RawLine:
    def __init__(self, port, headers):
        self.port = port
        self.headers = headers

    async def __aenter__(self):
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        return self

    async def __aexit__(self, *_):
        self.writer.close()

    def request(self, method, path, document=None, **headers):
        body = b"" if document is None else document
        if isinstance(document, dict):
            body = json.dumps(document).encode()
        told = {"Host": "localhost", **self.headers, **headers}
        if body or method == "PUT":
            told |= {"Content-Type": "application/json", "Content-Length": str(len(body))}
        lines = [f"{method} {path} HTTP/1.1", *(f"{n}: {v}" for n, v in told.items()), "", ""]
        return "\r\n".join(lines).encode() + body

    async def send(self, data, *cuts):
        """Send these bytes, in pieces that end at the cuts."""
        for start, end in zip((0, *cuts), (*cuts, len(data)), strict=True):
            self.writer.write(data[start:end])
            await self.writer.drain()
            await asyncio.sleep(0.005 if cuts else 0)

    async def answer(self):
        async with asyncio.timeout(10):
            head = await self.reader.readuntil(b"\r\n\r\n")
            first, *lines = head.decode().split("\r\n")[:-2]
            pairs = (line.partition(": ") for line in lines)
            headers = {name.lower(): value for name, _, value in pairs}
            body = await self.reader.readexactly(int(headers.get("content-length", 0)))
        return RawAnswer(int(first.split()[1]), headers, body)

    async def ask(self, method, path, document=None, **headers):
        await self.send(self.request(method, path, document, **headers))
        return await self.answer()
