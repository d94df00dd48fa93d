"""The desktop client on a disk that folds case: exFAT, beside a device on a disk that does not.

DESKTOP_ROUNDS=200 gives the last test so many rounds; DESKTOP_SEED begins another story.
"""

import os
import time
from collections import Counter

import pytest

from tests.support.folding_disk import FoldingDisk, can_be_mounted
from tests.support.foyer_sync import files, let_in, settled, until
from tests.support.running_home import RunningHome
from tests.support.sync_story import Story

ROUNDS = int(os.environ.get("DESKTOP_ROUNDS", "1"))
SEED = int(os.environ.get("DESKTOP_SEED", "1"))
PATIENCE = 60


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return tmp_path_factory.mktemp("folding")


@pytest.fixture(scope="module")
def disk(place):
    if not can_be_mounted():
        pytest.skip("no exFAT can be mounted here: that takes root, exfat-fuse and exfatprogs")
    with FoldingDisk(place) as mounted:
        yield mounted


@pytest.fixture(scope="module")
def home(place):
    with RunningHome(place / "home") as running:
        yield running


@pytest.fixture(scope="module")
def running(home, disk, place):
    devices = let_in(home, place, "stick", "desk", folders={"stick": disk.folder / "kept"})
    for device in devices:
        device.start()
    settled(*devices)
    yield devices
    for device in devices:
        if device.is_running:
            device.kill()


def test_names_that_differ_in_case_alone(running):
    stick, desk = running
    desk.write("Letters/Plan.txt", b"plan")
    settled(*running)
    (desk.folder / "Letters/Plan.txt").rename(desk.folder / "Letters/PLAN.txt")
    until(lambda: "Letters/PLAN.txt" in stick.tree())
    (stick.folder / "Letters").rename(stick.folder / "LETTERS")
    until(lambda: "LETTERS/PLAN.txt" in desk.tree())
    assert files(settled(*running)) == {"LETTERS/PLAN.txt": b"plan"}

    desk.write("LETTERS/plan.txt", b"another of the same name")
    desk.write("LETTERS/ten:30.txt", b"a name that exFAT does not take")
    until(lambda: "takes its name for that of another" in " ".join(stick.run("status").split()))
    until(lambda: "this disk takes none of < > :" in " ".join(stick.run("status").split()))
    assert files(stick.tree()) == {"LETTERS/PLAN.txt": b"plan"}
    (desk.folder / "LETTERS/plan.txt").rename(desk.folder / "LETTERS/other.txt")
    (desk.folder / "LETTERS/ten:30.txt").rename(desk.folder / "LETTERS/half past ten.txt")
    assert files(settled(*running)) == {
        "LETTERS/PLAN.txt": b"plan",
        "LETTERS/other.txt": b"another of the same name",
        "LETTERS/half past ten.txt": b"a name that exFAT does not take",
    }
    (desk.folder / "Box").mkdir()
    (desk.folder / "LETTERS").rename(desk.folder / "Box/letters")
    assert "Box/letters/PLAN.txt" in settled(*running)
    assert "Box/letters ← LETTERS" in stick.run("log")


def test_files_that_are_numbered_anew_are_not_taken_for_each_other(running, disk):
    stick, desk = running
    for n in range(6):
        desk.write(f"a/{n}.txt", b"%d" % n * (n + 1))
    tree = settled(*running)
    numbers, before = [], (stick.run("log"), desk.run("log"))
    for backwards in (False, True):
        stick.stop()
        disk.unmount()
        disk.mount()
        listed = sorted((stick.folder / "a").iterdir(), reverse=backwards)
        numbers.append({path.name: path.stat().st_ino for path in listed})
        stick.start()
        assert settled(*running) == tree
        assert (stick.run("log"), desk.run("log")) == before
    shared = set(numbers[0].values()) & set(numbers[1].values())
    assert shared, "the disk gave no number to another file: nothing was tried"
    assert numbers[0] != numbers[1]


def parted(desk):
    """Do what the client asks for: give twins, one for a disk that folds, names of their own."""
    found = Counter()
    for path in sorted(desk.folder.rglob("*"), key=lambda path: -len(path.parts)):
        if path.relative_to(desk.folder).parts[0] == ".foyer":
            continue
        name = str(path).casefold()
        found[name] += 1
        if found[name] > 1:
            path.rename(path.with_name(f"twin {time.monotonic_ns()}"))


@pytest.mark.timeout(90 + 60 * ROUNDS)
def test_nothing_is_lost_where_case_folds_and_all_are_killed(home, running):
    story = Story(SEED, cases=True)
    _, desk = running
    for _ in range(ROUNDS):
        for _ in range(12):
            story.act(story.random.choice(running))
            time.sleep(story.random.choice([0, 0, 0.02, 0.2]))
            story.strike(home, running)
        deadline = time.monotonic() + PATIENCE
        while True:
            for device in running:
                device.ask("resume")
            parted(desk)
            time.sleep(1)
            statuses = [device.status() for device in running]
            if all(it.get("state") == "idle" and not it["waiting"] for it in statuses):
                break
            names = [sorted(device.tree()) for device in running]
            assert time.monotonic() < deadline, f"seed {SEED}: {statuses}\n{names}"
        story.expect(files(settled(*running, patience=PATIENCE)))
