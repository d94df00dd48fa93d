"""cadaver and GNOME's gvfs, commands and folder, as people use them against one home."""

import random
import time

import pytest

from tests.interop.conftest import program
from tests.support.gnome import PATIENCE, gnome
from tests.support.running_home import PASSWORD

LARGE = random.Random(8).randbytes(300_000)


@pytest.fixture
def files(tmp_path):
    (tmp_path / "note é.txt").write_bytes(b"a note")
    (tmp_path / "large.bin").write_bytes(LARGE)
    return tmp_path


CADAVER = """
mkcol letters
cd letters
put "{files}/note é.txt" one.txt
propset one.txt colour blue
propget one.txt colour
lock one.txt
discover one.txt
put {files}/large.bin one.txt
unlock one.txt
chexec + one.txt
propget one.txt
copy one.txt two.txt
move two.txt three.txt
get three.txt {files}/three.bin
mkcol sub
move three.txt sub/
ls sub
rmcol sub
delete one.txt
ls
cd ..
rmcol letters
quit
"""


def test_cadaver_does_all_that_it_can(one_home, files, run):
    netrc = files / ".netrc"
    netrc.write_text(f'machine 127.0.0.1 login {one_home.owner} password "{PASSWORD}"\n')
    netrc.chmod(0o600)
    told = run(
        program("cadaver"), f"{one_home.address}/dav/files/", input=CADAVER.format(files=files),
        env={"HOME": str(files), "LC_ALL": "C.UTF-8"},
    )  # fmt: skip
    assert "failed" not in told, told
    assert "Could not" not in told, told
    assert "Value of colour is: blue" in told
    assert "Scope: exclusive  Type: write  Timeout: 3600 seconds" in told
    assert (files / "three.bin").read_bytes() == LARGE
    assert "Listing collection `/dav/files/letters/': collection is empty." in told


def arrived(path, content):
    """Wait for what was written into gvfs's folder: it is sent after the file was closed."""
    deadline = time.monotonic() + PATIENCE
    while not (path.exists() and path.read_bytes() == content):
        assert time.monotonic() < deadline, path
        time.sleep(0.05)


@pytest.mark.usefixtures("fuse")
def test_gnome_works_with_files_and_in_its_folder(one_home, files):
    for needed in ("gio", "dbus-daemon", "/usr/libexec/gvfsd-fuse"):
        program(needed)
    root = f"dav://{one_home.address.removeprefix('http://')}/dav/files"
    with gnome(files / "session") as session:
        session.gio("mount", f"{root}/", told=f"{one_home.owner}\n{PASSWORD}\n")
        there = f"{root}/desk é"
        session.gio("mkdir", there)
        session.gio("copy", files / "note é.txt", files / "large.bin", f"{there}/")
        session.gio("rename", f"{there}/note é.txt", "named.txt")
        session.gio("save", f"{there}/saved.txt", told="saved")
        session.gio("copy", f"{there}/saved.txt", f"{there}/copied.txt")
        session.gio("move", f"{there}/saved.txt", f"{there}/moved.txt")
        assert session.gio("cat", f"{there}/named.txt", f"{there}/moved.txt") == "a notesaved"
        listed = session.gio("list", there).split()
        assert set(listed) == {"named.txt", "copied.txt", "moved.txt", "large.bin"}

        desk = session.mounted / "dav/files/desk é"
        assert (desk / "large.bin").read_bytes() == LARGE
        (desk / "by hand.txt").write_bytes(b"by hand")
        arrived(desk / "by hand.txt", b"by hand")
        (desk / "by hand.txt").write_bytes(b"and once more")
        arrived(desk / "by hand.txt", b"and once more")
        (desk / "deep").mkdir()
        (desk / "by hand.txt").rename(desk / "deep/renamed.txt")
        (desk / "deep").rename(desk / "deeper")
        (desk / "copied.txt").unlink()
        assert session.gio("cat", f"{there}/deeper/renamed.txt") == "and once more"
        session.gio("remove", f"{there}/large.bin")
        assert sorted(path.name for path in desk.iterdir()) == ["deeper", "moved.txt", "named.txt"]
        session.gio("mount", "-u", f"{root}/")
