"""rclone with a home as its remote `home:`."""

import os
import signal
import subprocess
import time
from contextlib import contextmanager

from tests.support.running_home import PASSWORD

_PATIENCE = 60


class Rclone:
    """The program with settings of its own; `path` is where the home has its files."""

    def __init__(self, program, run, home, place, path="/dav/files/", vendor="other"):
        self._run = run
        settings = place / "rclone.conf"
        obscured = run(program, "obscure", PASSWORD).strip()
        settings.write_text(
            f"[home]\ntype = webdav\nurl = {home.address}{path}\nvendor = {vendor}\n"
            f"user = {home.owner}\npass = {obscured}\n"
        )
        self._command = [program, "--config", settings, "--cache-dir", place / "rclone cache"]

    def __call__(self, *words):
        """Run a command to its good end; returns what it says."""
        return self._run(*self._command, *words)

    @contextmanager
    def mounted(self, folder, *words):
        """Have the remote as a folder; what waits to be sent is sent before it ends."""
        folder.mkdir()
        command = [*self._command, "mount", "home:", folder, *words]
        with subprocess.Popen([str(word) for word in command], env={**os.environ}) as process:
            try:
                deadline = time.monotonic() + _PATIENCE
                while not folder.is_mount():
                    assert process.poll() is None, "rclone ended"
                    assert time.monotonic() < deadline, "rclone mounted nothing"
                    time.sleep(0.05)
                yield folder
            finally:
                process.send_signal(signal.SIGTERM)
