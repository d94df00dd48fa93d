"""What servers spend is read for them and for what they started."""

import os
import subprocess
import sys

from benchmarks.processes import processor_seconds, resident_mib

BUSY = "import time; end = time.process_time() + 0.2\nwhile time.process_time() < end: pass\n"
PARENT = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {BUSY + 'input()'!r}])"


def test_what_a_process_and_its_children_spend_is_counted():
    assert resident_mib(os.getpid()) > 5
    code = f"{PARENT}.wait()"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE) as process:
        try:
            while processor_seconds(process.pid) < 0.2:
                assert process.poll() is None
        finally:
            process.communicate(b"\n")
    assert processor_seconds(process.pid) == 0
