"""A disk that takes upper and lower case for one: exFAT in a file, mounted by FUSE, as root."""

import os
import shutil
import subprocess

PROGRAMS = ("losetup", "mkfs.exfat", "mount.exfat-fuse", "umount")
_SIZE = 256 << 20


def can_be_mounted():
    """Tell whether this system and who runs the tests can have one."""
    return os.geteuid() == 0 and all(shutil.which(name) for name in PROGRAMS)


class FoldingDisk:
    """It is at `folder` while it is mounted; its files are numbered anew each time."""

    def __init__(self, place):
        self.folder = place / "stick"
        self._image = place / "stick.img"

    def __enter__(self):
        with self._image.open("wb") as image:
            image.truncate(_SIZE)
        self.folder.mkdir()
        _run("mkfs.exfat", self._image)
        self._device = _run("losetup", "--find", "--show", self._image).strip()
        self.mount()
        return self

    def __exit__(self, *_):
        self.unmount()
        _run("losetup", "--detach", self._device)

    def mount(self):
        """Put it in."""
        _run("mount.exfat-fuse", self._device, self.folder)

    def unmount(self):
        """Take it out."""
        _run("umount", self.folder)


def _run(*command):
    ended = subprocess.run(
        [str(word) for word in command], capture_output=True, text=True, timeout=60, check=False
    )
    assert ended.returncode == 0, f"{command}: {ended.stdout}{ended.stderr}"
    return ended.stdout
