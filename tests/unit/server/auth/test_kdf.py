from base64 import b64decode, b64encode

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

from server.auth.kdf import (
    FEWEST_ITERATIONS,
    MOST_ITERATIONS,
    PLAIN,
    Kdf,
    check_iterations,
    login_hash,
    login_hashes,
    salt_of,
)

KDF = Kdf(2, salt_of("alice.example"))


def derived(material, salt, iterations):
    return PBKDF2HMAC(SHA256(), 32, salt, iterations).derive(material)


def test_the_login_hash_is_one_round_over_the_master_key_salted_with_the_passphrase():
    master = derived("café".encode(), b"me@alice.example", 2)
    assert b64decode(login_hash("café", KDF)) == derived(master, "café".encode(), 1)


def test_without_iterations_the_passphrase_is_what_signs_in():
    assert login_hash("café", PLAIN) == "café"


def test_homes_do_not_share_a_hash():
    assert login_hash("same", KDF) != login_hash("same", Kdf(2, salt_of("bob.example")))


def test_either_spelling_of_an_accent_may_sign_in():
    assert login_hash("caf\u00e9", KDF) in login_hashes("cafe\u0301", KDF)
    assert login_hashes("plain", KDF) == [login_hash("plain", KDF)]


@pytest.mark.parametrize("iterations", [-1, 1, FEWEST_ITERATIONS - 1, MOST_ITERATIONS + 1])
def test_numbers_that_protect_nothing_or_take_for_ever_are_refused(iterations):
    with pytest.raises(ValueError, match="iterations"):
        check_iterations(iterations)


@pytest.mark.parametrize("iterations", [0, FEWEST_ITERATIONS, MOST_ITERATIONS])
def test_numbers_in_between_are_taken(iterations):
    check_iterations(iterations)


def test_a_login_hash_looks_the_same_for_all():
    assert len(login_hash("x" * 500, KDF)) == len(b64encode(bytes(32)))
