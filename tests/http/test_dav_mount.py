"""The framing of HTTP between a client's socket and the library: what only a real server shows."""

import asyncio
import itertools
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest
from aiohttp.http_exceptions import BadHttpMessage

from server.dav.mount import answer_options
from tests.support.dav_server import serving
from webdav.handler import DavHandler
from webdav.memory import MemoryBackend
from webdav.message import FileSlice


class FolderBackend(MemoryBackend):
    """Serves contents as slices of local files, as a backend over a folder does."""

    folder = None

    async def content(self, file, start, stop):
        local = self.folder / file.etag.strip('"')
        local.write_bytes(self._contents[file.etag])
        return FileSlice(str(local), start, stop)


class BrokenBackend(MemoryBackend):
    """Fails while it lists."""

    pages = 0

    async def children(self, _collection):
        for _ in range(self.pages):
            yield [await self.lookup(("a",))] * 300
        raise RuntimeError("the disk is gone")


@asynccontextmanager
async def running(backend, **settings):
    numbers = itertools.count()
    instance = backend(lambda: datetime.now(UTC), lambda: str(next(numbers)))
    for name, value in settings.items():
        setattr(instance, name, value)
    async with serving(DavHandler(instance), instance) as server:
        yield server


@pytest.fixture
async def server():
    async with running(MemoryBackend) as started:
        yield started


async def test_target_is_taken_as_it_was_sent(server):
    assert (await server.ask("PUT", "/dav/files/a%2520%3Fb", b"x"))[0] == 201
    assert await server.backend.lookup(("a%20?b",)) is not None
    for path in ("/dav/files/../files/a", "/dav/files/a%2f..", "/dav/files/%2e%2e/x"):
        assert (await server.ask("PUT", path, b"x"))[0] == 400
    assert (await server.ask("PUT", "http://home/dav/files/absolute", b"x"))[0] == 201
    assert await server.content("absolute") == b"x"
    assert (await server.ask("DELETE", "/dav/files/absolute#part"))[0] == 400


async def test_mount_is_there_with_and_without_a_slash(server):
    for path in ("/dav/files", "/dav/files/"):
        assert (await server.ask("PROPFIND", path, b"", "Depth: 0"))[0] == 207
    assert (await server.ask("PROPFIND", "/dav/filesystem", b"", "Depth: 0"))[0] == 404


async def test_options_has_no_body(server):
    status, headers, body = await server.ask("OPTIONS", "/dav/files/x")
    assert (status, body, headers["Content-Length"]) == (200, b"", "0")
    assert headers["MS-Author-Via"] == "DAV"
    assert answer_options().headers["DAV"] == "1, 2, 3, extended-mkcol, sabredav-partialupdate"


HEAD = b"PUT /dav/files/%s HTTP/1.1\r\nHost: home\r\n"


@pytest.mark.parametrize("name", [b"old", b"new"])
@pytest.mark.parametrize(
    "request_cut_off",
    [b"Content-Length: 10\r\n\r\nhalf", b"Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n",
     b"Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\nzz\r\n0\r\n\r\n"],
)  # fmt: skip
async def test_upload_that_is_cut_off_leaves_what_was_there(server, caplog, name, request_cut_off):
    await server.ask("PUT", "/dav/files/old", b"old content")
    await server.raw(HEAD % name, request_cut_off, hang_up=True)
    await asyncio.sleep(0.1)
    assert await server.content("old") == b"old content"
    assert await server.content("new") is None
    faults = [record.exc_info[0] for record in caplog.records if record.exc_info]
    assert set(faults) <= {BadHttpMessage}  # which aiohttp logs before anybody is asked


async def test_upload_in_chunks_is_whole(server):
    answer = await server.raw(
        HEAD % b"a",
        b"Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"4\r\nhalf\r\n",
        b"5\r\n more\r\n0\r\n\r\n",
    )
    assert answer.startswith(b"HTTP/1.1 201 ")
    assert await server.content("a") == b"half more"


async def test_refusal_comes_before_the_body_is_asked_for(server):
    await server.ask("PUT", "/dav/files/a", b"x")
    expecting = b"Content-Length: 5\r\nConnection: close\r\nExpect: 100-continue\r\n"
    refused = await server.raw(HEAD % b"a", expecting, b"If-None-Match: *\r\n\r\n")
    assert refused.startswith(b"HTTP/1.1 412 ")
    assert b"100 Continue" not in refused
    taken = await server.raw(HEAD % b"a", expecting, b"\r\n", b"fresh")
    assert taken.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 ")
    assert await server.content("a") == b"fresh"


async def test_large_upload_comes_back_whole(server):
    sent = bytes(range(256)) * 8192
    assert (await server.ask("PUT", "/dav/files/a", sent))[0] == 201
    assert await server.content("a") == sent


@pytest.mark.parametrize("size", [1, 1 << 16, (1 << 16) + 1, 3_000_000])
async def test_local_file_is_sent_whole_and_in_part(tmp_path, size):
    sent = (bytes(range(251)) * (size // 251 + 1))[:size]
    async with running(FolderBackend, folder=tmp_path) as server:
        await server.ask("PUT", "/dav/files/a", sent)
        status, headers, body = await server.ask("GET", "/dav/files/a")
        assert (status, headers["Content-Length"], body) == (200, str(size), sent)
        status, headers, body = await server.ask("GET", "/dav/files/a", b"", "Range: bytes=-7")
        assert (status, body) == (206, sent[-7:])
        status, headers, body = await server.ask("HEAD", "/dav/files/a")
        assert (status, headers["Content-Length"], body) == (200, str(size), b"")


async def test_connection_serves_on_after_a_local_file(tmp_path):
    async with running(FolderBackend, folder=tmp_path) as server:
        await server.ask("PUT", "/dav/files/a", b"z" * 100_000)
        get = b"GET /dav/files/a HTTP/1.1\r\nHost: home\r\n"
        answer = await server.raw(get, b"\r\n", get, b"Connection: close\r\n\r\n")
        assert answer.count(b"HTTP/1.1 200 OK") == 2
        assert answer.count(b"z") >= 200_000


async def test_long_listing_streams_and_short_one_has_a_length(server):
    _, short, _ = await server.ask("PROPFIND", "/dav/files/", b"", "Depth: 1")
    assert "Content-Length" in short
    for number in range(400):
        await server.backend.make_collection((str(number),), {})
    _, long, body = await server.ask("PROPFIND", "/dav/files/", b"", "Depth: 1")
    assert long["Transfer-Encoding"] == "chunked"
    assert body.endswith(b"</D:multistatus>\r\n0\r\n\r\n")


@pytest.mark.parametrize("pages", [0, 20])
async def test_listing_that_fails_never_looks_complete(pages):
    async with running(BrokenBackend, pages=pages) as server:
        await server.ask("PUT", "/dav/files/a", b"x")
        status, _, body = await server.ask("PROPFIND", "/dav/files/", b"", "Depth: 1")
        assert status == (207 if pages else 500)
        assert not body.endswith(b"0\r\n\r\n")
