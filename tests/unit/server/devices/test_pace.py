from server.devices.pace import PollingPace
from tests.support.clock import FakeClock


def test_who_asks_too_soon_must_wait_longer_each_time():
    clock = FakeClock()
    pace = PollingPace(clock)
    assert not pace.too_soon("a")
    clock.advance(5)
    assert not pace.too_soon("a")
    clock.advance(1)
    assert pace.too_soon("a")  # 10 seconds from now on
    clock.advance(5)
    assert pace.too_soon("a")  # 15
    clock.advance(15)
    assert not pace.too_soon("a")


def test_each_has_their_own_pace():
    pace = PollingPace(FakeClock())
    assert not pace.too_soon("a")
    assert not pace.too_soon("b")
