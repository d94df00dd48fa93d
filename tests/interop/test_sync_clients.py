"""The desktop programs of Nextcloud and ownCloud, each as two devices of one home."""

import json
import os
import random
import urllib.request

import pytest

from tests.support.sync_clients import Device, transfers

LARGE = int(os.environ.get("FOYER_TESTS_LARGE_MB", "12")) << 20
"""Bytes of the file that goes in chunks; FOYER_TESTS_LARGE_MB=100 for the long run."""
NAMES = [
    "été à la mer.txt", "C# notes.md", "100%.txt", "a+b=c.txt", "😀 smile.txt", "semi;colon.txt",
    "amp&ersand.txt", "quote'd.txt", "[brackets].txt", "comma, space.txt", "日本語.txt", "%41.txt",
    "under_score", "(round).txt", "@at.txt", "empty",
]  # fmt: skip


@pytest.fixture(params=["nextcloudcmd", "owncloudcmd"])
def program(request):
    return request.param


@pytest.fixture
def devices(program, home, tmp_path):
    return [Device(home, program, tmp_path / name) for name in ("one", "two")]


def ask(home, method, path, **attributes):
    """Ask a home as its owner does in the settings; returns what it tells."""
    body = {"data": {"type": "io.cozy.oauth.clients", "attributes": attributes}}
    headers = {"Authorization": home.authorization, "Content-Type": "application/json"}
    address = home.address + path
    request = urllib.request.Request(address, json.dumps(body).encode(), headers, method=method)
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)["data"]


def in_step(*devices):
    """Let each device have its turn until none has anything to tell the others."""
    for device in (*devices, devices[0]):
        device.sync()
    trees = [device.tree() for device in devices]
    assert trees[0] == trees[1]
    for device in devices:
        assert transfers(device.sync()) == []
        made = device.sync()  # what they saw of folders is in their journals by now
        assert transfers(made) == []
        assert [one for one in made if one[2] >= 400] == []
        assert len([one for one in made if one[0] == "PROPFIND"]) <= 2  # the root alone
    return trees[0]


def test_two_devices_come_to_one_tree(devices):
    one, two = devices
    for name in NAMES:
        one.write(f"odd names/{name}", b"" if name == "empty" else name.encode())
    for place in ("a/deep/down", "moved", "gone"):
        for n in range(5):
            one.write(f"{place}/document {n}.txt", f"{place} {n}".encode())
    large = random.Random(3).randbytes(LARGE)
    one.write("large.bin", large)
    made = [(method, path) for method, path, _ in one.sync()]
    assert len([path for method, path in made if method == "PUT" and "/uploads/" in path]) > 1
    assert [path for method, path in made if method == "MOVE" and path.endswith("/.file")]
    tree = in_step(one, two)
    assert tree["large.bin"] == large
    assert {f"odd names/{name}" for name in NAMES} <= set(tree)

    one.write("a/deep/down/document 0.txt", b"edited on one")
    two.write("a/deep/down/document 1.txt", b"edited on two")
    (two.folder / "a/deep/down/document 2.txt").rename(two.folder / "a/renamed é.txt")
    (one.folder / "moved").rename(one.folder / "a/deep/moved")
    # Before `gone` goes: a folder made after it may get its inode, by which the program knows
    # folders, and so would be `gone` renamed and emptied.
    two.write("new/from two.txt", b"new")
    for path in (two.folder / "gone").iterdir():
        path.unlink()
    (two.folder / "gone").rmdir()
    (one.folder / "odd names/empty").unlink()
    (one.folder / "large.bin").rename(one.folder / "a/large.bin")
    tree = in_step(one, two)
    assert tree["a/deep/down/document 0.txt"] == b"edited on one"
    assert tree["a/deep/down/document 1.txt"] == b"edited on two"
    assert tree["a/renamed é.txt"] == b"a/deep/down 2"
    assert tree["a/deep/moved/document 4.txt"] == b"moved 4"
    assert tree["a/large.bin"] == large
    assert not {"gone", "moved", "large.bin", "odd names/empty"} & set(tree)
    assert tree["new/from two.txt"] == b"new"
    assert not [name for name in tree if "conflict" in name]


def test_what_moves_is_not_sent_again(devices):
    one, two = devices
    for n in range(3):
        one.write(f"folder/{n}.txt", f"content {n}".encode())
    in_step(one, two)
    (one.folder / "folder").rename(one.folder / "another name")
    assert [one[0] for one in transfers(one.sync())] == ["MOVE"]
    assert transfers(two.sync()) == []
    assert one.tree() == two.tree()


def test_both_keep_what_was_written_on_both(devices):
    one, two = devices
    one.write("shared.txt", b"at first")
    one.write("same.txt", b"at first")
    in_step(one, two)
    one.write("shared.txt", b"written on one")
    two.write("shared.txt", b"written on two, and longer")
    one.write("same.txt", b"the same on both")
    two.write("same.txt", b"the same on both")
    one.sync()
    two.sync()
    one.sync()
    assert one.tree()["shared.txt"] == b"written on one"
    copies = [content for name, content in two.tree().items() if "conflict" in name]
    assert copies == [b"written on two, and longer"]
    assert two.tree()["shared.txt"] == b"written on one"
    assert two.tree()["same.txt"] == b"the same on both"


def test_a_device_has_what_its_profile_shows(program, home, tmp_path):
    one = Device(home, program, tmp_path / "one")
    made = ask(home, "POST", "/settings/devices", name="Laptop", kind="webdav")
    of_made = f"/settings/devices/{made['id']}"
    without = {"mode": "exclude", "rules": [{"path": "/Photos/Private"}]}
    ask(home, "PATCH", of_made, sync_profile=without)
    two = Device(home, program, tmp_path / "two", ("owner", made["attributes"]["password"]))

    one.write("Photos/seen.txt", b"seen")
    one.write("Photos/Private/hidden.txt", b"hidden")
    one.sync()
    two.sync()
    assert two.tree()["Photos/seen.txt"] == b"seen"
    assert "Photos/Private" not in two.tree()
    two.write("Photos/seen.txt", b"edited on two")
    one.write("Photos/Private/more.txt", b"more")
    for device in (two, one, two, one):
        device.sync()
    assert one.tree()["Photos/seen.txt"] == b"edited on two"
    assert one.tree()["Photos/Private/hidden.txt"] == b"hidden"
    assert transfers(two.sync()) == []

    ask(home, "PATCH", of_made, sync_profile={"mode": "all"})
    two.sync()
    assert two.tree() == one.tree()
    ask(home, "PATCH", of_made, sync_profile=without)
    two.sync()
    assert "Photos/Private" not in two.tree()
    assert transfers(one.sync()) == []
    assert one.tree()["Photos/Private/more.txt"] == b"more"
