"""What was needed for a moment goes back to the system."""

import subprocess
import sys

import pytest

from server.observe.heap import give_back, keep_small

HUNGRY = """
import resource, sys
from pathlib import Path
from server.observe.heap import keep_small

def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()

if sys.argv[1] == "small":
    keep_small()
large = bytearray(31 * 1024 * 1024)  # as a password's hash takes it: it raises glibc's thresholds
del large
before = resident()
blocks = [bytearray(1024 * 1024 + 1) for _ in range(24)]
del blocks
print(resident() - before)
"""


def kept(how):
    done = subprocess.run(  # our own text
        [sys.executable, "-c", HUNGRY, how], capture_output=True, text=True, check=True
    )
    return int(done.stdout)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads Linux's own figures")
def test_blocks_go_back_once_they_are_free():
    if keep_small():
        assert kept("small") < 2 * 1024 * 1024 < kept("large")


SCATTERED = """
import resource
from pathlib import Path
from server.observe.heap import give_back, keep_small

def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()

keep_small()
blocks = [bytearray(100_000) for _ in range(600)]
last = bytearray(100_000)
del blocks
before = resident()
give_back()
print(before - resident())
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads Linux's own figures")
def test_what_is_free_before_what_is_used_goes_back_when_told():
    give_back()
    if keep_small():
        done = subprocess.run(  # our own text
            [sys.executable, "-c", SCATTERED], capture_output=True, text=True, check=True
        )
        assert int(done.stdout) > 40 * 1024 * 1024
