"""The desktop client for real: processes, folders, a home that is served, and all of them killed.

DESKTOP_ROUNDS=200 gives the last test so many rounds; DESKTOP_SEED begins another story.
"""

import asyncio
import json
import os
import random
import time

import pytest

from clients.desktop.local.store import Store
from clients.desktop.program.connecting import disconnect
from tests.support.foyer_sync import SyncDevice, files, let_in, settled, until
from tests.support.running_home import RunningHome
from tests.support.sync_story import Story

ROUNDS = int(os.environ.get("DESKTOP_ROUNDS", "6"))
SEED = int(os.environ.get("DESKTOP_SEED", "1"))
FIRST = {"Administrative", "Photos", "Photos/Backed up from my mobile", "Photos/Uploaded"}
"""Directories that each home begins with."""


@pytest.fixture
def home(tmp_path):
    with RunningHome(tmp_path / "home") as running:
        yield running


@pytest.fixture
def devices(home, tmp_path):
    made = let_in(home, tmp_path, "laptop", "desk")
    yield made
    for device in made:
        if device.is_running:
            device.kill()


@pytest.fixture
def running(devices):
    for device in devices:
        device.start()
    settled(*devices)
    return devices


def test_files_go_both_ways_and_stay_the_same(running):
    laptop, desk = running
    laptop.write("é/one.txt", b"1")
    desk.write("two.bin", bytes(range(256)) * 60_000)
    tree = settled(*running)
    assert files(tree) == {"é/one.txt": b"1", "two.bin": bytes(range(256)) * 60_000}
    assert set(tree) - set(files(tree)) == {"é", *FIRST}
    desk.write("é/one.txt", b"another")
    (laptop.folder / "two.bin").unlink()
    assert files(settled(*running)) == {"é/one.txt": b"another"}
    (desk.folder / "é" / "one.txt").chmod(0o755)
    settled(*running)
    until(lambda: (laptop.folder / "é" / "one.txt").stat().st_mode & 0o100)
    assert "sent" in laptop.run("log")
    for device in running:
        device.stop()


MEGABYTE = 1 << 20
LARGE = random.Random(8).randbytes(24 * MEGABYTE)
CHANGED = LARGE[: 9 * MEGABYTE] + b"put in" + LARGE[9 * MEGABYTE :]


def went(device):
    """Return how many bytes a device's process has sent and received since its start."""
    status = device.status()
    return status["bytes_up"], status["bytes_down"]


def test_of_a_large_file_goes_what_changed_and_of_a_copy_nothing(running):
    laptop, desk = running
    laptop.write("large.bin", LARGE)
    settled(*running)
    assert (went(laptop)[0], went(desk)[1]) == (len(LARGE), len(LARGE))
    laptop.write("large.bin", CHANGED)
    assert files(settled(*running)) == {"large.bin": CHANGED}
    laptop.write("copy.bin", CHANGED)
    assert files(settled(*running)) == {"large.bin": CHANGED, "copy.bin": CHANGED}
    for count in (went(laptop)[0], went(desk)[1]):
        assert len(LARGE) < count < len(LARGE) + 3 * MEGABYTE


def test_a_download_goes_on_after_a_kill_and_keeps_to_its_limit(running):
    laptop, desk = running
    desk.run("limit", "--down", "3M")
    began = time.monotonic()
    laptop.write("large.bin", LARGE)
    until(lambda: went(desk)[1] > 8 * MEGABYTE)
    assert time.monotonic() - began > 1.0
    desk.kill()
    desk.run("limit", "--down", "none")
    desk.start()
    assert files(settled(*running)) == {"large.bin": LARGE}
    assert went(desk)[1] < len(LARGE) - 4 * MEGABYTE


def test_a_change_reaches_the_other_folder_soon(running):
    laptop, desk = running
    began = time.monotonic()
    laptop.write("soon.txt", b"now")
    while not (desk.folder / "soon.txt").exists():
        assert time.monotonic() < began + 30
        time.sleep(0.01)
    assert settled(*running)["soon.txt"] == b"now"


def test_what_was_done_offline_is_done_when_they_meet(running):
    laptop, desk = running
    laptop.write("a/one", b"1")
    laptop.write("a/two", b"2")
    laptop.write("both", b"old")
    settled(*running)
    inode = (laptop.folder / "a" / "one").stat().st_ino
    desk_inode = (desk.folder / "a" / "one").stat().st_ino
    laptop.stop()
    (laptop.folder / "a").rename(laptop.folder / "b")
    (laptop.folder / "b" / "one").rename(laptop.folder / "moved")
    (laptop.folder / "b" / "two").unlink()
    laptop.write("both", b"of the laptop")
    laptop.write("new", b"n")
    desk.write("both", b"of the desk")
    settled(desk)
    laptop.start()
    tree = files(settled(*running))
    conflicts = [path for path in tree if "conflict" in path]
    assert len(conflicts) == 1
    assert {tree["both"], tree[conflicts[0]]} == {b"of the laptop", b"of the desk"}
    assert tree["moved"] == b"1"
    assert tree["new"] == b"n"
    assert set(tree) == {"both", *conflicts, "moved", "new"}
    assert (laptop.folder / "moved").stat().st_ino == inode
    assert (desk.folder / "moved").stat().st_ino == desk_inode  # moved there, not fetched anew
    listed = laptop.run("conflicts")
    assert conflicts[0] in listed
    laptop.run("conflicts", conflicts[0], "--keep", "mine")
    assert files(settled(*running))["both"] == b"of the laptop"


