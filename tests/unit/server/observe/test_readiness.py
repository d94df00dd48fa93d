from server.observe.readiness import FRESH, Readiness, write_problem
from tests.support.clock import FakeClock


def test_a_folder_that_takes_bytes_is_ready_and_left_as_it_was(tmp_path):
    assert write_problem(tmp_path) is None
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_gone_is_not(tmp_path):
    assert write_problem(tmp_path / "gone") == "data folder not writable"


def test_a_full_disk_is_named(tmp_path):
    full = tmp_path / ".ready"
    full.symlink_to("/dev/full")
    assert write_problem(tmp_path) == "disk full"


async def test_a_finding_holds_for_a_moment(tmp_path):
    clock = FakeClock()
    readiness = Readiness(tmp_path / "home", clock)
    assert await readiness.problem() == "data folder not writable"
    (tmp_path / "home").mkdir()
    assert await readiness.problem() == "data folder not writable"
    clock.advance(FRESH)
    assert await readiness.problem() is None
