"""Profiles as they are sent."""

import pytest

from doctypes.profiles.profile import Mode, Profile, Rule
from doctypes.profiles.reading import ProfileIllegal, read_profile, told


def test_a_profile_is_read_and_told_again():
    sent = {
        "mode": "include",
        "rules": [{"folder": "id"}, {"path": "/Photos/", "glob": "*.jpg", "max_size": 5}],
        "read_only": True,
    }
    profile = read_profile(sent)
    rules = Rule(folder="id"), Rule(path="/Photos", glob="*.jpg", max_size=5)
    assert profile == Profile(Mode.INCLUDE, rules, read_only=True)
    assert told(profile) == {
        "mode": "include",
        "rules": [{"folder": "id"}, {"path": "/Photos", "glob": "*.jpg", "max_size": 5}],
        "read_only": True,
        "hide_junk": False,
    }
    assert read_profile(told(profile)) == profile


def test_a_preset_stands_for_rules():
    profile = read_profile({"preset": "photos-only", "hide_junk": True})
    assert profile == Profile(Mode.INCLUDE, (Rule(types=("image",)),), hide_junk=True)


@pytest.mark.parametrize(
    ("sent", "why"),
    [
        ([], "object"),
        ({"mode": "some"}, "mode"),
        ({"colour": "red"}, "colour"),
        ({"rules": [{}]}, "Rule 1: name a folder"),
        ({"rules": [{"path": "/a"}, {"path": "a"}]}, "Rule 2: a path begins"),
        ({"rules": [{"path": "/a/../b"}]}, "begins"),
        ({"rules": [{"path": "/a//b"}]}, "begins"),
        ({"rules": [{"path": "/a", "folder": "id"}]}, "not both"),
        ({"rules": [{"glob": "/"}]}, "pattern"),
        ({"rules": [{"glob": "x" * 5000}]}, "4096"),
        ({"rules": [{"min_size": -1}]}, "numbers"),
        ({"rules": [{"min_size": 5, "max_size": 4}]}, "max_size"),
        ({"rules": [{"types": [""]}]}, "types"),
        ({"rules": [{"path": 5}]}, "rules"),
        ({"rules": [{"glob": "*", "new_siblings": False}]}, "new_siblings"),
        ({"rules": [{"path": "/a"}] * 101}, "100 rules"),
        ({"preset": "fast"}, "photos-only"),
        ({"preset": "photos-only", "mode": "all"}, "preset, or"),
    ],
)
def test_what_is_wrong_is_told(sent, why):
    with pytest.raises(ProfileIllegal) as caught:
        read_profile(sent)
    assert why in str(caught.value)
