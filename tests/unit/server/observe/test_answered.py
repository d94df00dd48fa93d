import asyncio
import io
import json
import logging

import pytest

from server.observe import answered
from server.observe.answered import Answered, AnsweredRequests
from server.observe.logging import JsonFormatter, TextFormatter


def request(path="/db/a", hidden=()):
    return Answered(1_700_000_000.0625, "id", "home", "GET", path, 200, 0.00125, 7, "::1", hidden)


@pytest.fixture(params=[JsonFormatter, TextFormatter])
def said(request):
    log, stream = logging.getLogger("tests.answered"), io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(request.param())
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    yield AnsweredRequests(log), stream
    log.removeHandler(handler)


def test_a_line_tells_all_there_is():
    assert json.loads(request().as_json()) == {
        "time": "2023-11-14T22:13:20.062+00:00",
        "level": "info",
        "logger": "server.requests",
        "event": "request",
        "request": "id",
        "instance": "home",
        "method": "GET",
        "path": "/db/a",
        "status": 200,
        "ms": 1.2,
        "bytes": 7,
        "caller": "::1",
    }


async def test_lines_are_written_together_after_a_while(said, monkeypatch):
    monkeypatch.setattr(answered, "SECONDS", 0.01)
    gathered, stream = said
    for n in range(3):
        gathered.add(request(f"/db/{n}"))
    assert stream.getvalue() == ""
    await asyncio.sleep(0.05)
    lines = stream.getvalue().splitlines()
    assert [f"/db/{n}" in line for n, line in enumerate(lines)] == [True] * 3


async def test_no_more_wait_than_there_is_room_for(said, monkeypatch):
    monkeypatch.setattr(answered, "MOST", 2)
    gathered, stream = said
    gathered.add(request())
    gathered.add(request())
    assert len(stream.getvalue().splitlines()) == 2


def test_lines_of_a_loop_that_has_ended_are_written_by_the_next(said, monkeypatch):
    monkeypatch.setattr(answered, "SECONDS", 0.01)
    gathered, stream = said

    async def add(wait):
        gathered.add(request())
        await asyncio.sleep(wait)

    asyncio.run(add(0))
    asyncio.run(add(0.05))
    assert len(stream.getvalue().splitlines()) == 2


async def test_what_others_sent_forges_no_line_and_tells_no_secret(said):
    gathered, stream = said
    gathered.add(request("/office/content/hidden/a\nb\x1b\udcff", hidden=("hidden",)))
    gathered.say()
    assert len(stream.getvalue().encode("utf-8", "backslashreplace").splitlines()) == 1
    assert "hidden" not in stream.getvalue()
    assert "\x1b" not in stream.getvalue()
