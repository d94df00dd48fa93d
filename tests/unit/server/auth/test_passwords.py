import asyncio
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from server.auth.passwords import (
    READABLE_RANDOM,
    PasswordChecker,
    hash_password,
    is_password,
    readable_password,
)

SALT = b"salt" * 4
HASH = hash_password("café", SALT)


def test_the_hash_is_a_phc_string_of_argon2id():
    assert HASH.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert "café" not in HASH


def test_the_password_is_known_again():
    assert is_password("café", HASH)
    assert not is_password("cafe", HASH)


def test_both_ways_to_type_an_accent_are_one_password():
    assert is_password(unicodedata.normalize("NFD", "café"), HASH)


def test_another_salt_is_another_hash():
    assert hash_password("café", b"pepper" * 3) != HASH


def test_nothing_is_the_password_of_a_broken_hash():
    for broken in ("", "café", HASH[:-4], HASH.replace("t=2", "t=x")):
        assert not is_password("café", broken)


async def test_only_a_few_are_checked_at_once():
    checker = PasswordChecker()
    found = await asyncio.gather(*(checker.is_password(word, HASH) for word in ("café", "x", "y")))
    assert found == [True, False, False]


@given(st.binary(min_size=READABLE_RANDOM, max_size=READABLE_RANDOM))
def test_a_readable_password_is_five_groups_of_four_letters(random):
    groups = readable_password(random).split("-")
    assert [len(group) for group in groups] == [4] * 5
    assert "".join(groups).isalpha()
