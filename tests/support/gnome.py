"""gvfs, by which GNOME's programs reach WebDAV: a session bus, `gio`, and its folder by FUSE."""

import os
import subprocess
import time
from contextlib import contextmanager

PATIENCE = 60


class Gnome:
    """A session of somebody who is signed in to nothing else."""

    def __init__(self, place, bus):
        self._folder = place / "run" / "gvfs"
        self._environment = _environment(place, bus)

    def gio(self, *words, told=""):
        """Run a command of `gio` with what it is told on its input; returns what it says."""
        ended = subprocess.run(
            ["gio", *map(str, words)],
            input=told,
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        assert ended.returncode == 0, f"{words}: {ended.stdout}{ended.stderr}"
        return ended.stdout

    @property
    def mounted(self):
        """Return the directory of the one thing that is mounted, which gvfsd makes by FUSE."""
        _until(lambda: self._folder.is_mount() and any(self._folder.iterdir()))
        (mounted,) = self._folder.iterdir()
        return mounted


def _environment(place, bus):
    return {
        **os.environ,
        "DBUS_SESSION_BUS_ADDRESS": bus,
        "HOME": str(place),
        "LC_ALL": "C.UTF-8",
        "XDG_RUNTIME_DIR": str(place / "run"),
    }


@contextmanager
def gnome(place):
    """Start a session in a folder; all of it ends with its bus."""
    (place / "run").mkdir(mode=0o700, parents=True)
    bus = f"unix:path={place}/run/bus"
    begun = subprocess.Popen(
        ["dbus-daemon", "--session", "--nofork", "--nopidfile", f"--address={bus}"],
        env=_environment(place, bus),
        stderr=subprocess.DEVNULL,
    )
    session = Gnome(place, bus)
    try:
        _until((place / "run" / "bus").exists)
        yield session
    finally:
        subprocess.run(["fusermount3", "-u", "-z", place / "run" / "gvfs"], check=False)
        begun.terminate()
        begun.wait(PATIENCE)


def _until(is_so):
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < deadline, "the session did not begin"
        time.sleep(0.05)
