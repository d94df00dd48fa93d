"""Files on demand for real: a home mounted by FUSE, fetched from, cut off, killed.

Collected where this machine can mount: see conftest.py.
"""

import errno
import os
import signal
import subprocess

import pytest

from tests.support.foyer_sync import let_in, settled, until

LARGE = os.urandom(1 << 20) * 12 + b"the end"


class Mounted:
    """A device's mount, by the program that people start."""

    def __init__(self, device):
        self.device = device
        self.place = device.folder.parent / "all of the home"
        self.contents = device.state / "contents"
        self.process = None
        self.begin()

    def begin(self):
        with self.device.output.open("ab") as log:
            self.process = subprocess.Popen(
                self.device.command("mount", str(self.place), "--size", "8M"),
                env=self.device.environment,
                stdout=log,
                stderr=log,
            )
        until(self.is_there, 60)

    def is_there(self):
        assert self.process.poll() is None, self.device.output.read_text()[-2000:]
        try:
            return any(
                it.name == "Photos" for it in self.place.iterdir()
            )  # asks: no memory of stat
        except OSError:
            return False

    def kept(self):
        """Return how many bytes of contents are on this computer."""
        return sum(path.stat().st_blocks * 512 for path in self.contents.rglob("*.data"))

    def end(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(30)
        subprocess.run(["fusermount3", "-uz", str(self.place)], capture_output=True, check=False)


@pytest.fixture
def device(home, tmp_path):
    (made,) = let_in(home, tmp_path, "laptop")
    made.start()
    made.write("d/large.bin", LARGE)
    made.write("d/small.txt", b"small")
    made.write("Photos/é.jpg", b"picture")
    settled(made)
    yield made
    if made.is_running:
        made.kill()


@pytest.fixture
def mounted(device):
    found = Mounted(device)
    until((found.place / "d" / "small.txt").exists, 60)
    yield found
    found.end()


def test_contents_come_as_they_are_read_and_only_what_is_read(mounted):
    place = mounted.place
    assert sorted(it.name for it in (place / "d").iterdir()) == ["large.bin", "small.txt"]
    assert (place / "d" / "large.bin").stat().st_size == len(LARGE)
    assert mounted.kept() == 0
    with (place / "d" / "large.bin").open("rb") as file:
        file.seek(len(LARGE) - 7)
        assert file.read() == b"the end"
        assert 0 < mounted.kept() <= 4 << 20
        file.seek(5 << 20)
        assert file.read(1000) == LARGE[5 << 20 :][:1000]
    assert (place / "d" / "large.bin").read_bytes() == LARGE
    assert (place / "Photos" / "é.jpg").read_bytes() == b"picture"
    for act in (lambda: (place / "new").write_bytes(b"1"), (place / "d" / "small.txt").unlink):
        with pytest.raises(OSError) as raised:
            act()
        assert raised.value.errno == errno.EROFS
    until(lambda: mounted.kept() <= 8 << 20)  # so much and no more is kept of what nobody has open


def test_what_is_kept_or_pinned_is_read_without_the_home(mounted):
    place, device = mounted.place, mounted.device
    assert (place / "d" / "small.txt").read_bytes() == b"small"
    device.run("pin", str(place / "Photos"))
    until(lambda: mounted.kept() >= 2 * 4096)  # both, each a block of the disk
    device.stop()
    device.home.kill()
    assert (place / "d" / "small.txt").read_bytes() == b"small"
    assert (place / "Photos" / "é.jpg").read_bytes() == b"picture"
    with pytest.raises(OSError) as raised:
        (place / "d" / "large.bin").read_bytes()
    assert raised.value.errno == errno.EIO


def test_what_changes_in_the_home_changes_in_the_mount(mounted):
    place, device = mounted.place, mounted.device
    with (place / "d" / "small.txt").open("rb") as before:
        assert before.read(1) == b"s"
        device.write("d/small.txt", b"another")
        device.write("d/more/new.txt", b"new")
        settled(device)
        until((place / "d" / "more" / "new.txt").exists)
        assert before.read() == b"mall"
    until(lambda: (place / "d" / "small.txt").read_bytes() == b"another")


def test_a_mount_whose_process_was_killed_comes_back_and_goes_away_clean(mounted):
    mounted.process.kill()
    mounted.process.wait(30)
    with pytest.raises(OSError) as raised:
        list(mounted.place.iterdir())
    assert raised.value.errno == errno.ENOTCONN
    mounted.begin()
    assert (mounted.place / "d" / "small.txt").read_bytes() == b"small"
    mounted.device.run("unmount", str(mounted.place))
    assert mounted.process.wait(30) == 0
    assert list(mounted.place.iterdir()) == []
    (mounted.place / "mine").touch()
    assert "empty" in mounted.device.run("mount", str(mounted.place), code=1)
