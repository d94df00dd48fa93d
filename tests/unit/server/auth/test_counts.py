"""What was counted before a restart counts on after it."""

import stat

import pytest

from server.auth.counts import FILE_NAME, Counts
from server.auth.throttle import EVERYBODY, ONE_ADDRESS, Rate
from tests.support.clock import FakeClock

HERE = "192.0.2.1"
SLOW = Rate(burst=2, interval=100.0)


def begun(folder, now, passed=0.0):
    """Counts of a process whose own clock began a while ago."""
    clock = FakeClock()
    clock.advance(passed)
    return Counts(folder, clock, lambda: now)


def attempts(throttle, count):
    for _ in range(count):
        throttle.attempted(HERE)


def test_attempts_count_on_less_the_time_that_passed(tmp_path):
    counts = begun(tmp_path, now=1000.0, passed=77.0)
    attempts(counts.throttle("a"), ONE_ADDRESS.burst + 1)
    attempts(counts.throttle("b", SLOW), 2)
    counts.write()
    after = begun(tmp_path, now=1007.0)
    assert after.throttle("a").wait(HERE) == pytest.approx(2 * ONE_ADDRESS.interval - 7)
    assert after.throttle("b", SLOW).wait(HERE) == pytest.approx(93)
    assert after.throttle("c").wait(HERE) == 0


def test_what_everybody_did_counts_on(tmp_path):
    counts = begun(tmp_path, now=0.0)
    throttle = counts.throttle("a")
    for number in range(EVERYBODY.burst + 2):
        throttle.attempted(f"10.0.0.{number}")
    counts.write()
    assert begun(tmp_path, now=0.0).throttle("a").wait("192.0.2.9") == pytest.approx(1.5)


def test_what_was_used_up_stays_so_and_is_not_written_in_clear(tmp_path):
    counts = begun(tmp_path, now=1000.0)
    assert counts.used_up("steps").use("a step of somebody", until=1600.0)
    counts.write()
    assert b"somebody" not in (tmp_path / FILE_NAME).read_bytes()
    after = begun(tmp_path, now=1599.0).used_up("steps")
    assert after.is_used("a step of somebody")
    assert not after.use("a step of somebody", until=1600.0)
    assert after.use("another", until=1600.0)


def test_a_clock_that_was_wrong_keeps_nobody_out_for_long(tmp_path):
    counts = begun(tmp_path, now=1000.0)
    attempts(counts.throttle("a"), 500)
    counts.write()
    after = begun(tmp_path, now=-1e9).throttle("a")
    assert after.wait(HERE) <= ONE_ADDRESS.most_owed


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b"\xff", b'{"at": 1, "owed": []}'])
def test_a_file_that_is_none_counts_for_nothing(tmp_path, content):
    (tmp_path / FILE_NAME).write_bytes(content)
    assert begun(tmp_path, now=1.0).throttle("a").wait(HERE) == 0


def test_it_is_written_for_its_owner_and_where_something_changed(tmp_path):
    counts = begun(tmp_path, now=1.0)
    throttle = counts.throttle("a")
    counts.write()
    assert not (tmp_path / FILE_NAME).exists()
    throttle.attempted(HERE)
    counts.write()
    assert stat.S_IMODE((tmp_path / FILE_NAME).stat().st_mode) == 0o600
    (tmp_path / FILE_NAME).unlink()
    counts.write()
    assert not (tmp_path / FILE_NAME).exists()


def test_a_disk_that_takes_nothing_stops_nobody(tmp_path):
    counts = begun(tmp_path / "nowhere", now=1.0)
    counts.throttle("a").attempted(HERE)
    counts.write()
    assert counts.throttle("a").wait(HERE) == 0
