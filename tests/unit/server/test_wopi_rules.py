"""The rules of WOPI that need no request: locks, proofs, names, addresses of frames."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.wopi.discovery import ClientUnreachable, frame_address, parse_discovery
from server.wopi.lock_rules import OK, decide_lock, may_write
from server.wopi.names import read_name, write_name
from server.wopi.proof import ProofKeys, ProofWrong, check_proof, public_key, signed_bytes
from server.wopi.tokens import Access, AccessTokens, TokenWrong
from tests.support.wopi import signing

LOCKS = st.sampled_from(["a", "b", "c"])
ASKED = st.tuples(st.sampled_from(["LOCK", "UNLOCK", "REFRESH_LOCK", "GET_LOCK"]), LOCKS)
NOW = 1_795_000_000.0


@given(st.lists(st.tuples(ASKED, st.none() | LOCKS)))
def test_a_lock_is_changed_by_who_knows_it_alone(steps):
    present = ""
    for (override, given_lock), drawn in steps:
        old = drawn if override == "LOCK" else None
        answer = decide_lock(override, present, given_lock, old)
        if answer.lock != present:
            assert answer.status == OK
            assert present in ("", given_lock if old is None else old)
        if answer.status != OK:
            assert (answer.lock, answer.told) == (present, present)
        present = answer.lock
        assert may_write(present, given_lock, 1) == (present == given_lock)


@given(st.text(max_size=40).filter(lambda name: name.isprintable()))
def test_names_survive_their_headers(name):
    assert read_name(write_name(name)) == name


def keys(current, old):
    def key(made):
        words = dict(part.split("=", 1) for part in made.told().split(" "))
        return public_key(words["modulus"].strip(chr(34)), words["exponent"].strip(chr(34)))

    return ProofKeys(key(current), key(old))


@given(st.text(max_size=30), st.text(max_size=30), st.integers(0, 2**60))
def test_what_is_signed_is_what_the_client_signs(token, url, ticks):
    assert signed_bytes(token, url, ticks) == signing.message(token, url, ticks)


@pytest.mark.parametrize("away", [-1300, -1100, 0, 1100, 1300])
def test_a_proof_is_good_for_twenty_minutes(away):
    present, former = signing.new_key(1), signing.new_key(2)
    stamp = signing.ticks(NOW + away)
    message = signing.message("t", "http://a/b", stamp)
    headers = {
        "X-WOPI-Proof": present.sign(message),
        "X-WOPI-ProofOld": former.sign(message),
        "X-WOPI-TimeStamp": str(stamp),
    }
    asked = (keys(present, former), headers, "t", "http://a/b")
    if abs(away) < 1200:
        check_proof(*asked, now=NOW)
    else:
        with pytest.raises(ProofWrong):
            check_proof(*asked, now=NOW)


@pytest.mark.parametrize("stamp", ["", "x", "-1", "9" * 30])
def test_a_proof_without_a_time(stamp):
    present = keys(signing.new_key(1), signing.new_key(2))
    with pytest.raises(ProofWrong):
        check_proof(present, {"X-WOPI-TimeStamp": stamp}, "t", "u", now=NOW)


@pytest.mark.parametrize(
    ("urlsrc", "address"),
    [
        ("https://c/x?", "https://c/x?WOPISrc=s"),
        ("https://c/x", "https://c/x?WOPISrc=s"),
        ("https://c/x?<ui=UI_LLCC&><a=B&>", "https://c/x?ui=fr&WOPISrc=s"),
        ("https://c/x?<wopisrc=WOPI_SOURCE&>", "https://c/x?wopisrc=s"),
        ("https://c/x?k=1&<a=B&>", "https://c/x?k=1&WOPISrc=s"),
    ],
)
def test_the_address_of_a_frame(urlsrc, address):
    assert frame_address(urlsrc, "s", UI_LLCC="fr") == address


@pytest.mark.parametrize(
    "content",
    [b"", b"<html/>", b"<a>", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'],
)
def test_what_is_no_discovery(content):
    with pytest.raises(ClientUnreachable):
        parse_discovery(content)


def test_a_token_is_for_one_file_and_ends():
    tokens = AccessTokens(b"s" * 32)
    token = tokens.make(Access("f", "u", "Zo\u00e9", "edit", True, True, True, "", int(NOW)))
    assert tokens.read(token, "f", NOW - 1).name == "Zo\u00e9"
    for wrong in ((token, "g", NOW - 1), (token, "f", NOW), (token + "0", "f", NOW - 1)):
        with pytest.raises(TokenWrong):
            tokens.read(*wrong)
    with pytest.raises(TokenWrong):
        AccessTokens(b"t" * 32).read(token, "f", NOW - 1)
