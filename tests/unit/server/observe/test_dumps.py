import os
import signal
import subprocess
import sys
from pathlib import Path

CRASH = """
import os, resource
from server.observe.dumps import leave_no_dumps
hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))
{0}
print(resource.getrlimit(resource.RLIMIT_CORE)[0], flush=True)
os.abort()
"""


def crashed(folder, code):
    """Let a process crash that might leave a dump; returns the limit it saw, and what is left."""
    env = {**os.environ, "PYTHONPATH": str(Path.cwd())}
    ended = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, capture_output=True, check=False, env=env
    )
    assert ended.returncode == -signal.SIGABRT, ended.stderr
    return int(ended.stdout), list(folder.iterdir())


def test_a_crash_leaves_no_dump_where_it_could(tmp_path):
    assert crashed(tmp_path, CRASH.format("leave_no_dumps()")) == (0, [])


def test_without_a_word_it_might_leave_one(tmp_path):
    limit, _ = crashed(tmp_path, CRASH.format(""))
    assert limit != 0
    for dump in tmp_path.glob("core*"):  # or it would be found among what tests left
        dump.unlink()