def test_a_swap_of_names_and_saves_over_a_file_keep_what_each_is(running):
    laptop, desk = running
    laptop.write("a", b"first a")
    laptop.write("b", b"first b")
    settled(*running)
    inodes = {(desk.folder / name).stat().st_ino for name in "ab"}
    laptop.stop()
    folder = laptop.folder
    (folder / "a").rename(folder / "t")
    (folder / "b").rename(folder / "a")
    (folder / "t").rename(folder / "b")
    laptop.start()
    settled(*running, wanted=None)
    until(lambda: files(desk.tree()) == {"a": b"first b", "b": b"first a"})
    assert {(desk.folder / name).stat().st_ino for name in "ab"} == inodes
    (folder / "a.new").write_bytes(b"saved")
    (folder / "a.new").rename(folder / "a")
    assert files(settled(*running)) == {"a": b"saved", "b": b"first a"}


def test_what_is_ignored_is_left_alone_on_both_sides(running):
    laptop, desk = running
    laptop.write("kept.log", b"sent before")
    settled(*running)
    laptop.run("ignore", "*.log", "build/")
    settled(*running)
    laptop.write("late.log", b"not sent")
    laptop.write("build/x", b"not sent")
    laptop.write("sent", b"sent")
    until((desk.folder / "sent").exists)
    time.sleep(1)
    assert set(files(desk.tree())) == {".foyerignore", "kept.log", "sent"}
    assert set(files(laptop.tree())) == {
        *(".foyerignore", "kept.log", "sent", "late.log", "build/x"),
    }


def test_a_folder_that_is_not_there_deletes_nothing(running):
    laptop, desk = running
    laptop.write("one", b"1")
    settled(*running)
    aside = laptop.folder.with_name("unplugged")
    laptop.folder.rename(aside)
    laptop.folder.mkdir()  # as a mount point is, without its disk
    time.sleep(1)
    until(lambda: "not the folder" in laptop.run("status"))
    assert files(desk.tree()) == {"one": b"1"}
    assert list(laptop.folder.iterdir()) == []
    laptop.folder.rmdir()
    aside.rename(laptop.folder)
    assert files(settled(*running)) == {"one": b"1"}


def test_paused_is_paused_also_after_a_start(running):
    laptop, desk = running
    laptop.run("pause")
    laptop.write("later", b"1")
    laptop.stop()
    laptop.start()
    time.sleep(2)
    assert "later" not in desk.tree()
    assert "foyer-sync resume" in laptop.run("status")
    laptop.run("resume")
    assert "later" in settled(*running)


def test_a_computer_is_let_in_by_a_code_and_leaves_with_its_files(home, tmp_path):
    laptop = SyncDevice(home, tmp_path, "laptop").connect().add().start()
    laptop.write("one", b"1")
    settled(laptop)
    laptop.run("find", "one")
    (credentials,) = Store(laptop.state).homes()
    (laptop.state / "contents" / credentials.client_id).mkdir(parents=True)  # as a mount leaves it
    laptop.run("unlink")
    assert laptop.process.wait(30) == 0
    kept = [path for name in ("replicas", "contents") for path in (laptop.state / name).iterdir()]
    assert kept == []
    assert (laptop.folder / "one").read_bytes() == b"1"
    assert "foyer-sync add" in laptop.run("status", code=1)
    assert "foyer-sync connect" in laptop.run("add", str(laptop.folder), code=1)


def test_a_device_that_was_taken_out_says_so_and_touches_nothing(running):
    laptop, desk = running
    laptop.write("one", b"1")
    settled(*running)
    (credentials,) = Store(laptop.state).homes()
    asyncio.run(disconnect(Store(laptop.state), credentials))
    desk.write("two", b"2")
    settled(desk)
    until(lambda: "taken out" in laptop.run("status"))
    assert files(laptop.tree()) == {"one": b"1"}


def test_files_are_found_without_the_home(running):
    laptop, desk = running
    desk.write("Été/Plan de la maison.pdf", b"1" * 5000)
    desk.write("Films/plan.mkv", b"2")
    settled(*running)
    for device in running:
        device.stop()
    assert "maison.pdf" in laptop.run("find", "ete", "PLAN")
    laptop.home.kill()
    told = laptop.run("find", "plan", "--json")
    paths = [it["path"] for it in json.loads(told[told.index("[") :])]
    assert paths == ["/Été/Plan de la maison.pdf", "/Films/plan.mkv"]
    assert str(laptop.folder / "Été" / "Plan de la maison.pdf") in laptop.run("find", "maison")
    assert "Nothing found" in laptop.run("find", "films", "maison")


def test_a_process_in_the_background_is_begun_asked_and_ended(devices):
    laptop, _ = devices
    laptop.run("start")
    laptop.write("one", b"1")
    until(lambda: laptop.status().get("state") == "idle" and "one" in laptop.run("log"))
    assert "already" in laptop.run("run", code=1)
    laptop.run("stop")
    assert "Stopped" in laptop.run("status")


@pytest.mark.timeout(60 + 30 * ROUNDS)
def test_nothing_is_lost_while_all_are_killed(home, running):
    story = Story(SEED)
    for _ in range(ROUNDS):
        for _ in range(12):
            story.act(story.random.choice(running))
            time.sleep(story.random.choice([0, 0, 0.02, 0.2]))
            story.strike(home, running)
        for device in running:
            device.ask("resume")
        story.expect(files(settled(*running, patience=120)))
