import asyncio
import contextlib
import itertools
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webdav.model.errors import Locked, LockMissing, OutOfSpace, PreconditionFailed, TooLarge
from webdav.model.lock import Scope
from webdav.model.lock_manager import LONGEST, SHORTEST, LockManager, LockWish, Touch
from webdav.model.lock_store import MemoryLockStore

NO_TOKEN = frozenset()


class Manager(LockManager):
    """A manager whose clock stands still until it is told."""

    def __init__(self):
        self.time = datetime(2026, 11, 23, tzinfo=UTC)
        tokens = map(str, itertools.count())
        self.store = MemoryLockStore()
        super().__init__(self.store, lambda: self.time, lambda: next(tokens))

    def wait(self, seconds):
        self.time += timedelta(seconds=seconds)

    async def take(self, *root, deep=True, scope=Scope.EXCLUSIVE, by="me", seconds=600):
        return await self.acquire(LockWish(root, deep, scope, "", seconds), by)


@pytest.fixture
def locks():
    return Manager()


async def is_free(locks, *touches, tokens=NO_TOKEN, by="me"):
    try:
        await locks.check(touches, tokens, by)
    except Locked:
        return False
    return True


async def test_exclusive_lock_stops_who_has_not_its_token(locks):
    lock = await locks.take("a")
    assert not await is_free(locks, Touch(("a", "b")))
    assert await is_free(locks, Touch(("a", "b")), tokens=frozenset({lock.token}))
    assert not await is_free(locks, Touch(("a",)), tokens=frozenset({lock.token}), by="you")
    assert await is_free(locks, Touch(("b",)))


async def test_deep_write_meets_every_lock_below(locks):
    one, two = await locks.take("c", "a"), await locks.take("c", "d", "b")
    whole = Touch(("c",), is_deep=True)
    assert not await is_free(locks, whole)
    assert not await is_free(locks, whole, tokens=frozenset({one.token}))
    assert await is_free(locks, whole, tokens=frozenset({one.token, two.token}))
    assert await is_free(locks, Touch(("c",)))


async def test_lock_of_depth_0_protects_the_members_coming_and_going(locks):
    await locks.take("c", deep=False)
    assert await is_free(locks, Touch(("c", "a")))
    assert not await is_free(locks, Touch(("c", "a"), in_parent=True))
    assert await is_free(locks, Touch(("c", "d", "a"), in_parent=True))


async def test_one_shared_token_opens_what_shared_locks_cover(locks):
    mine = await locks.take("c", scope=Scope.SHARED)
    await locks.take("c", "a", scope=Scope.SHARED, by="you")
    tokens = frozenset({mine.token})
    assert await is_free(locks, Touch(("c", "a")), tokens=tokens)
    assert not await is_free(locks, Touch(("c", "a")))


async def test_refusal_names_the_roots(locks):
    await locks.take("c", "a")
    with pytest.raises(Locked) as refusal:
        await locks.take("c")
    assert refusal.value.roots == (("c", "a"),)
    assert refusal.value.element == "no-conflicting-lock"


async def test_lock_of_depth_0_stands_above_one_below(locks):
    await locks.take("c", "a")
    assert await locks.take("c", deep=False)


async def test_lock_ends_with_its_time(locks):
    await locks.take("a", seconds=600)
    locks.wait(599)
    assert not await is_free(locks, Touch(("a",)))
    locks.wait(1)
    assert await is_free(locks, Touch(("a",)))
    assert await locks.take("a")


async def test_locks_that_nobody_asks_for_again_do_not_pile_up(locks):
    for name in "abc":
        await locks.take(name, seconds=600)
    locks.wait(600)
    last = await locks.take("d")
    assert await locks.store.below(()) == [last]


async def test_time_is_granted_within_bounds(locks):
    assert (await locks.take("a", seconds=1)).seconds == SHORTEST
    assert (await locks.take("b", seconds=1 << 40)).seconds == LONGEST


