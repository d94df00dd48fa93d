from hypothesis import given
from hypothesis import strategies as st

from server.couch_auth.cookies import make_cookie, read_cookie

NAMES = st.text(min_size=1, max_size=30).filter(lambda name: ":" not in name and name.isprintable())
SECRET = b"s" * 32


@given(NAMES, st.integers(0, 2**40), st.text(alphabet="0123456789abcdef", max_size=32))
def test_what_was_made_is_read(name, now, salt):
    cookie = read_cookie(make_cookie(name, now, SECRET, salt))
    assert (cookie.name, cookie.issued) == (name, now)
    assert cookie.is_sealed(SECRET, salt)
    assert not cookie.is_sealed(b"other" * 8, salt)
    assert not cookie.is_sealed(SECRET, salt + "0")


@given(st.text(max_size=80))
def test_garbage_is_nobody(value):
    cookie = read_cookie(value)
    assert cookie is None or not cookie.is_sealed(SECRET, "")


@given(st.binary(max_size=60))
def test_another_seal_does_not_hold(seal):
    value = make_cookie("jan", 1000, SECRET, "salt")
    cookie = read_cookie(value)
    forged = type(cookie)("admin", cookie.issued, cookie.seal)
    assert not forged.is_sealed(SECRET, "salt")
    assert seal == cookie.seal or not type(cookie)("jan", 1000, seal).is_sealed(SECRET, "salt")


def test_time_runs_out():
    cookie = read_cookie(make_cookie("jan", 1000, SECRET, ""))
    assert cookie.is_alive(1000, 600)
    assert cookie.is_alive(1599, 600)
    assert not cookie.is_alive(1600, 600)
    assert not cookie.is_alive(100, 600)
    assert not cookie.is_old(1060, 600)
    assert cookie.is_old(1061, 600)
