from base64 import b32decode
from urllib.parse import parse_qs, urlsplit

import pytest

from server.sign_in.totp import address, code_at, matching_step, spelt, step_at

RFC = b"12345678901234567890"


@pytest.mark.parametrize(
    ("seconds", "code"),  # RFC 6238, appendix B, SHA-1; the last six of its eight digits
    [
        (59, "287082"),
        (1_111_111_109, "081804"),
        (1_111_111_111, "050471"),
        (1_234_567_890, "005924"),
        (2_000_000_000, "279037"),
        (20_000_000_000, "353130"),
    ],
)
def test_the_codes_are_those_of_the_rfc(seconds, code):
    assert code_at(RFC, step_at(seconds)) == code


@pytest.mark.parametrize("off", [-30, 0, 30])
def test_clocks_may_differ_by_a_step(off):
    now = 1_000_000_000
    assert matching_step(RFC, code_at(RFC, step_at(now + off)), now, 0) == step_at(now + off)


@pytest.mark.parametrize("off", [-60, 60])
def test_and_by_no_more(off):
    now = 1_000_000_000
    assert matching_step(RFC, code_at(RFC, step_at(now + off)), now, 0) is None


def test_a_code_is_taken_once_and_none_before_it():
    now = 1_000_000_000
    step = step_at(now)
    assert matching_step(RFC, code_at(RFC, step), now, used=step) is None
    assert matching_step(RFC, code_at(RFC, step - 1), now, used=step) is None
    assert matching_step(RFC, code_at(RFC, step + 1), now, used=step) == step + 1


def test_what_is_typed_and_what_is_scanned_are_the_same_seed():
    told = parse_qs(urlsplit(address(RFC, "Foyer alice.example", "alice")).query)
    assert told["issuer"] == ["Foyer alice.example"]
    for text in (told["secret"][0], spelt(RFC).replace(" ", "")):
        assert b32decode(text + "=" * (-len(text) % 8)) == RFC
