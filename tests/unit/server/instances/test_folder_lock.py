import os
import subprocess
import sys
from pathlib import Path

import pytest

from server.instances.folder_lock import FolderInUse, FolderLock

ROOT = Path(__file__).parents[4]
HOLD = """
import sys
from pathlib import Path
from server.instances.folder_lock import FolderLock
lock = FolderLock(Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""


def test_a_second_holder_is_told_who_has_it(tmp_path):
    lock = FolderLock(tmp_path)
    with pytest.raises(FolderInUse) as refused:
        FolderLock(tmp_path)
    assert refused.value.process == str(os.getpid())
    lock.release()
    FolderLock(tmp_path).release()


def test_a_process_that_is_killed_lets_go(tmp_path):
    command = [sys.executable, "-c", HOLD, str(tmp_path)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(FolderInUse) as refused:
            FolderLock(tmp_path)
        assert refused.value.process == str(holder.pid)
        holder.kill()
        holder.wait()
    FolderLock(tmp_path).release()
