import asyncio
from contextlib import aclosing

import pytest

from server.http.at_once import Waits, at_once


async def numbers(waits):
    yield 1
    if waits:
        await asyncio.sleep(0)
    yield 2


async def gathered(waits, ended):
    try:
        async with aclosing(numbers(waits)) as found:
            return [number async for number in found]
    finally:
        ended.append(True)


def test_what_takes_no_waiting_is_returned():
    assert at_once(gathered(waits=False, ended=[])) == [1, 2]


async def test_what_would_wait_is_ended_with_all_that_it_had_begun(caplog):
    ended = []
    with pytest.raises(Waits):
        at_once(gathered(waits=True, ended=ended))
    assert ended == [True]
    await asyncio.sleep(0)
    assert "already running" not in caplog.text
