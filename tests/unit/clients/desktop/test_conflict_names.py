"""What the local one of two contents is called."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients.desktop.model.names import (
    LONGEST,
    conflict_name,
    is_conflict_name,
    is_parked,
    is_told,
    parked_name,
)

DATE = "2026-11-27"


def named(name, device="laptop", taken=()):
    return conflict_name(name, device, DATE, lambda found: found in taken)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("report.txt", "report (conflict, laptop, 2026-11-27).txt"),
        ("report", "report (conflict, laptop, 2026-11-27)"),
        (".profile", ".profile (conflict, laptop, 2026-11-27)"),
        ("..", ".. (conflict, laptop, 2026-11-27)"),
        ("a.tar.gz", "a.tar (conflict, laptop, 2026-11-27).gz"),
        ("Dr. No and the rest", "Dr. No and the rest (conflict, laptop, 2026-11-27)"),
        (
            "report (conflict, desk, 2025-01-02).txt",
            "report (conflict, laptop, 2026-11-27).txt",
        ),
        (
            "report (conflict, desk, 2025-01-02, 3).txt",
            "report (conflict, laptop, 2026-11-27).txt",
        ),
    ],
)
def test_the_name_says_what_happened(name, expected):
    assert named(name) == expected


def test_a_name_that_is_taken_is_counted():
    first = named("a.txt")
    second = named("a.txt", taken=[first])
    assert second == "a (conflict, laptop, 2026-11-27, 2).txt"
    assert named("a.txt", taken=[first, second]).endswith(", 3).txt")


def test_a_device_with_an_odd_name_gives_no_odd_names():
    assert named("a", device='(a/b: "c")') == "a (conflict, ab c, 2026-11-27)"
    assert named("a", device="///") == "a (conflict, device, 2026-11-27)"


@given(st.text(min_size=1, max_size=200), st.text(max_size=100))
def test_names_are_known_again_and_fit(name, device):
    found = named(name, device)
    assert len(found.encode("utf-8", "surrogatepass")) <= LONGEST
    assert is_conflict_name(found)
    assert named(found, device) == named(named(found, device), device)


def test_a_parked_node_is_known_by_the_device_that_parked_it():
    name = parked_name("my laptop!", 7)
    assert is_parked(name, "my laptop!")
    assert not is_parked(name, "desk")


def test_names_that_are_no_text_cannot_be_told():
    assert is_told("é")
    assert not is_told("\udce9")
