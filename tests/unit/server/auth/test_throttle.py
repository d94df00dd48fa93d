from hypothesis import given
from hypothesis import strategies as st

from server.auth.throttle import EVERYBODY, LONGEST_COMMON_WAIT, ONE_ADDRESS, Throttle
from tests.support.clock import FakeClock

HERE, THERE = "192.0.2.1", "198.51.100.7"


def attempts(throttle, address, count):
    for _ in range(count):
        throttle.attempted(address)


def test_a_burst_costs_no_wait():
    throttle = Throttle(FakeClock())
    attempts(throttle, HERE, ONE_ADDRESS.burst - 1)
    assert throttle.wait(HERE) == 0


def test_after_the_burst_one_waits_for_an_interval():
    throttle = Throttle(FakeClock())
    attempts(throttle, HERE, ONE_ADDRESS.burst)
    assert throttle.wait(HERE) == ONE_ADDRESS.interval


def test_time_pays_for_attempts():
    clock = FakeClock()
    throttle = Throttle(clock)
    attempts(throttle, HERE, ONE_ADDRESS.burst)
    clock.advance(ONE_ADDRESS.interval)
    assert throttle.wait(HERE) == 0


def test_right_attempts_are_given_back():
    throttle = Throttle(FakeClock())
    for _ in range(1000):
        throttle.attempted(HERE)
        throttle.succeeded(HERE)
    assert throttle.wait(HERE) == 0


def test_another_address_is_slowed_down_but_never_locked_out():
    throttle = Throttle(FakeClock())
    attempts(throttle, HERE, 100 * EVERYBODY.burst)
    assert throttle.wait(HERE) > 1000
    assert throttle.wait(THERE) == LONGEST_COMMON_WAIT


def test_a_household_counts_as_one_address():
    throttle = Throttle(FakeClock())
    for host in range(ONE_ADDRESS.burst):
        throttle.attempted(f"2001:db8:0:1::{host:x}")
    assert throttle.wait("2001:db8:0:1:ffff::1") > 0
    assert throttle.wait("2001:db8:0:2::1") == 0


def test_what_is_remembered_is_bounded():
    throttle = Throttle(FakeClock())
    for number in range(10_500):
        throttle.attempted(f"10.0.{number // 256}.{number % 256}")
    assert len(throttle._due) == 10_000


@given(st.lists(st.floats(0, 30), max_size=60))
def test_no_address_ever_gets_more_than_its_rate(pauses):
    """Whoever waits as told makes at most a burst, and one more for each interval that passed."""
    clock = FakeClock()
    throttle = Throttle(clock)
    begun = clock()
    for made, pause in enumerate(pauses, start=1):
        clock.advance(pause + throttle.wait(HERE))
        throttle.attempted(HERE)
        passed = clock() - begun
        assert made <= ONE_ADDRESS.burst + passed / ONE_ADDRESS.interval + 1e-6


def test_who_is_counted_alone_waits_for_nobody_else():
    throttle = Throttle(FakeClock())
    attempts(throttle, HERE, 100 * EVERYBODY.burst)
    assert throttle.wait("device 1", alone=True) == 0
    attempts(throttle, "device 1", ONE_ADDRESS.burst)
    assert throttle.wait("device 1", alone=True) == ONE_ADDRESS.interval
