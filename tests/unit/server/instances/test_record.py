import json
import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.instances.founding import HomeRegister
from server.instances.record import FORMAT, each_record, read_record, write_record


@pytest.fixture
def record(tmp_path):
    return HomeRegister(tmp_path, random.Random(7).randbytes).found("a.example", "ann").record


def stored(record):
    return json.loads((record.folder / "instance.json").read_text())


def test_every_field_comes_back(record):
    changed = replace(
        record,
        former=("old.example",),
        locale="fr",
        timezone="Europe/Paris",
        context="school",
        quota=5_000,
        blocked="UNKNOWN",
        deletion_at="2027-01-01T00:00:00Z",
        moved_to="b.example",
        terms_signed="1.0.0",
        onboarded=False,
        flags={"drive.beta": True, "most": [1, {"x": None}]},
    )
    write_record(changed)
    assert read_record(record.folder) == changed


def test_a_record_of_the_first_format_gets_what_it_lacks_the_same_each_time(record):
    old = {
        "domain": "a.example",
        "aliases": [],
        "owner": {"name": "ann", "password_hash": "h"},
        "secret": "00" * 32,
    }
    (record.folder / "instance.json").write_text(json.dumps(old))
    first, second = read_record(record.folder), read_record(record.folder)
    assert first == second
    assert first.format == 1
    assert len(first.uuid) == 32
    assert first.created_at.endswith("Z")
    assert (first.locale, first.quota, first.blocked, first.onboarded) == ("", None, "", True)
    write_record(first)
    assert stored(first)["format"] == FORMAT
    assert replace(read_record(record.folder), format=1) == first


NAMES = st.text(st.characters(codec="utf-8"), min_size=1, max_size=8).map(lambda name: "x" + name)
VALUES = st.recursive(st.none() | st.booleans() | st.integers(0, 9) | st.text(max_size=5), st.lists)


@settings(max_examples=25, deadline=None)
@given(st.dictionaries(NAMES, VALUES, max_size=4), st.dictionaries(NAMES, VALUES, max_size=4))
def test_fields_of_other_versions_are_kept(tmp_path_factory, more, of_owner):
    folder = tmp_path_factory.mktemp("home")
    record = HomeRegister(folder, random.Random(7).randbytes).found("a.example", "ann").record
    told = stored(record)
    told |= more
    told["owner"] |= of_owner
    (record.folder / "instance.json").write_text(json.dumps(told))
    write_record(replace(read_record(record.folder), locale="fr"))
    assert stored(record) == {**told, "locale": "fr"}


def test_one_broken_record_hides_no_other(record, tmp_path):
    broken = tmp_path / "instances" / "broken"
    broken.mkdir()
    (broken / "instance.json").write_text("{")
    (tmp_path / "instances" / ".restoring").mkdir()
    (tmp_path / "instances" / "file").write_text("")
    told = []
    assert list(each_record(tmp_path / "instances", told.append)) == [record]
    assert [error.path.parent for error in told] == [broken]


def test_english_of_an_earlier_format_was_hardly_chosen(record):
    told = stored(record) | {"locale": "en"}
    for format_, locale in ((2, ""), (3, "en")):
        (record.folder / "instance.json").write_text(json.dumps({**told, "format": format_}))
        assert read_record(record.folder).locale == locale
