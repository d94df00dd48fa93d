"""ID tokens: which hold, and which do not (OpenID Connect Core 3.1.3.7)."""

import jwt
import pytest

from server.oauth.oidc.errors import NotVouched
from server.oauth.oidc.id_token import Expected, verified
from tests.support.oidc_provider import new_key

ISSUER = "https://login.example"
EXPECTED = Expected(ISSUER, ["foyer"], "n-1")
NOW = 1_800_000_000.0
PRIVATE, JWK = new_key()
OTHER, _ = new_key()
CLAIMS = {
    "iss": ISSUER,
    "sub": "alice",
    "aud": "foyer",
    "iat": NOW - 5,
    "exp": NOW + 60,
    "nonce": "n-1",
}


def signed(key=PRIVATE, algorithm="RS256", kid="key-1", **claims):
    told = {name: value for name, value in {**CLAIMS, **claims}.items() if value is not None}
    return jwt.encode(told, key, algorithm=algorithm, headers={"kid": kid} if kid else None)


@pytest.mark.parametrize(
    "token",
    [
        signed(),
        signed(kid=""),
        signed(aud=["foyer", "other"], azp="foyer"),
        signed(exp=NOW - 30),
        signed(iat=NOW + 30),
    ],
)
def test_what_holds(token):
    assert verified(token, [JWK], EXPECTED, NOW)["sub"] == "alice"


def test_a_token_of_another_algorithm_of_the_same_key_holds_if_the_key_is_free_for_it():
    free = {name: value for name, value in JWK.items() if name != "alg"}
    assert verified(signed(algorithm="PS256"), [free], EXPECTED, NOW)
    with pytest.raises(NotVouched):
        verified(signed(algorithm="PS256"), [JWK], EXPECTED, NOW)


@pytest.mark.parametrize(
    "token",
    [
        "",
        "a.b.c",
        signed(key=OTHER),
        signed(kid="unknown"),
        signed(iss="https://evil.example"),
        signed(aud="other"),
        signed(aud=["foyer", "other"]),
        signed(aud=["foyer", "other"], azp="other"),
        signed(azp="other"),
        signed(exp=NOW - 61),
        signed(iat=NOW + 61),
        signed(nonce="n-2"),
        signed(nonce=None),
        signed(nonce=7),
        signed(sub=None),
        signed(exp=None),
        signed(iat=None),
        jwt.encode(CLAIMS, "", algorithm="none"),
        jwt.encode(CLAIMS, str(JWK["n"]) * 3, algorithm="HS256", headers={"kid": "key-1"}),
    ],
)
def test_what_does_not_hold(token):
    with pytest.raises(NotVouched):
        verified(token, [JWK], EXPECTED, NOW)


def test_keys_for_other_uses_are_not_taken():
    with pytest.raises(NotVouched):
        verified(signed(), [{**JWK, "use": "enc"}], EXPECTED, NOW)
    with pytest.raises(NotVouched):
        verified(signed(), [{"kid": "key-1", "kty": "oct", "k": "AAAA"}], EXPECTED, NOW)
    with pytest.raises(NotVouched):
        verified(signed(), [], EXPECTED, NOW)


def test_without_a_question_no_answer_is_asked_for():
    free = Expected(ISSUER, ["foyer", "phone"])
    assert verified(signed(nonce=None, aud="phone"), [JWK], free, NOW)["aud"] == "phone"
