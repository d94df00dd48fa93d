import pytest
from hypothesis import given
from hypothesis import strategies as st
from multidict import CIMultiDict

from server.auth.caller import Caller, Connection, caller_of, read_networks

PROXIES = read_networks(["10.0.0.0/8", "::1"])
PLAIN, TLS = False, True


def seen(peer, headers=(), *, tls=PLAIN, trusted=PROXIES):
    return caller_of(Connection(peer, tls), CIMultiDict(headers), trusted)


@pytest.mark.parametrize("peer", ["127.0.0.1", "127.8.8.8", "::ffff:127.0.0.1"])
def test_loopback_is_private(peer):
    assert seen(peer) == Caller(peer, https=False, private=True)


def test_a_network_is_not():
    assert seen("192.0.2.1") == Caller("192.0.2.1", https=False, private=False)


def test_tls_is_private_from_anywhere():
    assert seen("192.0.2.1", tls=TLS) == Caller("192.0.2.1", https=True, private=True)


@pytest.mark.parametrize(
    "header", ["X-Forwarded-For", "x-forwarded-proto", "X-Forwarded-Host", "Forwarded", "Via"]
)
def test_a_proxy_of_unknown_standing_on_this_machine_makes_loopback_public(header):
    assert not seen("127.0.0.1", {header: "https"}).private


def test_a_stranger_cannot_claim_https():
    claimed = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "127.0.0.1"}
    assert seen("192.0.2.1", claimed) == Caller("192.0.2.1", https=False, private=False)


def test_a_trusted_proxy_can():
    told = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.9"}
    assert seen("10.1.2.3", told) == Caller("192.0.2.9", https=True, private=True)


def test_a_trusted_proxy_that_says_nothing_of_tls_is_not_private():
    told = {"X-Forwarded-For": "192.0.2.9"}
    assert seen("10.1.2.3", told) == Caller("192.0.2.9", https=False, private=False)


def test_what_a_caller_writes_before_the_proxy_does_not_count():
    told = {"X-Forwarded-For": "127.0.0.1, 192.0.2.9", "X-Forwarded-Proto": "https, http"}
    assert seen("10.1.2.3", told) == Caller("192.0.2.9", https=False, private=False)


def test_several_trusted_proxies_are_looked_through():
    told = {"X-Forwarded-For": "192.0.2.9, 10.9.9.9", "X-Forwarded-Proto": "https"}
    assert seen("10.1.2.3", told).address == "192.0.2.9"


def test_a_socket_that_is_no_network_is_private():
    assert seen(None).private


@pytest.mark.parametrize("text", ["10.0.0.1/8", "proxy.example", ""])
def test_what_is_no_network_is_refused(text):
    with pytest.raises(ValueError):
        read_networks([text])


@given(
    st.sampled_from(["192.0.2.1", "198.51.100.77", "2001:db8::1"]),
    st.dictionaries(
        st.sampled_from(["X-Forwarded-For", "X-Forwarded-Proto", "Forwarded", "Via"]),
        st.text(st.characters(min_codepoint=32, max_codepoint=126)),
    ),
)
def test_no_header_makes_a_stranger_private_or_somebody_else(peer, headers):
    assert seen(peer, headers) == Caller(peer, https=False, private=False)
