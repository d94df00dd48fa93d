"""rclone with changes on both sides: `bisync`, and a home mounted as a folder."""

import os
import random
import time

import pytest

from tests.support.rclone import Rclone
from tests.support.sync_clients import requests, transfers

PATIENCE = 60


@pytest.fixture
def remote(one_home, rclone, run, tmp_path):
    path = f"/remote.php/dav/files/{one_home.owner}/"
    return Rclone(rclone, run, one_home, tmp_path, path, "nextcloud")


def tree(folder):
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def written(folder, name, content):
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content)


def arrived(remote, path, content):
    """Wait until what was written is sent: what is renamed before, rclone 1.60 leaves unsent."""
    deadline = time.monotonic() + PATIENCE
    while remote("cat", f"home:{path}") != content.decode():
        assert time.monotonic() < deadline, "not sent"
        time.sleep(0.1)


@pytest.mark.usefixtures("fuse")
def test_bisync_brings_both_sides_together(one_home, remote, tmp_path):
    here, there = tmp_path / "here", tmp_path / "there"
    for n in range(6):
        written(here, f"folder é/document {n}.txt", f"content {n}".encode())
    written(here, "large.bin", random.Random(5).randbytes(300_000))
    for file in here.rglob("*"):  # rclone 1.60 goes by times alone, which WebDAV tells in seconds
        os.utime(file, (time.time() - 3600,) * 2)
    remote("mkdir", "home:both")
    words = ["bisync", here, "home:both", "--workdir", tmp_path / "known"]
    remote(*words, "--resync")
    with remote.mounted(there, "--vfs-cache-mode", "off", "--dir-cache-time", "0s"):
        both = there / "both"
        assert tree(both) == tree(here)
        written(here, "folder é/document 0.txt", b"edited on this side")
        (here / "folder é/document 1.txt").unlink()
        written(both, "folder é/document 2.txt", b"edited on the other side")
        (both / "folder é/document 3.txt").rename(both / "renamed é.txt")
        (both / "folder é/document 4.txt").unlink()
        written(both, "another/new.txt", b"new")
        remote(*words)
        after = tree(here)
        assert tree(both) == after
    assert after == {
        "folder é/document 0.txt": b"edited on this side",
        "folder é/document 2.txt": b"edited on the other side",
        "folder é/document 5.txt": b"content 5",
        "renamed é.txt": b"content 3",
        "another/new.txt": b"new",
        "large.bin": after["large.bin"],
    }
    before = len(requests(one_home, 0))
    remote(*words)
    remote("check", here, "home:both")
    assert transfers(requests(one_home, 0)[before:]) == []


@pytest.mark.usefixtures("fuse")
def test_a_mounted_home_is_worked_in_as_a_folder(remote, tmp_path):
    large = random.Random(6).randbytes(500_000).hex().encode()
    folder = tmp_path / "mounted"
    with remote.mounted(folder, "--vfs-cache-mode", "writes", "--vfs-write-back", "0s"):
        written(folder, "work/é.txt", b"first")
        with (folder / "work/é.txt").open("ab") as file:
            file.write(b", appended")
        written(folder, "work/large.bin", large)
        with (folder / "work/large.bin").open("r+b") as file:
            file.seek(500_000)
            file.write(b"in the middle")
        changed = large[:500_000] + b"in the middle" + large[500_013:]
        arrived(remote, "work/large.bin", changed)
        (folder / "work/large.bin").rename(folder / "work/moved.bin")
        (folder / "work").rename(folder / "done")
        written(folder, "done/gone.txt", b"not for long")
        arrived(remote, "done/gone.txt", b"not for long")
        (folder / "done/gone.txt").unlink()
    back = tmp_path / "back"
    remote("copy", "home:done", back)
    assert tree(back) == {"é.txt": b"first, appended", "moved.bin": changed}
