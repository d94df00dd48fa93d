from pathlib import Path

import pytest

from server.instances.context import Context, Contexts, read_contexts
from server.instances.sizes import parse_size, show_size


def test_without_a_word_there_is_the_default_context():
    assert read_contexts({}) == {"default": Context()}


def test_a_context_takes_from_default_what_it_does_not_say():
    told = {
        "school": {"title": "School", "quota": "10 GB", "logo": "/etc/logo.svg"},
        "default": {"title": "Host", "support_address": "help@example.org"},
    }
    contexts = Contexts(read_contexts(told))
    school = contexts.of("school")
    assert (school.title, school.quota) == ("School", 10_000_000_000)
    assert school.logo == Path("/etc/logo.svg")
    assert school.support_address == "help@example.org"
    assert contexts.of("gone").title == "Host"


def test_a_context_has_flags_of_its_own():
    told = {"school": {"flags": {"drive.beta": [{"ratio": 1, "value": True}]}, "quota": 1}}
    contexts = Contexts(read_contexts({**told, "default": {"flags": {"a": 1}}}))
    assert contexts.of("school").flags == {"drive.beta": [{"ratio": 1, "value": True}]}
    assert contexts.of("default").flags == {"a": 1}


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"a": {"titel": "x"}}, r"a\.titel: no setting has this name"),
        ({"a": {"title": 1}}, r"a\.title: Expected `str`"),
        ({"a": {"accent": "red"}}, r"a\.accent: expected six"),
        ({"a": {"quota": "much"}}, "is no size"),
        ({"a": {"flags": {"x": [{"ratio": 2}]}}}, r"a\.flags\.x: ratios"),
        ({"a": {"flags": []}}, r"a\.flags"),
        ({"a": {"terms_version": "x"}}, r"a\.terms_version"),
        ({"a": {"terms_version": "1.0.0-20271399"}}, r"a\.terms_version"),
        ({"a": {"terms_url": "http://example.org"}}, r"a\.terms_url"),
        ({"a": {"support_address": "help"}}, r"a\.support_address"),
        ({"A b": {}}, "names of contexts"),
        ({"a": 1}, "is a section"),
    ],
)
def test_what_cannot_be_is_named(told, said):
    with pytest.raises(ValueError, match=said):
        read_contexts(told)


@pytest.mark.parametrize(
    ("text", "size"),
    [("0", 0), ("5 GB", 5_000_000_000), ("1.5k", 1500), ("2GiB", 2 << 30), ("10 Go", 10**10)],
)
def test_sizes_are_read(text, size):
    assert parse_size(text) == size


@pytest.mark.parametrize("text", ["", "GB", "-1", "5 XB", "1e9", "5GB5"])
def test_what_is_no_size(text):
    with pytest.raises(ValueError, match="is no size"):
        parse_size(text)


@pytest.mark.parametrize(
    ("size", "text"), [(0, "0 B"), (999, "999 B"), (1500, "1.5 kB"), (5 * 10**15, "5000.0 TB")]
)
def test_sizes_are_shown(size, text):
    assert show_size(size) == text
