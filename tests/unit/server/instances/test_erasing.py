"""Homes that leave and come back: the old state or the new, whatever moment the process ends at."""

import os
import random
import shutil
from contextlib import suppress
from dataclasses import replace

import pytest

from server.instances import erasing
from server.instances.erasing import STAGED, adopt, erase, staged_record, tidy
from server.instances.founding import HomeRegister
from server.instances.record import read_record, write_record


class Killed(BaseException):
    """The process ends here."""


@pytest.fixture
def register(tmp_path):
    return HomeRegister(tmp_path, random.Random(7).randbytes, kdf_iterations=0)


def stage(register, record, text):
    staged = register.instances / f"{STAGED}1"
    staged.mkdir()
    write_record(replace(record, folder=staged))
    (staged / "documents.db").write_text(text)
    return staged


def contents(register):
    return {r.domain: (r.folder / "documents.db").read_text() for r in register.records()}


def test_an_erased_home_is_gone(register):
    home = register.found("a.example", "o", password="x").record
    (home.folder / "blobs").mkdir()
    erase(home.folder)
    assert register.records() == []
    assert list(register.instances.iterdir()) == []


def test_what_was_being_erased_is_finished_at_the_next_start(register, monkeypatch):
    home = register.found("a.example", "o", password="x").record
    monkeypatch.setattr(shutil, "rmtree", lambda *_, **__: None)
    erase(home.folder)
    monkeypatch.undo()
    assert register.records() == []
    tidy(register)
    assert list(register.instances.iterdir()) == []


def test_a_home_under_way_is_left_alone_until_it_was_given_up(register):
    home = register.found("a.example", "o", password="x").record
    staged = stage(register, home, "new")
    tidy(register)
    assert staged.exists()
    tidy(register, now=staged.stat().st_mtime + 25 * 3600)
    assert not staged.exists()


def test_only_a_staged_folder_is_taken_in(register, tmp_path):
    home = register.found("a.example", "o", password="x").record
    for folder in (home.folder, tmp_path, register.instances / ".." / f"{STAGED}x"):
        with pytest.raises(ValueError, match="not the folder"):
            staged_record(register, folder, None)


def test_under_another_name_a_home_keeps_none_of_its_own(register):
    home = register.found("a.example", "o", aliases=("b.example",), password="x").record
    staged = stage(register, home, "new")
    record = staged_record(register, staged, "C.example")
    assert (record.domain, record.aliases) == ("c.example", ())
    assert staged_record(register, staged, None).aliases == ("b.example",)


@pytest.mark.parametrize("calls", range(1, 9))
def test_a_home_is_replaced_whole_or_not_at_all(register, monkeypatch, calls):
    old = register.found("a.example", "o", password="x").record
    (old.folder / "documents.db").write_text("old")
    staged = stage(register, old, "new")
    record = staged_record(register, staged, None)
    left = iter(range(calls - 1))

    def dying(name, real):
        def call(*arguments, **options):
            if next(left, None) is None:
                raise Killed
            return real(*arguments, **options)

        monkeypatch.setattr(os, name, call)

    for name in ("rename", "replace", "unlink"):
        dying(name, getattr(os, name))
    with suppress(Killed):
        adopt(staged, record, old.folder)
    monkeypatch.undo()
    tidy(register)
    assert contents(register) in ({"a.example": "old"}, {"a.example": "new"})
    tidy(register, now=2e9)
    assert len(list(register.instances.iterdir())) == 1
    [kept] = register.instances.iterdir()
    assert read_record(kept).domain == "a.example"
    assert erasing.FILE_NAME in {path.name for path in kept.iterdir()}
