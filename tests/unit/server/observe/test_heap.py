"""What was needed for a moment goes back to the system."""

import subprocess
import sys

import pytest

from server.observe.heap import keep_small

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
