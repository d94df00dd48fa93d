from hypothesis import given
from hypothesis import strategies as st

from server.auth.sealing import NONCE_LENGTH, seal, unseal

SECRET, NONCE = b"s" * 32, b"n" * NONCE_LENGTH


@given(st.binary(max_size=200))
def test_what_is_sealed_is_read_back(plain):
    assert unseal(SECRET, "purpose", seal(SECRET, "purpose", plain, NONCE)) == plain


def test_nobody_else_and_nothing_else_reads_it():
    sealed = seal(SECRET, "purpose", b"seed", NONCE)
    assert unseal(SECRET, "another", sealed) is None
    assert unseal(b"t" * 32, "purpose", sealed) is None


@given(st.text(max_size=80))
def test_garbage_is_nothing(text):
    assert unseal(SECRET, "purpose", text) is None


@given(st.data())
def test_a_changed_letter_is_noticed(data):
    sealed = seal(SECRET, "purpose", b"the seed of an application", NONCE)
    at = data.draw(st.integers(0, len(sealed) - 2))
    letter = data.draw(st.sampled_from("ABCxyz019-_"))
    changed = sealed[:at] + letter + sealed[at + 1 :]
    assert changed == sealed or unseal(SECRET, "purpose", changed) is None
