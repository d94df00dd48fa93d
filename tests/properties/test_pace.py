"""The pace of transfers: whatever goes when, no more than the rate allows has gone."""

from hypothesis import given
from hypothesis import strategies as st

from clients.desktop.engine.pace import Bucket, Pace

RATES = st.integers(1, 1_000_000)
GOES = st.lists(st.tuples(st.floats(0, 100), st.integers(0, 2_000_000)), max_size=30)


class Clock:
    """Time that goes on by sleeping, and while nothing is sent."""

    def __init__(self):
        self.time = 0.0

    def now(self):
        return self.time

    async def sleep(self, seconds):
        assert seconds > 0
        self.time += seconds


@given(RATES, GOES)
def test_in_no_time_goes_more_than_the_rate_and_a_second_of_it(rate, goes):
    bucket, now, gone = Bucket.full(rate, 0.0), 0.0, 0
    for rest, count in goes:
        now += rest
        bucket = bucket.less(count, now)
        gone += count
        now += bucket.wait
        assert gone <= rate * (now + 1) * 1.000001 + 1
        assert bucket.level <= rate


@given(RATES, st.integers(0, 10_000_000))
def test_who_rested_waits_for_what_is_more_than_a_second_and_not_longer(rate, count):
    bucket = Bucket.full(rate, 0.0).less(count, 1000.0)
    assert bucket.wait == max((count - rate) / rate, 0.0)


def test_a_clock_that_goes_back_is_no_time():
    assert Bucket.full(100, 50.0).less(100, 10.0) == Bucket(100, 0.0, 10.0)


async def test_those_who_share_a_pace_wait_for_each_other_and_none_wait_without_one():
    clock = Clock()
    pace = Pace(clock.now, clock.sleep)
    await pace.passed(1 << 40)
    assert clock.time == 0
    pace.limit(1000)
    for _ in range(5):
        await pace.passed(1000)
    assert clock.time == 4.0
    pace.limit(0)
    await pace.passed(1 << 40)
    assert clock.time == 4.0
