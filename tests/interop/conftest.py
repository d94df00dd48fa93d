"""A running home for the programs of others, and where those programs are."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.chromium import chromium
from tests.support.running_home import RunningHome

HERE = Path(__file__).parent


def can_mount():
    """Tell whether this machine lets programs be file systems; many containers do not."""
    try:
        os.close(os.open("/dev/fuse", os.O_RDWR))
    except OSError:
        return False
    return True


collect_ignore = [] if can_mount() else ["test_sync_mount.py"]


@pytest.fixture
def home(tmp_path):
    with RunningHome(tmp_path / "home") as running:
        yield running


@pytest.fixture(scope="module")
def one_home(tmp_path_factory):
    """A home for all tests of a file, each of which has a place of its own in it."""
    with RunningHome(tmp_path_factory.mktemp("one") / "home") as running:
        yield running


@pytest.fixture
async def tab(tmp_path):
    async with chromium(program("chromium"), tmp_path / "profile") as opened:
        yield opened


def program(name):
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


@pytest.fixture
def node():
    found = program("node")
    if not (HERE / "node_modules" / "rxdb").is_dir():
        pytest.skip("run `npm ci --ignore-scripts` in tests/interop first")
    return found


@pytest.fixture
def rclone():
    return program("rclone")


@pytest.fixture
def litmus():
    return program("litmus")


@pytest.fixture
def fuse():
    """Folders can be mounted here."""
    if not Path("/dev/fuse").exists():
        pytest.skip("this system mounts nothing")
    return program("fusermount3")


@pytest.fixture
def run():
    def running(*command, patience=240, **options):
        ended = subprocess.run(
            [str(part) for part in command],
            capture_output=True,
            text=True,
            timeout=patience,
            check=False,
            **options,
        )
        assert ended.returncode == 0, f"{command[0]} failed:\n{ended.stdout}\n{ended.stderr}"
        return ended.stdout

    return running


@pytest.fixture
def node_tests(node):
    """Run a script of Node's test runner; return its report, also of failures."""

    def running(script, *arguments, patience=120):
        command = [node, "--test-reporter=tap", str(script), *map(str, arguments)]
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        try:
            told, complaints = process.communicate(timeout=patience)
        except subprocess.TimeoutExpired:
            process.kill()
            told, complaints = process.communicate()
            pytest.fail(f"{script.name} did not end; until then:\n{told}\n{complaints}")
        assert told, f"{script.name} said nothing:\n{complaints}"
        return told

    return running
