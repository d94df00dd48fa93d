from hashlib import sha1

import pytest

from server.couch_auth.passwords import MOST_ITERATIONS, hashed, is_password

# RFC 6070, the vectors with 1 and 4096 iterations: PBKDF2 with HMAC-SHA-1.
RFC_6070 = {
    1: "0c60c80f961f0e71f3a9b524af6012062fe037a6",
    4096: "4b007901b765489abead49d926f721d065a429c1",
}


def fields(**more):
    return {"password_scheme": "pbkdf2", "salt": "salt", **more}


def test_what_is_hashed_opens_and_nothing_else_does():
    kept = hashed("été", "0123", 10)
    assert kept["password_scheme"] == "pbkdf2"
    assert kept["pbkdf2_prf"] == "sha256"
    assert "été" not in str(kept)
    assert is_password("été", kept)
    assert not is_password("ete", kept)
    assert not is_password("été", {**kept, "salt": "0124"})


@pytest.mark.parametrize("iterations", [1, 4096])
def test_hashes_of_old_releases_open(iterations):
    kept = fields(iterations=iterations, derived_key=RFC_6070[iterations])
    assert is_password("password", kept)
    assert is_password("password", {**kept, "pbkdf2_prf": "sha"})
    assert not is_password("passwort", kept)
    assert not is_password("password", {**kept, "pbkdf2_prf": "sha256"})


def test_the_oldest_scheme_opens():
    kept = {"password_sha": sha1(b"applesalt").hexdigest(), "salt": "salt"}
    assert is_password("apple", kept)
    assert is_password("apple", {**kept, "password_scheme": "simple"})
    assert not is_password("pear", kept)


@pytest.mark.parametrize(
    "kept",
    [
        {},
        {"salt": "salt"},
        {"salt": 5, "password_sha": "x"},
        fields(),
        fields(iterations=0, derived_key=""),
        fields(iterations="1", derived_key=RFC_6070[1]),
        fields(iterations=MOST_ITERATIONS + 1, derived_key=RFC_6070[1]),
        fields(iterations=1, derived_key=None),
        fields(iterations=1, derived_key=RFC_6070[1], pbkdf2_prf="md5"),
        fields(iterations=1, derived_key=RFC_6070[1], password_scheme="scrypt"),
    ],
)
def test_what_stands_for_no_password_is_opened_by_none(kept):
    assert not is_password("password", kept)
    assert not is_password("", kept)
