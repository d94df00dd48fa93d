"""Codes of links: made anew from what is kept, and not to be found from it."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doctypes.permissions.errors import RuleIllegal
from server.auth.tokens import Audience, TokenKeys
from server.permissions.asked import PermissionAskedWrong, read_asked, read_names, read_span
from server.permissions.codes import is_short, is_tiny, kept_of, long_code, short_code
from server.permissions.links import Codes
from server.permissions.links import is_tiny as made_tiny
from server.permissions.permission import CodeSeed

SECRET, OTHER = b"s" * 32, b"t" * 32
digits = st.text("0123456789abcdef", min_size=32, max_size=32)
seeds = st.builds(CodeSeed, digits, st.integers(1, 1 << 53))


@given(seeds, st.booleans())
def test_a_short_code_is_the_same_each_time_and_another_elsewhere(seed, tiny):
    one = CodeSeed(seed.seed, seed.made_at, tiny)
    code = short_code(SECRET, one)
    assert code == short_code(SECRET, one)
    assert is_short(code)
    assert is_tiny(code) == tiny or not tiny  # twelve digits are no six
    if not tiny:
        assert code != short_code(OTHER, one)
    assert code not in kept_of(SECRET, code)
    assert kept_of(SECRET, code) != kept_of(OTHER, code)
    assert seed.seed not in code


def test_codes_spread_over_all_that_they_can_be():
    tiny = {short_code(SECRET, CodeSeed(f"{n:032x}", 1, tiny=True)) for n in range(2_000)}
    assert len(tiny) > 1_990
    letters = "".join(short_code(SECRET, CodeSeed(f"{n:032x}", 1)) for n in range(500))
    assert len(set(letters)) == 62


@given(seeds)
def test_a_long_code_names_its_link_and_its_seed(seed):
    keys = TokenKeys("home.example", SECRET)
    claims = keys.read(long_code(keys, "a-link", seed), float(seed.made_at))
    assert (claims.audience, claims.subject) == (Audience.SHARE, "a-link")
    assert (claims.scope, claims.issued_at) == (seed.seed, seed.made_at)


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("1D", timedelta(days=1)),
        ("2h30m", timedelta(hours=2, minutes=30)),
        ("1Y", timedelta(days=365)),
        ("90s", timedelta(seconds=90)),
        ("1W1M", timedelta(days=37)),
    ],
)
def test_spans_are_read(text, span):
    assert read_span(text) == span


@pytest.mark.parametrize("text", ["", "1", "D", "1d", "-1D", "1 D", "1D ", "1.5h", "٣D"])
def test_what_is_no_span_is_refused(text):
    with pytest.raises(PermissionAskedWrong):
        read_span(text)


@pytest.mark.parametrize(
    ("codes", "tiny"),
    [
        (Codes(("a",), tiny=True, ttl=timedelta(hours=1)), True),
        (Codes(("a",), tiny=True, ttl=timedelta(hours=1, seconds=1)), False),
        (Codes(("a",), tiny=True), False),
        (Codes(("a",), ttl=timedelta(minutes=1)), False),
    ],
)
def test_six_digits_are_for_an_hour(codes, tiny):
    assert made_tiny(codes) == tiny


def test_names_of_codes_are_different_and_not_too_many():
    assert read_names("a,b,,c") == ["a", "b", "c"]
    for text in ("a,a", ",".join(map(str, range(101)))):
        with pytest.raises(PermissionAskedWrong):
            read_names(text)


def test_what_is_asked_is_read_whole():
    body = (
        b'{"data":{"attributes":{"permissions":{"a":{"type":"io.cozy.files"},"gone":{}},'
        b'"codes":{"bob":"x"},"password":"","expires_at":"2030-01-01T00:00:00Z"}}}'
    )
    asked = read_asked(body)
    assert set(asked.rules) == {"a"}
    assert asked.dropped == {"gone"}
    assert asked.codes == {"bob"}
    assert (asked.password, asked.expires_at) == ("", "2030-01-01T00:00:00Z")
    assert asked.metadata is None


@given(st.binary(max_size=60))
def test_garbage_is_refused_as_such(body):
    with pytest.raises((PermissionAskedWrong, RuleIllegal)):
        read_asked(body)
