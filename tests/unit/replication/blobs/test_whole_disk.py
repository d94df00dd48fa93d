"""Which disks are synced as a whole."""

import errno
import os
import sys

import pytest

from replication.blobs import whole_disk
from replication.blobs.whole_disk import WholeDisk
from replication.core.errors import StorageFull

linux = pytest.mark.skipif(sys.platform != "linux", reason="syncfs is Linux's")


def mounts(tmp_path, kind):
    device = tmp_path.stat().st_dev
    numbers = f"{os.major(device)}:{os.minor(device)}"
    listed = tmp_path / "mountinfo"
    listed.write_text(
        f"21 1 0:99 / /proc rw - fuse.other proc rw\n25 1 {numbers} / / rw,relatime - {kind} a rw\n"
    )
    return listed


@linux
@pytest.mark.parametrize(
    ("kind", "at_once"), [("ext4", True), ("fuseblk", False), ("fuse.sshfs", False)]
)
def test_a_disk_that_a_program_writes_is_not(tmp_path, kind, at_once):
    disk = WholeDisk(tmp_path, mounts(tmp_path, kind))
    assert disk.at_once is at_once
    disk.sync()
    disk.close()
    disk.close()
    assert not disk.at_once


def test_a_disk_that_nobody_names_is_not(tmp_path):
    (tmp_path / "none").write_text("")
    assert not WholeDisk(tmp_path, tmp_path / "none").at_once
    assert not WholeDisk(tmp_path, tmp_path / "missing").at_once


@linux
def test_a_write_that_failed_is_told(tmp_path, monkeypatch):
    def full(_):
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(whole_disk, "_syncfs", lambda: full)
    disk = WholeDisk(tmp_path, mounts(tmp_path, "ext4"))
    with pytest.raises(StorageFull):
        disk.sync()
    disk.close()
