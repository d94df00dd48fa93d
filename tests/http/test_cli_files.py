"""`foyer import` and `foyer verify`, as a person runs them."""

import json
import os

import pytest
from click.testing import CliRunner

from server.cli.program import program


@pytest.fixture
def foyer(tmp_path):
    def run(*words):
        return CliRunner().invoke(program, [*words, "--dir", str(tmp_path / "data")])

    assert run("instance", "add", "alice.example").exit_code == 0
    return run


@pytest.fixture
def source(tmp_path):
    folder = tmp_path / "source"
    (folder / "a" / "b").mkdir(parents=True)
    (folder / "a" / "b" / "deep.txt").write_text("deep")
    (folder / "top.txt").write_text("top")
    (folder / "link").symlink_to("top.txt")
    return folder


def blobs_of(tmp_path):
    return [path for path in tmp_path.glob("data/instances/*/blobs/??/*") if path.is_file()]


def test_a_folder_is_imported_and_what_is_there_is_passed_over(foyer, source, tmp_path):
    first = foyer("import", str(source), "--into", "/Old/laptop")
    assert (first.exit_code, first.stdout) == (
        0,
        "Imported: 2 files, 0 of them were there already.\n",
    )
    (source / "top.txt").write_text("changed")
    again = foyer("import", str(source), "--into", "/Old/laptop")
    assert again.stdout == "Imported: 2 files, 1 of them were there already.\n"
    assert sorted(path.read_text() for path in blobs_of(tmp_path)) == ["changed", "deep", "top"]
    assert (source / "a" / "b" / "deep.txt").exists()
    verified = foyer("verify")
    assert (verified.exit_code, verified.stdout) == (
        0,
        "8 files and directories, 1 versions, 3 contents (0 MB read): 0 faults.\n",
    )


def test_files_are_moved_where_they_lie(foyer, source, tmp_path):
    place = (source / "top.txt").stat().st_ino
    assert foyer("import", str(source), "--move").exit_code == 0
    assert place in {path.stat().st_ino for path in blobs_of(tmp_path)}
    assert [path.name for path in source.rglob("*")] == ["link"]
    assert foyer("verify").exit_code == 0


def test_nothing_is_removed_that_only_looks_like_what_is_there(foyer, source, tmp_path):
    top = source / "top.txt"
    foyer("import", str(source))
    before = top.stat()
    top.write_text("pot")
    os.utime(top, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert foyer("import", str(source), "--move").exit_code == 0
    assert not top.exists()
    assert sorted(path.read_text() for path in blobs_of(tmp_path)) == ["deep", "pot", "top"]


def test_damage_is_found_and_mended_from_a_copy(foyer, source, tmp_path):
    foyer("import", str(source))
    (bad,) = [path for path in blobs_of(tmp_path) if path.read_text() == "top"]
    spare = tmp_path / "spare" / bad.parent.name
    spare.mkdir(parents=True)
    (spare / bad.name).write_text("top")
    bad.write_text("rot")
    found = foyer("verify")
    assert found.exit_code == 1
    assert "top.txt\tnames a content whose bytes are others" in found.stdout
    assert foyer("verify", "--quick").exit_code == 0
    mended = foyer("verify", "--spare", str(tmp_path / "spare"))
    assert (mended.exit_code, "(put right)" in mended.stdout) == (0, True)
    assert bad.read_text() == "top"


def test_a_home_that_is_not_there_is_named(foyer, source):
    refused = foyer("import", str(source), "--instance", "bob.example")
    assert refused.exit_code == 1
    assert "bob.example" in refused.output


def test_every_fault_has_its_words():
    from doctypes.files.structure import Fault
    from server.cli.messages import say

    assert len(json.dumps({fault.name: say(f"fault_{fault.name.lower()}") for fault in Fault})) > 0
