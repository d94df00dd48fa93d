import pytest

from server.office.signature import LEEWAY, BadSignature, bearer, sign, verify
from tests.support.document_server import hand_jwt

SECRET = "s" * 32
NOW = 1_000_000.0


def test_what_we_sign_another_implementation_reads():
    token = sign({"a": "é"}, SECRET, now=NOW, lifetime=300)
    claims = hand_jwt.decode(token, SECRET, NOW)
    assert claims == {"a": "é", "iat": 1_000_000, "exp": 1_000_300}


def test_what_another_implementation_signs_we_read():
    token = hand_jwt.encode({"a": [1], "exp": NOW}, SECRET)
    assert verify(token, SECRET, now=NOW) == {"a": [1], "exp": NOW}


@pytest.mark.parametrize("algorithm", ["none", "HS384", "HS512"])
def test_another_algorithm_is_refused(algorithm):
    with pytest.raises(BadSignature):
        verify(hand_jwt.encode({"exp": NOW}, SECRET, algorithm), SECRET, now=NOW)


@pytest.mark.parametrize(
    "claims",
    [
        {},
        {"exp": NOW - LEEWAY - 1},
        {"exp": NOW, "iat": NOW + LEEWAY + 1},
        {"exp": NOW, "nbf": NOW + LEEWAY + 1},
        {"exp": "soon"},
        {"exp": True},
        {"exp": None},
        {"exp": NOW, "iat": "now"},
    ],
)
def test_a_token_out_of_its_time_is_refused(claims):
    with pytest.raises(BadSignature):
        verify(hand_jwt.encode(claims, SECRET), SECRET, now=NOW)


@pytest.mark.parametrize("claims", [{"exp": NOW - LEEWAY}, {"exp": NOW, "iat": NOW + LEEWAY}])
def test_clocks_may_differ_by_a_minute(claims):
    assert verify(hand_jwt.encode(claims, SECRET), SECRET, now=NOW) == claims


@pytest.mark.parametrize("token", ["", "a", "a.b.c", "..", "é.é.é", "e30.e30."])
def test_what_is_no_token_is_refused(token):
    with pytest.raises(BadSignature):
        verify(token, SECRET, now=NOW)


def test_a_refusal_does_not_repeat_the_token():
    token = hand_jwt.encode({"exp": NOW}, "t" * 32)
    with pytest.raises(BadSignature) as refusal:
        verify(token, SECRET, now=NOW)
    assert token not in repr(refusal.value)


@pytest.mark.parametrize(
    ("header", "token"),
    [
        ("Bearer abc", "abc"),
        ("bearer  abc ", "abc"),
        ("Basic abc", None),
        ("Bearer", None),
        ("Bearer ", None),
        ("", None),
        (None, None),
    ],
)
def test_bearer(header, token):
    assert bearer(header) == token
