"""What is left alone."""

import pytest

from clients.desktop.disk.ignore_file import IgnoreFile
from clients.desktop.disk.ignoring import IgnoreRules, with_pattern

LEFT_BEHIND = (
    "~$letter.docx", ".~lock.letter.odt#", ".letter.txt.swp", ".letter.txt.swa", "film.crdownload",
    "film.part", ".DS_Store", "._letter", "Icon\r", "Thumbs.db", "THUMBS.DB", "desktop.ini",
    "letter~", ".#letter", ".goutputstream-1A2B", ".nfs0001", "._sync_ab12.db-wal", "~wrd001.tmp",
)  # fmt: skip
OF_PEOPLE = (
    "letter.docx", "part", "a.parts", ".foyerignore", ".gitignore", "swp", "a.swap", "thumbs.dbx",
    "icon", "foo.tmp", "$", "~", ".hidden", "backup.sql", "a.sw1",
)  # fmt: skip


@pytest.mark.parametrize("name", LEFT_BEHIND)
@pytest.mark.parametrize("above", ["", "a/b/"])
def test_what_programs_leave_behind_is_left_alone(name, above):
    assert IgnoreRules().ignores(above + name, is_directory=False)


@pytest.mark.parametrize("name", [name for name in OF_PEOPLE if name != "~"])
def test_what_people_make_is_not(name):
    assert not IgnoreRules().ignores(name, is_directory=False)


@pytest.mark.parametrize(
    ("path", "is_directory", "ignored"),
    [
        ("build", True, True),
        ("a/build", True, True),
        ("build", False, False),
        ("top", False, True),
        ("a/top", False, False),
        ("a/b/c.log", False, True),
        ("a/keep.log", False, False),
        ("doc/x/y.pdf", False, True),
        ("Thumbs.db", False, False),
        ("# no comment", False, True),
    ],
)
def test_the_file_speaks_as_gitignore_does(path, is_directory, ignored):
    lines = ["# of git", "build/", "/top", "*.log", "!keep.log", "doc/**/*.pdf", "!Thumbs.db"]
    rules = IgnoreRules([*lines, "\\# no comment", ""])
    assert rules.ignores(path, is_directory=is_directory) is ignored


def test_a_line_that_is_no_pattern_is_told_and_passed_over():
    rules = IgnoreRules(["!", "*.log"])
    assert rules.ignores("a.log", is_directory=False)
    assert rules.wrong == ["!"]


def test_the_file_is_read_again_when_it_is_another(tmp_path):
    file = IgnoreFile(str(tmp_path))
    assert not file.refresh()
    (tmp_path / ".foyerignore").write_text("*.log\n")
    assert file.refresh()
    assert not file.refresh()
    assert file.ignores("a.log", is_directory=False)
    (tmp_path / ".foyerignore").write_bytes(b"\xef\xbb\xbf*.txt\r\n\xff\n")
    assert file.refresh()
    assert file.ignores("a.txt", is_directory=False)
    assert not file.ignores("a.log", is_directory=False)
    (tmp_path / ".foyerignore").unlink()
    assert file.refresh()
    assert not file.ignores("a.txt", is_directory=False)


def test_a_link_in_its_place_is_not_followed(tmp_path):
    (tmp_path / "elsewhere").write_text("*\n")
    (tmp_path / ".foyerignore").symlink_to(tmp_path / "elsewhere")
    file = IgnoreFile(str(tmp_path))
    assert not file.refresh()
    assert not file.ignores("a", is_directory=False)


def test_a_pattern_is_added_once():
    assert with_pattern("", "*.log") == "*.log\n"
    assert with_pattern("a\nb", "*.log") == "a\nb\n*.log\n"
    assert with_pattern("a\n*.log\n", "*.log") == "a\n*.log\n"
