import asyncio
import gc

from server.office.key_locks import KeyLocks


async def test_one_name_is_held_in_turn_and_in_order():
    locks, seen = KeyLocks(), []

    async def work(number):
        async with locks.held("a", "k"):
            seen.append(("in", number))
            await asyncio.sleep(0)
            seen.append(("out", number))

    await asyncio.gather(*(work(number) for number in range(4)))
    assert seen == [(step, number) for number in range(4) for step in ("in", "out")]


async def test_other_names_do_not_wait():
    locks = KeyLocks()
    async with locks.held("a", "k"), asyncio.timeout(1), locks.held("b", "k"), locks.held("a"):
        pass


async def test_nothing_is_kept_of_a_name_nobody_uses():
    locks = KeyLocks()
    async with locks.held("a"):
        assert len(locks._locks) == 1
    gc.collect()
    assert not locks._locks
