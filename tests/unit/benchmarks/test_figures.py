"""The benchmark's own arithmetic: answers taken apart, and what counts as better."""

import asyncio
import json

import pytest

from benchmarks import workload
from benchmarks.http_client import Place, ask, drive
from benchmarks.rounds import Results

WHOLE = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
CHUNKED = (
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n"
)
EMPTY = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
REFUSED = b"HTTP/1.1 409 Conflict\r\nContent-Length: 2\r\n\r\n{}"


@pytest.fixture
async def answering():
    servers = []

    async def start(answer, piece):
        async def handle(reader, writer):
            while await reader.readuntil(b"\r\n\r\n"):
                for start in range(0, len(answer), piece):
                    writer.write(answer[start : start + piece])
                    await asyncio.sleep(0)

        async def quietly(reader, writer):
            try:
                await handle(reader, writer)
            except asyncio.IncompleteReadError:
                writer.close()

        server = await asyncio.start_server(quietly, "127.0.0.1", 0)
        servers.append(server)
        return Place("127.0.0.1", server.sockets[0].getsockname()[1])

    yield start
    for server in servers:
        server.close()


@pytest.mark.parametrize("piece", [1, 7, 1000])
@pytest.mark.parametrize(
    ("answer", "body"), [(WHOLE, b"hello"), (CHUNKED, b"hello world"), (EMPTY, b"")]
)
async def test_an_answer_is_whole_however_it_comes(answering, answer, body, piece):
    place = await answering(answer, piece)
    assert (await ask(place, "GET", "/")).body == body


async def test_all_requests_are_sent(answering):
    place = await answering(WHOLE, 1000)
    assert await drive(place, [place.request("GET", "/")] * 50, clients=4) > 0


async def test_an_error_ends_the_measurement(answering):
    place = await answering(REFUSED, 1000)
    with pytest.raises(ValueError, match="409"):
        await drive(place, [place.request("GET", "/")], clients=1)


def test_the_ratio_is_the_median_of_the_rounds():
    results = Results()
    for ours, theirs in ((100, 10), (80, 40), (90, 30)):
        results.add("writes (documents/s)", "foyer", ours)
        results.add("writes (documents/s)", "peer", theirs)
        results.add("wake-up (ms)", "foyer", theirs)
        results.add("wake-up (ms)", "peer", ours)
    assert results.times_better("writes (documents/s)", "foyer", "peer") == 3
    assert results.times_better("wake-up (ms)", "foyer", "peer") == 3
    assert results.times_better("writes (documents/s)", "foyer", "nobody") is None


def test_documents_are_about_600_bytes_and_the_same_for_every_server():
    ids = workload.document_ids(100, seed=1)
    assert ids == workload.document_ids(100, seed=1)
    (body,) = workload.bulk_bodies(ids, batch=100)
    assert 550 < len(body) / 100 < 700
    assert [doc["_id"] for doc in json.loads(body)["docs"]] == ids
