import asyncio

import pytest

from doctypes.files.to_the_end import to_the_end
from doctypes.files.tree_lock import TreeLock


class Room:
    """Notes who is inside, and what each saw on entering."""

    def __init__(self):
        self.lock = TreeLock()
        self.inside = []
        self.seen = []

    async def stay(self, name, entrance, turns=3):
        async with entrance:
            self.inside.append(name)
            self.seen.append((name, sorted(self.inside)))
            for _ in range(turns):
                await asyncio.sleep(0)
            self.inside.remove(name)


@pytest.fixture
def room():
    return Room()


async def test_different_keys_share(room):
    await asyncio.gather(
        room.stay("a", room.lock.sharing("x")), room.stay("b", room.lock.sharing("y"))
    )
    assert ("b", ["a", "b"]) in room.seen


async def test_the_same_key_waits(room):
    await asyncio.gather(*(room.stay(n, room.lock.sharing("x")) for n in "abc"))
    assert room.seen == [("a", ["a"]), ("b", ["b"]), ("c", ["c"])]


async def test_who_is_alone_waits_for_all_and_keeps_all_out(room):
    await asyncio.gather(
        room.stay("a", room.lock.sharing("x")),
        room.stay("b", room.lock.alone()),
        room.stay("c", room.lock.sharing("y")),
        room.stay("d", room.lock.alone()),
    )
    assert [name for name, _ in room.seen] == ["a", "b", "c", "d"]
    assert all(inside == [name] for name, inside in room.seen)


async def test_one_cut_off_while_waiting_leaves_no_trace(room):
    first = asyncio.create_task(room.stay("a", room.lock.sharing("x"), turns=20))
    waiting = [
        asyncio.create_task(room.stay("b", room.lock.sharing("x"))),
        asyncio.create_task(room.stay("c", room.lock.alone())),
        asyncio.create_task(room.stay("d", room.lock.sharing("y"))),
    ]
    for _ in range(5):
        await asyncio.sleep(0)
    for task in waiting:
        task.cancel()
    await asyncio.gather(first, *waiting, return_exceptions=True)
    await asyncio.wait_for(room.stay("e", room.lock.alone()), 5)
    await asyncio.wait_for(room.stay("f", room.lock.sharing("x")), 5)
    assert [name for name, _ in room.seen] == ["a", "e", "f"]
    assert not room.lock._keys


async def test_one_cut_off_inside_lets_the_next_in(room):
    first = asyncio.create_task(room.stay("a", room.lock.alone(), turns=1000))
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.wait_for(room.stay("b", room.lock.sharing("x")), 5)
    assert first.cancelled()


async def test_a_step_is_waited_for_though_its_caller_is_cut_off():
    done = asyncio.Event()
    go_on = asyncio.Event()

    async def step():
        await go_on.wait()
        done.set()

    caller = asyncio.create_task(to_the_end(step()))
    for _ in range(3):
        await asyncio.sleep(0)
        caller.cancel()
    await asyncio.sleep(0)
    assert not caller.done()
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await caller
    assert done.is_set()


async def test_a_step_returns_and_raises():
    async def returning():
        return 5

    async def raising():
        raise ConnectionResetError

    assert await to_the_end(returning()) == 5
    with pytest.raises(ConnectionResetError):
        await to_the_end(raising())


async def test_what_a_step_raises_after_its_caller_has_gone_is_heard(caplog):
    async def raising():
        await asyncio.sleep(0.01)
        raise ConnectionResetError

    caller = asyncio.create_task(to_the_end(raising()))
    await asyncio.sleep(0)
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    assert caplog.records == []
