"""What clients say of themselves, without a server."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.oauth.errors import RegistrationRefused
from server.oauth.redirect_uri import OwnAddress, answered_at, form_target, is_legal
from server.oauth.registration import LARGEST_BODY, named_apart, read_registration, read_update

OWN = OwnAddress(frozenset({"alice.example", "localhost"}), 8080)
SAID = {"redirect_uris": ["app:/cb"], "client_name": "App", "software_id": "app"}


@pytest.mark.parametrize(
    "uri",
    [
        "http://localhost:3344/callback",
        "https://app.example/cb?x=1",
        "cozy://",
        "cozydrive://auth",
        "com.example.app:/callback",
        "http://[::1]:7000/",
        "https://alice.example/elsewhere-by-port",
    ],
)
def test_addresses_that_a_client_may_have(uri):
    assert is_legal(uri, OWN)


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "/callback",
        "localhost",
        "https://app.example/#",
        "https://",
        "https://app.example/a b",
        "https://app.example/\nx",
        "https://app.example\\@evil.example/",
        "https://app.éxample/",
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "http://alice.example:8080/auth/authorize",
        "http://ALICE.example:8080/",
        "http://localhost:8080/x",
        "http://user@alice.example:8080/x",
        "http://app.example:99999/",
        "http://[::1/",
    ],
)
def test_addresses_that_a_client_may_not_have(uri):
    assert not is_legal(uri, OWN)


@pytest.mark.parametrize(
    ("uri", "answered", "target"),
    [
        ("http://localhost:3344/cb", "http://localhost:3344/cb?a=b+%26#", "http://localhost:3344"),
        ("https://x.example/?y=1", "https://x.example/?y=1&a=b+%26#", "https://x.example"),
        ("cozy://", "cozy://?a=b+%26#", "cozy:"),
    ],
)
def test_an_answer_is_put_into_the_query(uri, answered, target):
    assert answered_at(uri, {"a": "b &"}) == answered
    assert form_target(uri) == target


def test_a_registration_of_too_many_bytes_is_not_read():
    with pytest.raises(RegistrationRefused, match="invalid_client_metadata"):
        read_registration(b" " * (LARGEST_BODY + 1), OWN)


def test_what_a_client_says_beyond_is_not_kept():
    said = read_registration(msgspec.json.encode({**SAID, "flagship": True}), OWN)
    assert not hasattr(said, "flagship")
    update = msgspec.json.encode({**SAID, "client_id": "one"})
    assert read_update(update, OWN, "one").client_name == "App"
    with pytest.raises(RegistrationRefused, match="invalid_client_id"):
        read_update(update, OWN, "two")


@given(st.lists(st.sampled_from(["App", "App-2", "App-x", "App-9", "Appendix"]), max_size=6))
def test_names_told_apart_are_apart(asked):
    taken = []
    for name in asked:
        taken.append(named_apart(name, taken))
    assert len(set(taken)) == len(taken)
