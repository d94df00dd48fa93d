import asyncio

import pytest

from server.http.in_flight import InFlight


async def request(in_flight, work, *, waits_for_news=False):
    with in_flight.entered(waits_for_news=waits_for_news):
        return await work


async def begun(*works):
    tasks = [asyncio.create_task(work) for work in works]
    await asyncio.sleep(0)
    return tasks


async def test_those_who_wait_for_news_are_let_go_at_once():
    in_flight = InFlight()
    [feed] = await begun(request(in_flight, asyncio.sleep(60), waits_for_news=True))
    async with asyncio.timeout(5):
        await in_flight.drain(grace=60)
    assert feed.cancelled()


async def test_the_others_are_waited_for():
    in_flight, ready = InFlight(), asyncio.Event()
    [upload] = await begun(request(in_flight, ready.wait()))
    draining = asyncio.create_task(in_flight.drain(grace=60))
    await asyncio.sleep(0)
    assert in_flight.stopping
    assert not draining.done()
    ready.set()
    await draining
    assert upload.result() is True


async def test_what_takes_longer_than_the_grace_is_cut_off():
    in_flight = InFlight()
    [upload] = await begun(request(in_flight, asyncio.sleep(60)))
    await in_flight.drain(grace=0)
    with pytest.raises(asyncio.CancelledError):
        await upload


async def test_nothing_under_way_is_nothing_to_wait_for():
    async with asyncio.timeout(1):
        await InFlight().drain()
