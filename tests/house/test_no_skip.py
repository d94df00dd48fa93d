"""A skip is a failure where nothing may skip, and a skip elsewhere."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

SKIPS = """
import pytest

@pytest.mark.skip(reason="no oven")
def test_marked():
    pass

def test_called():
    pytest.skip("no flour")

@pytest.mark.xfail(reason="known", strict=True)
def test_expected_to_fail():
    raise AssertionError

def test_runs():
    pass
"""
WHOLE_FILE = 'import pytest\npytest.skip("no kitchen", allow_module_level=True)\n'


def outcome(tmp_path, content, *, forbidden):
    file = tmp_path / "test_some.py"
    file.write_text(content)
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "FOYER_TESTS_NO_SKIP": forbidden}
    command = [sys.executable, "-m", "pytest", "-p", "tests.support.no_skip", "-p"]
    command += ["no:cacheprovider", "--rootdir", str(tmp_path), "-c", os.devnull, str(file)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_skips_are_skips_at_home(tmp_path):
    ended = outcome(tmp_path, SKIPS, forbidden="")
    assert ended.returncode == 0
    assert "1 passed, 2 skipped, 1 xfailed" in ended.stdout


def test_skips_are_failures_where_forbidden(tmp_path):
    ended = outcome(tmp_path, SKIPS, forbidden="1")
    assert ended.returncode == 1
    counts = ended.stdout.splitlines()[-1]
    assert "1 passed" in counts
    assert "1 xfailed" in counts
    assert "skipped" not in counts
    assert "no oven" in ended.stdout
    assert "no flour" in ended.stdout


@pytest.mark.parametrize(("forbidden", "code"), [("", 5), ("1", 2)])
def test_a_whole_file_that_skips(tmp_path, forbidden, code):
    assert outcome(tmp_path, WHOLE_FILE, forbidden=forbidden).returncode == code
