"""nextcloudcmd and owncloudcmd, each as a device with a folder of its own."""

import json
import os
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from contextlib import suppress
from uuid import uuid4

import pytest

from tests.support.running_home import PASSWORD

EXCLUDED = "/etc/Nextcloud/sync-exclude.lst"
_OWN = (".sync_", "._sync_", ".owncloudsync", ".nextcloudsync")
PATIENCE = 60
"""Seconds in which a request that was answered is in the log, however busy the machine is."""
ASKING = frozenset({"GET", "PROPFIND", "HEAD", "OPTIONS", "REPORT"})


class Device:
    """A folder that a program keeps in step with a home; `login` is a name and a password."""

    def __init__(self, home, program, folder, login=None):
        self.home = home
        self.program = program
        self.folder = folder
        self.login = login or (home.owner, PASSWORD)
        self.settings = folder.parent / f"{folder.name} settings"
        folder.mkdir()
        self.settings.mkdir()

    def sync(self):
        """Run the program once; returns the requests that it made, as the home logged them."""
        if shutil.which(self.program) is None:
            pytest.skip(f"{self.program} is not installed")
        address = self.home.address
        extra = []
        if self.program == "owncloudcmd":
            address += "/remote.php/webdav"
            extra = ["--exclude", EXCLUDED]
        before = self.home.log.stat().st_size
        name, password = self.login
        command = [self.program, "--non-interactive", *extra, "-u", name, "-p", password]
        environment = {
            **os.environ,
            "QT_QPA_PLATFORM": "offscreen",
            "LC_ALL": "C.UTF-8",
            "HOME": str(self.settings),
            "XDG_CONFIG_HOME": str(self.settings),
        }
        ended = subprocess.run(
            [*command, str(self.folder), address],
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert ended.returncode == 0, ended.stderr[-60000:]
        return requests(self.home, before)

    def tree(self):
        """Return all that is in the folder: None for a directory, bytes for a file."""
        found = {}
        for path in sorted(self.folder.rglob("*")):
            relative = path.relative_to(self.folder)
            if relative.parts[0].startswith(_OWN):
                continue
            found[str(relative)] = path.read_bytes() if path.is_file() else None
        return found

    def write(self, name, content):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def requests(home, start):
    """Return the method, path and status of the requests logged behind a place.

    Lines are written some at a time, so one more request is made: its line is behind all others.
    """
    last = f"/last-of-these/{uuid4().hex}"
    with suppress(urllib.error.HTTPError):
        urllib.request.urlopen(home.address + last, timeout=PATIENCE)
    end = time.monotonic() + PATIENCE
    while True:
        with home.log.open("rb") as file:
            file.seek(start)
            lines = [json.loads(line) for line in file if _is_whole(line)]
        made = [
            (line["method"], line["path"], line["status"])
            for line in lines
            if line.get("event") == "request"
        ]
        if made and made[-1][1] == last:
            return made[:-1]
        assert time.monotonic() < end, made[-3:]
        time.sleep(0.05)


def transfers(made):
    """Return the requests that changed something, or brought the content of a file."""
    return [
        one
        for one in made
        if one[0] not in ASKING or (one[0] == "GET" and one[1].startswith("/remote.php/"))
    ]


def _is_whole(line):
    return line.startswith(b"{") and line.endswith(b"}\n")
