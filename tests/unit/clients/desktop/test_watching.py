"""News of a folder, by each of the watchers, and what inotify alone can tell."""

import asyncio
import errno
import os
from pathlib import Path

import pytest

from clients.desktop.disk import inotify
from clients.desktop.disk.inotify_watcher import InotifyWatcher, limits
from clients.desktop.disk.notify_watcher import NotifyWatcher
from clients.desktop.disk.watcher import Listener
from clients.desktop.disk.watching import watcher

MOST_QUEUED = int(Path("/proc/sys/fs/inotify/max_queued_events").read_text())


class Heard:
    """Who listens: directories that were told, and how often news were lost."""

    def __init__(self):
        self.directories = set()
        self.lost = 0
        self.news = asyncio.Event()

    def hint(self, directories):
        self.directories |= set(directories)
        self.news.set()

    def everywhere(self):
        self.lost += 1
        self.news.set()

    async def of(self, *directories):
        """Wait until these were told."""
        async with asyncio.timeout(10):
            while not set(directories) <= self.directories:
                self.news.clear()
                await self.news.wait()
        self.directories.clear()


@pytest.fixture
def heard():
    return Heard()


@pytest.fixture(params=[InotifyWatcher, NotifyWatcher])
async def watched(request, tmp_path, heard):
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / ".foyer" / "incoming").mkdir(parents=True)
    listener = Listener(heard.hint, heard.everywhere, lambda path: path == "ignored")
    watching = request.param(str(tmp_path), listener)
    await watching.start()
    if request.param is NotifyWatcher:  # it begins when its thread does
        while not heard.directories:
            (tmp_path / "begin").write_bytes(os.urandom(4))
            await asyncio.sleep(0.05)
        heard.directories.clear()
        await asyncio.sleep(0.3)
        heard.directories.clear()
    yield tmp_path
    await watching.close()


async def test_what_happens_in_a_directory_is_told(watched, heard):
    (watched / "a" / "b" / "one").write_bytes(b"x")
    await heard.of("a/b")
    (watched / "a" / "b" / "one").rename(watched / "a" / "two")
    await heard.of("a/b", "a")
    (watched / "a" / "two").write_bytes(b"y")
    await heard.of("a")
    (watched / "a" / "two").unlink()
    await heard.of("a")
    (watched / "top").touch()
    await heard.of("")


async def test_what_comes_with_a_directory_is_told(watched, heard, tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside") / "new"
    (outside / "deep").mkdir(parents=True)
    (outside / "deep" / "one").write_bytes(b"x")
    outside.rename(watched / "new")
    await heard.of("", "new")
    await asyncio.sleep(0.5)
    heard.directories.clear()
    (watched / "new" / "deep" / "two").write_bytes(b"x")
    await heard.of("new/deep")


async def test_a_directory_that_moved_is_told_of_under_its_new_name(watched, heard):
    (watched / "a").rename(watched / "c")
    await heard.of("")
    await asyncio.sleep(0.5)
    heard.directories.clear()
    (watched / "c" / "b" / "one").write_bytes(b"x")
    await heard.of("c/b")
    assert not any(path.startswith("a") for path in heard.directories)


async def test_the_clients_own_folder_is_not_told_of(watched, heard):
    (watched / ".foyer" / "incoming" / "1.part").write_bytes(b"x")
    (watched / "a" / "one").write_bytes(b"x")
    async with asyncio.timeout(10):
        await heard.news.wait()
    await asyncio.sleep(0.5)
    assert not any(path.startswith(".foyer") for path in heard.directories)


@pytest.fixture
async def by_inotify(tmp_path, heard):
    listener = Listener(heard.hint, heard.everywhere, lambda path: path == "ignored")
    watching = InotifyWatcher(str(tmp_path), listener)
    yield watching
    await watching.close()


async def test_an_ignored_directory_is_not_watched(by_inotify, tmp_path, heard):
    (tmp_path / "ignored").mkdir()
    await by_inotify.start()
    (tmp_path / "ignored" / "one").touch()
    (tmp_path / "two").touch()
    await heard.of("")
    assert heard.directories == set()


async def test_a_full_queue_means_to_look_everywhere(by_inotify, tmp_path, heard):
    await by_inotify.start()
    for n in range(MOST_QUEUED // 2 + 10):  # two events each, and nobody reads meanwhile
        (tmp_path / ("a" if n % 2 else "b")).touch()
        (tmp_path / ("a" if n % 2 else "b")).rename(tmp_path / "c")
    async with asyncio.timeout(20):
        while not heard.lost:
            heard.news.clear()
            await heard.news.wait()


async def test_the_limit_of_watches_is_told(by_inotify, tmp_path, monkeypatch):
    (tmp_path / "a").mkdir()
    real = inotify.Inotify.add

    def limited(self, path):
        if path.endswith("a"):
            raise OSError(errno.ENOSPC, "no more watches")
        return real(self, path)

    monkeypatch.setattr(inotify.Inotify, "add", limited)
    await by_inotify.start()
    assert by_inotify.unwatched == 1
    assert all(limit > 0 for limit in limits())


def test_events_are_read_as_the_kernel_writes_them():
    head = inotify._HEAD
    data = head.pack(1, inotify.CREATE, 0, 16) + b"name".ljust(16, b"\0")
    data += head.pack(-1, inotify.OVERFLOW, 0, 0)
    assert inotify.parse(data) == [
        inotify.Event(1, inotify.CREATE, "name"),
        inotify.Event(-1, inotify.OVERFLOW, ""),
    ]


async def test_this_system_has_a_watcher(tmp_path, heard):
    watching = watcher(str(tmp_path), Listener(heard.hint, heard.everywhere))
    await watching.start()
    (tmp_path / "one").touch()
    await heard.of("")
    await watching.close()
