from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from server.audit.tally import ELSEWHERE, Counted, Tally, hour_of
from server.auth.principal import Kind, Principal

NOON = datetime(2026, 11, 27, 12, 30, tzinfo=UTC)
PHONE = Principal("Phone", "home", Kind.DEVICE, credential="abc")


def counted(subject="io.cozy.files", address="192.0.2.1", principal=PHONE):
    return Counted(
        "home", hour_of(NOON), "documents.changed", subject, principal, address, "changed"
    )


def test_what_happens_often_is_one_figure_with_its_span():
    tally = Tally()
    for minute in range(3):
        tally.add(counted(), NOON + timedelta(minutes=minute))
    ((_, figures),) = tally.take().items()
    assert (figures.count, figures.first) == (3, NOON)
    assert figures.last == NOON + timedelta(minutes=2)
    assert tally.take() == {}


def test_an_entry_has_one_id_whoever_counts_on():
    assert counted().entry_id == counted().entry_id
    assert counted().entry_id.startswith("20261127T12")
    others = [counted("io.cozy.bills"), counted(address="::1"), counted(principal=None)]
    assert len({one.entry_id for one in [counted(), *others]}) == 4


@given(st.lists(st.integers(0, 50), max_size=200))
def test_nothing_is_lost_however_many_kinds_there_are(addresses):
    tally = Tally(most=10)
    for number in addresses:
        tally.add(counted(address=str(number)), NOON)
    taken = tally.take()
    assert sum(figures.count for figures in taken.values()) == len(addresses)
    assert len(taken) <= 11


def test_strangers_from_everywhere_are_a_hundred_lines_an_hour_and_no_more():
    tally, entries = Tally(most_strangers=100), set()
    for minute in range(30):  # each as often as figures are taken
        for number in range(300):
            stranger = counted(address=f"{minute}.{number}", principal=None)
            tally.add(stranger, NOON + timedelta(minutes=minute % 30))
        tally.add(counted(), NOON)
        taken = tally.take()
        assert sum(figures.count for figures in taken.values()) == 301
        assert taken[counted()].count == 1
        entries |= taken.keys()
    assert len(entries) == 100 + 1 + 1


def test_the_next_hour_and_another_home_tell_their_strangers_apart_anew():
    tally = Tally(most_strangers=1)
    later = NOON + timedelta(hours=1)
    first, second = (counted(address=str(number), principal=None) for number in range(2))
    for one in (first, second, replace(second, domain="other"), replace(second, hour=later)):
        tally.add(one, NOON)
    addresses = [one.address for one in tally.take()]
    assert addresses == ["0", ELSEWHERE, "1", "1"]