async def test_refresh_begins_the_time_anew(locks):
    lock = await locks.take("a", seconds=600)
    locks.wait(500)
    refreshed = await locks.refresh(("a", "below"), frozenset({lock.token}), 300, "me")
    assert refreshed.expires == locks.time + timedelta(seconds=300)
    locks.wait(299)
    assert not await is_free(locks, Touch(("a",)))


@pytest.mark.parametrize(
    ("path", "token", "by"), [(("a",), "x", "me"), (("b",), "0", "me"), (("a",), "0", "you")]
)
async def test_only_a_lock_of_ones_own_is_refreshed_or_released(locks, path, token, by):
    await locks.take("a")
    with pytest.raises(PreconditionFailed):
        await locks.refresh(path, frozenset({token}), 300, by)
    with pytest.raises(LockMissing):
        await locks.release(path, token, by)
    assert not await is_free(locks, Touch(("a",)))


async def test_release_ends_a_lock(locks):
    lock = await locks.take("a")
    await locks.release(("a", "below"), lock.token, "me")
    assert await is_free(locks, Touch(("a",)))


async def test_forget_drops_the_locks_at_a_path_and_below_it_alone(locks):
    above = await locks.take("c", deep=False)
    await locks.take("c", "a")
    await locks.forget(("c", "a"))
    assert [lock.token for lock in await locks.around(("c",))] == [above.token]


async def test_lock_waits_for_the_write_that_was_let_through(locks):
    order = []

    async def write():
        async with locks.writing([Touch(("a",))], NO_TOKEN, "me"):
            order.append("write begins")
            await asyncio.sleep(0.01)
            order.append("write ends")

    async def lock():
        await asyncio.sleep(0.001)
        await locks.take("a")
        order.append("locked")

    await asyncio.gather(write(), lock())
    assert order == ["write begins", "write ends", "locked"]
    with pytest.raises(Locked):
        async with locks.writing([Touch(("a",))], NO_TOKEN, "me"):
            order.append("written under a lock")
    assert order[-1] == "locked"


async def test_writes_do_not_wait_for_each_other(locks):
    async with (
        locks.writing([Touch(("a",))], NO_TOKEN, "me"),
        locks.writing([Touch(("a",))], NO_TOKEN, "me"),
    ):
        pass
    assert await locks.take("a")


ROOTS = st.lists(st.sampled_from("ab"), max_size=3).map(tuple)
WISHES = st.tuples(ROOTS, st.booleans(), st.sampled_from(Scope))


@given(st.lists(WISHES, max_size=8), ROOTS)
def test_no_exclusive_lock_shares_a_path_with_another(wishes, path):
    locks = Manager()

    async def try_all():
        for root, deep, scope in wishes:
            with contextlib.suppress(Locked):
                await locks.take(*root, deep=deep, scope=scope)
        return await locks.covering(path)

    covering = asyncio.run(try_all())
    if any(lock.scope is Scope.EXCLUSIVE for lock in covering):
        assert len(covering) == 1


async def test_owner_of_a_lock_is_short(locks):
    with pytest.raises(TooLarge):
        await locks.acquire(LockWish(("a",), True, Scope.EXCLUSIVE, "x" * 5000, 600), "me")
    assert await is_free(locks, Touch(("a",)))


async def test_locks_have_an_end(locks, monkeypatch):
    monkeypatch.setattr("webdav.model.lock_manager.MOST_LOCKS", 3)
    for name in "abc":
        await locks.take(name)
    with pytest.raises(OutOfSpace):
        await locks.take("d")
    locks.wait(601)
    assert await locks.take("d")


async def test_lock_that_cannot_be_kept_is_none(locks, monkeypatch):
    async def save(_lock):
        raise OutOfSpace

    monkeypatch.setattr(locks.store, "save", save)
    with pytest.raises(OutOfSpace):
        await locks.take("a")
    assert await is_free(locks, Touch(("a",)))


async def test_who_may_break_locks_names_the_token(locks):
    lock = await locks.take("a", by="you")
    with pytest.raises(LockMissing):
        await locks.release(("a",), "other", "me", may_break=True)
    await locks.release(("a",), lock.token, "me", may_break=True)
    assert await is_free(locks, Touch(("a",)))
