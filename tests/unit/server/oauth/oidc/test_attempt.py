"""What a browser keeps while its person is at the provider."""

from hypothesis import given
from hypothesis import strategies as st

from server.oauth.oidc.attempt import Attempt, domain_in, new_state, read_attempt

SECRET = b"s" * 32
ATTEMPT = Attempt("state", "nonce", "verifier", "/next", 100.0)


def test_an_attempt_comes_back_to_the_home_that_began_it_in_time():
    cookie = ATTEMPT.sealed(SECRET)
    assert read_attempt(cookie, SECRET, 99.0) == ATTEMPT
    assert read_attempt(cookie, SECRET, 100.0) is None
    assert read_attempt(cookie, b"t" * 32, 99.0) is None
    assert read_attempt("", SECRET, 99.0) is None
    assert read_attempt(cookie[:-2], SECRET, 99.0) is None


@given(st.binary(min_size=16, max_size=32), st.from_regex(r"[a-z0-9.-]{1,60}", fullmatch=True))
def test_a_state_names_its_home(random, domain):
    assert domain_in(new_state(random, domain)) == domain


@given(st.text())
def test_garbage_is_no_state(text):
    assert isinstance(domain_in(text), str)
