import pytest

from server.office.links import (
    callback_secret,
    content_token,
    opens_callback,
    read_content_token,
)

OURS, THEIRS = b"o" * 32, b"t" * 32
KEY = "ab" * 16


def test_a_callback_secret_opens_its_own_key_alone():
    secret = callback_secret(OURS, KEY)
    assert opens_callback(OURS, KEY, secret)
    assert not opens_callback(OURS, "cd" * 16, secret)
    assert not opens_callback(THEIRS, KEY, secret)
    assert not opens_callback(OURS, KEY, "")
    assert not opens_callback(OURS, KEY, "é" * 64)


def test_a_content_token_opens_until_it_ends():
    token = content_token(OURS, KEY, 1000)
    assert read_content_token(OURS, token, 999.9) == KEY
    assert read_content_token(OURS, token, 1000) is None


@pytest.mark.parametrize(
    "forge",
    [
        lambda token: token.replace(".1000.", ".9999."),
        lambda token: token.replace("ab", "cd", 1),
        lambda token: token[:-1],
        lambda token: token + "0",
        lambda _: "",
        lambda _: "a.b.c",
        lambda _: f"{KEY}.{'9' * 5000}.00",
        lambda _: f"{KEY}.²000.00",
    ],
)
def test_a_forged_content_token_opens_nothing(forge):
    assert read_content_token(OURS, forge(content_token(OURS, KEY, 1000)), 0) is None


def test_a_content_token_of_another_instance_opens_nothing():
    assert read_content_token(THEIRS, content_token(OURS, KEY, 1000), 0) is None


def test_the_two_kinds_cannot_stand_for_each_other():
    secret = callback_secret(OURS, KEY)
    assert read_content_token(OURS, f"{KEY}.1000.{secret}", 0) is None
