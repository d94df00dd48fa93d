"""A home in a process of its own, started from the command line as a person would."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from base64 import b64encode
from pathlib import Path

from tests.support import secret_tap

ROOT = Path(__file__).parents[2]
PASSWORD = "correct horse battery"
PATIENCE = 30.0
MODULE = "tests.support.secret_tap" if secret_tap.ENVIRONMENT in os.environ else "server"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class RunningHome:
    """`foyer serve` (or `couch`) over a folder, on a port of its own."""

    def __init__(self, folder, *, command="serve", env=None):
        self.folder = Path(folder)
        self.command = command
        self.env = env or {}
        self.port = free_port()
        self.process = None
        self.log = self.folder.parent / f"{self.folder.name}.log"

    @property
    def owner(self):
        return "admin" if self.command == "couch" else "owner"

    @property
    def address(self):
        return f"http://127.0.0.1:{self.port}"

    @property
    def address_with_login(self):
        return f"http://{self.owner}:{PASSWORD.replace(' ', '%20')}@127.0.0.1:{self.port}"

    @property
    def authorization(self):
        return "Basic " + b64encode(f"{self.owner}:{PASSWORD}".encode()).decode()

    def start(self):
        environment = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "FOYER_OWNER_PASSWORD": PASSWORD,
            "FOYER_ADMIN": "off",
            "FOYER_KDF_ITERATIONS": "50000",
            **self.env,
        }
        command = [
            sys.executable, "-m", MODULE, self.command,
            "--host", "127.0.0.1", "--port", str(self.port), "--dir", str(self.folder),
        ]  # fmt: skip
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command, stdout=log, stderr=log, env=environment, cwd=self.folder.parent
            )
        self._wait_until_it_answers()
        return self

    def _wait_until_it_answers(self):
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                break
            try:
                with urllib.request.urlopen(self.address + "/healthz", timeout=1):
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.02)
        raise AssertionError(f"no answer from {self.command}:\n{self.log.read_text()}")

    def stop(self):
        """Ask it to end, as Ctrl-C does; returns its exit code."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(PATIENCE)

    def kill(self):
        """End it as a power cut would end the process: nothing more runs."""
        self.process.kill()
        self.process.wait(PATIENCE)

    def __enter__(self):
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        return self.start()

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.kill()
