"""Whole requests against files in memory, without a server."""

import itertools
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import fromstring

from webdav.handler import DavHandler
from webdav.memory import MemoryBackend
from webdav.message import BodyIncomplete, DavRequest
from webdav.model.extension import Extensions
from webdav.model.lock_manager import LockManager
from webdav.model.lock_store import MemoryLockStore

MOUNT = "/dav/files"
DAV = "{DAV:}"


@dataclass
class Answer:
    status: HTTPStatus
    headers: dict[str, str]
    body: bytes

    @property
    def xml(self) -> Element:
        return fromstring(self.body)

    def rows(self) -> dict[str, dict[int, dict[str, Element]]]:
        """href -> status of the propstat -> Clark name -> element."""
        return {
            row.findtext(f"{DAV}href"): {
                int(propstat.findtext(f"{DAV}status").split()[1]): {
                    prop.tag: prop for prop in propstat.find(f"{DAV}prop")
                }
                for propstat in row.findall(f"{DAV}propstat")
            }
            for row in self.xml.findall(f"{DAV}response")
        }


async def pieces(body: Iterable[bytes], *, cut_off: bool = False) -> AsyncIterator[bytes]:
    for piece in body:
        yield piece
    if cut_off:
        raise BodyIncomplete("connection lost")


class Clock:
    """Stands at 2026-11-23 12:00 UTC and moves on a second each time it is read."""

    def __init__(self):
        self._now = datetime(2026, 11, 23, 12, tzinfo=UTC)

    def __call__(self):
        self._now += timedelta(seconds=1)
        return self._now


class Dav:
    """Sends requests to one backend as a server would."""

    def __init__(self):
        self.clock = Clock()
        numbers = itertools.count(1)
        self.backend = MemoryBackend(self.clock, lambda: f"id-{next(numbers)}")
        self.locks = LockManager(MemoryLockStore(), Clock(), lambda: f"urn:lock:{next(numbers)}")
        self.principal = "owner"
        self.extensions = Extensions()

    async def __call__(self, method, path, body=b"", *, cut_off=False, **headers):
        body = [body] if isinstance(body, bytes) else body
        if "transfer_encoding" not in headers:
            headers.setdefault("content_length", str(sum(map(len, body))))
        return await self.stream(method, path, pieces(body, cut_off=cut_off), **headers)

    async def stream(self, method, path, body, **headers):
        fields = {name.replace("_", "-").lower(): value for name, value in headers.items()}
        fields.setdefault("host", "home.example")
        if "destination" in fields and fields["destination"].startswith("/"):
            fields["destination"] = MOUNT + fields["destination"].removeprefix(MOUNT)
        target = path if path == "*" else MOUNT + path
        request = DavRequest(method, target, fields, body, MOUNT)
        handler = DavHandler(self.backend, self.locks, self.principal, self.extensions)
        response = await handler.handle(request)
        content = response.body
        if not isinstance(content, bytes):
            content = b"".join([piece async for piece in content])
        return Answer(response.status, dict(response.headers), content)

    async def tree(self) -> dict[str, bytes | None]:
        """All paths below the root: the content of each file, None for a collection."""
        found = {}
        waiting = [((), await self.backend.lookup(()))]
        while waiting:
            path, collection = waiting.pop()
            async for page in self.backend.children(collection):
                for member in page:
                    inner = (*path, member.name)
                    found["/" + "/".join(inner)] = await self._content(member)
                    if member.is_collection:
                        waiting.append((inner, member))
        return found

    async def _content(self, member):
        if member.is_collection:
            return None
        body = await self.backend.content(member, 0, member.size)
        return b"".join([piece async for piece in body])


@pytest.fixture
def dav():
    return Dav()


@pytest.fixture(scope="session")
def new_dav():
    return Dav
