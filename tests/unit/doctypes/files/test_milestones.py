"""Departures and views are forgotten when they are old, and no client is told half of the truth."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doctypes.files.errors import DeparturesForgotten
from doctypes.files.milestones import KEPT, Milestones
from doctypes.files.node import DOCTYPE
from doctypes.files.view_store import DATABASE, ViewStore
from doctypes.profiles.view import WHOLE, Clause, View
from replication.store.memory import MemoryDocumentStore
from replication.store.protocol import IdRange

TODAY = date(2026, 11, 27)
DAY = timedelta(days=1)
SOME = View((Clause("/a", shows=False),))


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 9)), max_size=60))
def test_what_is_forgotten_is_old_and_what_is_kept_is_not(steps):
    """Of each look, how many days after the last it is, and how much was written between."""
    kept, today, sequence, stood = Milestones(), TODAY, 0, []
    for days, written in steps:
        today, sequence = today + days * DAY, sequence + written
        stood.append((today, sequence))
        kept = kept.on(today, sequence)
        assert len(kept.days) <= KEPT.days
        recent = [at for day, at in stood if day > today - KEPT]
        assert kept.forgotten <= min(recent)  # a token of the last 90 days is good
        old = [at for day, at in stood if day <= today - KEPT]
        firsts = {day: at for day, at in reversed(stood) if day <= today - KEPT}
        assert kept.forgotten == max(firsts.values(), default=0)
        assert kept.forgotten <= max(old, default=0)


async def test_departures_are_forgotten_when_they_are_old(tree, store):
    database = await store.open(DOCTYPE)
    early = (await database.sequence()).number
    made = await tree.make_directories("/a")
    await tree.forget_departures(TODAY)  # nobody can be behind what was before this
    await tree.trash(made.id)
    await tree.forget_departures(TODAY + DAY)
    assert len(await tree.departures(early)) == 1
    await tree.forget_departures(TODAY + KEPT)
    with pytest.raises(DeparturesForgotten):
        await tree.departures(early)
    middle = (await database.sequence()).number - 1
    assert [left.name for left in await tree.departures(middle)] == ["a"]
    await tree.forget_departures(TODAY + DAY + KEPT)
    with pytest.raises(DeparturesForgotten):
        await tree.departures(middle)
    assert await database.notes(0) == []
    assert await tree.departures((await database.sequence()).number) == []


async def test_views_are_forgotten_when_nobody_was_told_of_them_for_long():
    store, day = MemoryDocumentStore(), TODAY
    views = ViewStore(store, lambda: day)
    name = await views.keep(SOME)
    assert await views.find(name) == SOME
    day += 60 * DAY
    assert await views.keep(SOME) == name
    assert await views.forget(day - KEPT + DAY) == 0
    day += KEPT
    assert await views.forget(day - KEPT) == 0
    assert await views.forget(day - KEPT + DAY) == 1
    assert await views.find(name) is None
    assert (await (await store.open(DATABASE)).all_docs(IdRange()))[0] == []
    assert await views.find(WHOLE.fingerprint()) == WHOLE
    assert await views.keep(SOME) == name
    assert await views.find(name) == SOME
