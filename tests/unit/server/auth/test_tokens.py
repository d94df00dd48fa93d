import pytest

from server.auth.errors import TokenElsewhere, TokenRefused
from server.auth.tokens import INVALID, Audience, TokenKeys

NOW = 1_800_000_000.0
HOME = TokenKeys("home.example", b"secret")


def access(keys, subject="client"):
    return keys.token(Audience.ACCESS, subject, NOW, "io.cozy.contacts")


def test_a_token_is_read_as_it_was_issued():
    claims = HOME.read(access(HOME), NOW)
    assert (claims.issuer, claims.subject, claims.scope) == (
        "home.example",
        "client",
        "io.cozy.contacts",
    )


def test_a_home_that_was_renamed_knows_the_tokens_of_its_old_name():
    renamed = TokenKeys("new.example", b"secret", ("home.example",))
    assert renamed.read(access(HOME), NOW).issuer == "home.example"
    assert renamed.read(access(renamed), NOW).issuer == "new.example"


def test_a_token_of_another_home_is_told_from_one_that_is_bad():
    with pytest.raises(TokenElsewhere):
        HOME.read(access(TokenKeys("other.example", b"other")), NOW)
    with pytest.raises(TokenRefused) as forged:
        HOME.read(access(TokenKeys("home.example", b"other")), NOW)
    assert not isinstance(forged.value, TokenElsewhere)
    assert forged.value.message == INVALID


def test_a_name_that_a_home_once_had_opens_nothing_by_itself():
    renamed = TokenKeys("new.example", b"secret", ("home.example",))
    with pytest.raises(TokenRefused) as refused:
        renamed.read(access(TokenKeys("home.example", b"of whoever has that name now")), NOW)
    assert refused.value.message == INVALID
