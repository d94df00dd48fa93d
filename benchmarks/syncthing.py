"""Two Syncthings of one folder, on this machine alone: nothing is announced or reported."""

import json
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.error import URLError

from benchmarks.counting_line import CountingLine
from benchmarks.processes import processor_seconds, resident_mib
from tests.support.running_home import free_port

_FOLDER = "kept"
_KEY = "benchmark"
_LOOK = 0.2
_CONFIGURATION = """\
<configuration version="36">
  <folder id="{folder}" path="{path}" type="sendreceive" rescanIntervalS="3600">{shared}</folder>
  {devices}
  <gui enabled="true" tls="false"><address>127.0.0.1:{door}</address><apikey>{key}</apikey></gui>
  <options>
    <listenAddress>tcp://127.0.0.1:{port}</listenAddress>
    <globalAnnounceEnabled>false</globalAnnounceEnabled>
    <localAnnounceEnabled>false</localAnnounceEnabled>
    <relaysEnabled>false</relaysEnabled>
    <natEnabled>false</natEnabled>
    <urAccepted>-1</urAccepted>
    <crashReportingEnabled>false</crashReportingEnabled>
    <autoUpgradeIntervalH>0</autoUpgradeIntervalH>
    <startBrowser>false</startBrowser>
    <reconnectionIntervalS>1</reconnectionIntervalS>
  </options>
</configuration>
"""


class Syncthing:
    """One of the two. It is started and ended for each step, or runs all the time."""

    def __init__(self, place: Path) -> None:
        self.folder = place / "folder"
        self.folder.mkdir(parents=True)
        (self.folder / ".stfolder").mkdir()
        self._settings = place / "settings"
        self._door, self.port = free_port(), free_port()
        self._other: Syncthing | None = None
        words = ["generate", f"--home={self._settings}", "--no-default-folder"]
        _run(*words, "--skip-port-probing")
        self.id = _run("--device-id", f"--home={self._settings}").strip()

    def know(self, other: "Syncthing", address: str) -> None:
        """Share the folder with another, who is reached at an address, or calls by itself."""
        self._other = other
        known = ((self.id, "dynamic"), (other.id, address))
        devices = "".join(
            f'<device id="{one}"><address>{there}</address></device>' for one, there in known
        )
        shared = "".join(f'<device id="{one}"></device>' for one in (self.id, other.id))
        text = _CONFIGURATION.format(
            folder=_FOLDER, path=self.folder, shared=shared, devices=devices,
            door=self._door, key=_KEY, port=self.port,
        )  # fmt: skip
        (self._settings / "config.xml").write_text(text)

    def start(self) -> None:
        """Begin to run."""
        words = [f"--home={self._settings}", "--no-browser", "--no-restart", "--no-upgrade"]
        with (self._settings / "log").open("ab") as log:
            command = ["syncthing", "serve", *words]
            self.process = subprocess.Popen(command, stdout=log, stderr=log)

    def stop(self) -> None:
        """End."""
        self.process.terminate()
        self.process.wait(60)

    def sync(self) -> tuple[float, float]:
        """Run until the other has all; returns processor seconds and MiB at the most."""
        began = datetime.now(UTC)
        self.start()
        most, calm = 0.0, 0
        while calm < 2:
            time.sleep(_LOOK)
            most = max(most, resident_mib(self.process.pid))
            calm = calm + 1 if self._is_through(began) else 0
        spent = processor_seconds(self.process.pid)
        self.stop()
        return spent, most

    def _is_through(self, began: datetime) -> bool:
        if self._other is None:
            raise RuntimeError("nobody to synchronise with")
        try:
            scanned = self.ask("stats/folder")[_FOLDER]["lastScan"]
            there = self.ask("system/connections")["connections"][self._other.id]["connected"]
            left = self.ask(f"db/completion?folder={_FOLDER}&device={self._other.id}")
            ours = self.ask(f"db/status?folder={_FOLDER}")
            theirs = self._other.ask(f"db/status?folder={_FOLDER}")
        except (URLError, KeyError, ConnectionError):
            return False
        is_new = datetime.fromisoformat(scanned) >= began.replace(microsecond=0)
        has_all = all(left[what] == 0 for what in ("needItems", "needDeletes", "needBytes"))
        rest = ours["state"] == theirs["state"] == "idle" and theirs["needTotalItems"] == 0
        equal = all(ours[what] == theirs[what] for what in ("localFiles", "localBytes"))
        return bool(is_new and there and has_all and rest and equal)

    def ask(self, path: str) -> Any:  # noqa: ANN401
        """Return what it tells of itself."""
        request = urllib.request.Request(f"http://127.0.0.1:{self._door}/rest/{path}")
        request.add_header("X-API-Key", _KEY)
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)


@contextmanager
def syncthing(place: Path) -> Iterator[tuple[Syncthing, Syncthing, CountingLine]]:
    """Have two; the second runs, and is reached by the first over a line that counts."""
    here, there = Syncthing(place / "here"), Syncthing(place / "there")
    with CountingLine(there.port) as line:
        here.know(there, f"tcp://127.0.0.1:{line.address.rpartition(':')[2]}")
        there.know(here, "tcp://127.0.0.1:9")  # nobody: it waits to be called
        there.start()
        try:
            yield here, there, line
        finally:
            there.stop()


def _run(*words: str) -> str:
    return subprocess.run(["syncthing", *words], capture_output=True, text=True, check=True).stdout
