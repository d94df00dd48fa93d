"""PKCE, by the example of its own document."""

from server.oauth.challenge import answers, challenge_of, is_challenge

VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def test_the_example_of_rfc_7636_appendix_b():
    assert challenge_of(VERIFIER) == CHALLENGE
    assert answers(VERIFIER, CHALLENGE)
    assert is_challenge(CHALLENGE)


def test_what_answers_nothing():
    assert not answers(VERIFIER[:-1] + "l", CHALLENGE)
    assert not answers("short", challenge_of("short"))
    assert not answers("é" * 50, CHALLENGE)
    assert not answers("", CHALLENGE)
    for text in ("", CHALLENGE + "=", CHALLENGE[:-1], CHALLENGE + "\n"):
        assert not is_challenge(text)
